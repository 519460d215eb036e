#pragma once

#include <QHeaderView>
#include <QStyleOptionHeader>

namespace uninterruptible::admin {

/// Keeps the same room around its words as the cells below it do.
class PaddedHeader : public QHeaderView {
 public:
  explicit PaddedHeader(QWidget* parent) : QHeaderView(Qt::Horizontal, parent) {}

 protected:
  void initStyleOptionForIndex(QStyleOptionHeader* option, int section) const override {
    QHeaderView::initStyleOptionForIndex(option, section);
    option->text = QLatin1Char(' ') + option->text + QLatin1Char(' ');
  }
};

}  // namespace uninterruptible::admin
