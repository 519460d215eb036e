#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "uninterruptible/control.hpp"

namespace uninterruptible::cli {

/// The server that `-s` names, or the only one there is. Throws Stop: `no_server`, or `usage` with the list
/// when several fit.
[[nodiscard]] control::Target choose_server(const std::optional<std::string>& named);

/// The word nearest to a mistyped one, empty when none is near.
[[nodiscard]] std::string nearest(std::string_view word, const std::vector<std::string>& words);

}  // namespace uninterruptible::cli
