#pragma once

#include <string_view>

namespace uninterruptible {

/// Letters, digits and `_`, 1 to 64: what a counter or a fact may be called.
[[nodiscard]] bool is_name(std::string_view text) noexcept;

}  // namespace uninterruptible
