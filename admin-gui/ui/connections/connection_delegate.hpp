#pragma once

#include <QStyledItemDelegate>

namespace uninterruptible::admin {

class GenerationListModel;

/// Adds mark and word of its state to the number of a generation, and keeps some room around all text.
class ConnectionDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  /// `generations` must outlive its use here.
  void setGenerations(const GenerationListModel* generations) { generations_ = generations; }

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;

 private:
  const GenerationListModel* generations_ = nullptr;
};

}  // namespace uninterruptible::admin
