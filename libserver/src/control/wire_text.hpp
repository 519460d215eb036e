#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace uninterruptible::control {

/// Makes text safe to travel and to be shown: control bytes, bytes that are not UTF-8 and characters that
/// reorder a terminal's line become \n, \t, \r or \xNN; text longer than about `limit` bytes is cut and ends
/// in "...". Unlike escape_text() it leaves backslashes alone, so that text which is safe already stays as it
/// is.
[[nodiscard]] std::string wire_text(std::string_view text, std::size_t limit = 512);

/// The last of these lines as wire_text(), as many as fit into about `budget` bytes, in their order.
[[nodiscard]] std::vector<std::string> last_lines(const std::vector<std::string>& lines, std::size_t budget);

/// The first of these as wire_text(), as many as fit into about `budget` bytes; "..." follows where some are
/// left out.
[[nodiscard]] std::vector<std::string> first_texts(const std::vector<std::string>& texts, std::size_t budget);

}  // namespace uninterruptible::control
