#include "ui/window/tab_order.hpp"

#include <QFontMetrics>
#include <QPoint>
#include <QWidget>
#include <algorithm>
#include <utility>

namespace uninterruptible::admin {

QList<QWidget*> tabStops(const QWidget& window) {
  const int line = window.fontMetrics().height();
  QList<std::pair<QPoint, QWidget*>> stops;  // with the middle of its first line
  for (auto* const widget : window.findChildren<QWidget*>()) {
    const bool stop = widget->isVisible() && widget->isEnabled() && !widget->focusProxy() &&
                      (widget->focusPolicy() & Qt::TabFocus) == Qt::TabFocus;
    if (!stop || widget->window() != &window) continue;
    stops.emplaceBack(widget->mapTo(&window, QPoint(0, std::min(widget->height() / 2, line))), widget);
  }
  std::ranges::sort(stops, {}, [](const auto& stop) { return stop.first.y(); });
  for (auto first = stops.begin(); first != stops.end();) {
    const auto below = std::find_if(
        first, stops.end(), [&](const auto& stop) { return stop.first.y() > first->first.y() + line / 2; });
    std::sort(first, below,
              [](const auto& one, const auto& other) { return one.first.x() < other.first.x(); });
    first = below;
  }
  QList<QWidget*> result;
  for (const auto& stop : stops) result += stop.second;
  return result;
}

}  // namespace uninterruptible::admin
