#pragma once

#include <QCache>
#include <QFont>
#include <QStaticText>
#include <QString>
#include <QStyledItemDelegate>
#include <utility>

namespace uninterruptible::admin {

class GenerationListModel;

/// Adds mark and word of its state to the number of a generation, and keeps some room around all text. Words
/// that were painted before are kept ready: to shape them anew is most of what painting a table costs.
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
  /// Of the generation that the index is about; empty in other columns, and when it is not known (any more).
  [[nodiscard]] QString stateOf(const QModelIndex& index) const;
  void drawWords(QPainter* painter, const QStyleOptionViewItem& item, const QRect& box) const;

  const GenerationListModel* generations_ = nullptr;
  mutable QFont font_;                                                ///< of all in `words_`
  mutable QCache<std::pair<QString, int>, QStaticText> words_{4000};  ///< by text and width they were cut to
};

}  // namespace uninterruptible::admin
