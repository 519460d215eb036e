#pragma once

#include <cstdint>
#include <string_view>

namespace uninterruptible {

/// Named places at which a test build can make this process die, leave, hang, dawdle or fail.
///
/// `UNINTERRUPTIBLE_FAULT` holds rules separated by commas: `name[@generation]:action[:argument]`, where the
/// action is `kill` (SIGKILL to itself), `exit` (argument: status), `hang` (SIGSTOP to itself), `delay`
/// (argument: milliseconds) or `fail` (fault_point() returns true and the caller takes its failure path).
/// Release builds contain no fault point.
#ifdef UNINTERRUPTIBLE_FAULT_POINTS
bool fault_point(std::string_view name);
void set_fault_generation(std::uint64_t generation);
#else
inline bool fault_point(std::string_view) { return false; }
inline void set_fault_generation(std::uint64_t) {}
#endif

}  // namespace uninterruptible
