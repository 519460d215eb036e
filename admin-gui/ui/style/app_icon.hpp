#pragma once

#include <QIcon>

namespace uninterruptible::admin {

/// The program's icon, the same drawing as packaging/*.svg, painted so that no plugin for SVG is needed.
[[nodiscard]] QIcon appIcon();

}  // namespace uninterruptible::admin
