#pragma once

#include <QStyledItemDelegate>

namespace uninterruptible::admin {

class GenerationListModel;

/// Puts a mark before the words of the generation and state columns.
class ConnectionDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  /// `generations` must outlive its use here.
  void setGenerations(const GenerationListModel* generations) { generations_ = generations; }

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;

 private:
  const GenerationListModel* generations_ = nullptr;
};

}  // namespace uninterruptible::admin
