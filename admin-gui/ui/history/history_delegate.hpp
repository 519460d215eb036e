#pragma once

#include <QStyledItemDelegate>

namespace uninterruptible::admin {

/// Paints a row of the history: the outcome and what was lost with a mark and a word, and where the time went
/// as a bar, whose whole width is the longest restart that is known.
class HistoryDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;
};

}  // namespace uninterruptible::admin
