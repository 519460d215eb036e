#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "uninterruptible/control.hpp"

namespace uninterruptible::cli {

/// What all generations have counted together, by name: what a limit has done is worth knowing whichever
/// process it was in.
[[nodiscard]] std::map<std::string, std::uint64_t> sum_of_counters(const control::ServerStatus& status);

}  // namespace uninterruptible::cli
