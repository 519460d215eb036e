#include "ui/style/elided_label.hpp"

#include <QPaintEvent>
#include <QPainter>
#include <algorithm>

namespace uninterruptible::admin {

ElidedLabel::ElidedLabel(const QString& objectName, int widest, QWidget* parent)
    : PlainLabel(objectName, parent), widest_(widest) {}

QSize ElidedLabel::sizeHint() const {
  const auto metrics = fontMetrics();
  const auto most = metrics.averageCharWidth() * widest_;
  // What is much longer than that need not be measured.
  const auto wanted = metrics.horizontalAdvance(text().left(widest_ * 4)) + 1;
  return {std::min(wanted, most), metrics.height()};
}

QSize ElidedLabel::minimumSizeHint() const {
  const auto metrics = fontMetrics();
  return {std::min(sizeHint().width(), metrics.averageCharWidth() * 8), metrics.height()};
}

void ElidedLabel::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setPen(palette().color(foregroundRole()));
  const auto shown = fontMetrics().elidedText(text(), Qt::ElideRight, width());
  painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
}

}  // namespace uninterruptible::admin
