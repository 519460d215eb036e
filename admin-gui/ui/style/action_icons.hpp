#pragma once

#include <QIcon>

class QPalette;

namespace uninterruptible::admin {

enum class Glyph { Restart, Back, ShutDown, Close, Pause };

/// A line drawing in the palette's text colour, so that it fits light and dark themes alike.
[[nodiscard]] QIcon glyphIcon(Glyph glyph, const QPalette& palette);

}  // namespace uninterruptible::admin
