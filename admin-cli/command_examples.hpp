#pragma once

#include <span>
#include <string_view>

namespace uninterruptible::cli {

/// How a command is used, as its help begins; without the program's name. Those of the name "" are the
/// program's. Empty where there are none.
[[nodiscard]] std::span<const std::string_view> examples_of(std::string_view command);

}  // namespace uninterruptible::cli
