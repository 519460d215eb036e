#pragma once

#include <string>
#include <vector>

#include "finding.hpp"
#include "surroundings.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::cli {

/// What is wrong with a server that answers, and what is going to trouble it, the problems first. Looks at
/// nothing but its arguments and the program that the start command names.
[[nodiscard]] std::vector<Finding> check_up(const control::ServerStatus& status,
                                            const std::string& socket_path, const Surroundings& surroundings);

}  // namespace uninterruptible::cli
