#pragma once

#include <optional>
#include <string>

#include "ssh_address.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::cli {

/// Throws NoConnection for an ssh that ended with that status (empty: by a signal, or not at all) before the
/// server greeted. `said` is all it wrote to standard error, its own words and those of the far side.
[[noreturn]] void throw_ssh_failure(const control::Target& target, const SshAddress& address,
                                    std::optional<int> status, const std::string& said);

}  // namespace uninterruptible::cli
