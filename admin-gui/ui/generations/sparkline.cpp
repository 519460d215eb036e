#include "ui/generations/sparkline.hpp"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>

#include "ui/style/state_mark.hpp"

namespace uninterruptible::admin {

Sparkline::Sparkline(const QString& objectName, QWidget* parent) : QWidget(parent) {
  setObjectName(objectName);
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void Sparkline::setValues(const QList<double>& values, int capacity) {
  capacity_ = std::max(2, capacity);
  if (values == values_) return;
  values_ = values;
  update();
}

QSize Sparkline::sizeHint() const {
  return {fontMetrics().averageCharWidth() * 22, fontMetrics().height() * 3 / 2};
}

void Sparkline::paintEvent(QPaintEvent*) {
  if (values_.isEmpty()) return;
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const auto box = QRectF(rect()).adjusted(1, 2, -1, -2);
  const double top = std::max(1.0, *std::ranges::max_element(values_));
  const double step = box.width() / (capacity_ - 1);
  const auto point = [&](qsizetype place) {
    return QPointF(box.right() - step * static_cast<double>(values_.size() - 1 - place),
                   box.bottom() - box.height() * values_.at(place) / top);
  };
  QPainterPath line(point(0));
  for (qsizetype place = 1; place < values_.size(); ++place) line.lineTo(point(place));
  auto ground = line;
  ground.lineTo(box.right(), box.bottom());
  ground.lineTo(point(0).x(), box.bottom());
  ground.closeSubpath();
  const auto color = isEnabled() ? palette().color(QPalette::Highlight) : subduedColor(palette());
  auto pale = color;
  pale.setAlphaF(0.18F);
  painter.fillPath(ground, pale);
  painter.setPen(QPen(color, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  painter.drawPath(line);
}

}  // namespace uninterruptible::admin
