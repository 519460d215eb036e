#pragma once

#include <QList>

class QWidget;

namespace uninterruptible::admin {

/// Where Tab stops in a window, in the order in which one reads: line by line, from left to right. Qt's own
/// order is that in which widgets were made, and cards and banners are made when they are needed.
[[nodiscard]] QList<QWidget*> tabStops(const QWidget& window);

}  // namespace uninterruptible::admin
