#pragma once

#include <QStyledItemDelegate>

namespace uninterruptible::admin {

/// Paints a row of the event log: with a mark beside the word where it is good or bad news, gaps subdued.
class EventDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;
};

}  // namespace uninterruptible::admin
