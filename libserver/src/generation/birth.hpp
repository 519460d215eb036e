#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.hpp"

namespace uninterruptible {

/// How a process learns that a restart started it: one environment variable of constant length that names the
/// inherited descriptor, the one-time token for HELLO and the number of the generation that waits.
struct Birth {
  UniqueFd channel;
  std::string token;
  std::uint64_t parent_generation = 0;
};

inline constexpr const char* birth_variable = "UNINTERRUPTIBLE_HANDOFF";

/// Reads, verifies and erases the variable; nothing when it is not set. Call it before the program starts
/// threads. Throws ConfigurationError when it holds anything but what a living parent put there: garbage, a
/// descriptor that is not a connected packet socket. Never waits.
[[nodiscard]] std::optional<Birth> take_birth();

/// 32 hexadecimal digits from getrandom(2). Throws std::system_error.
[[nodiscard]] std::string make_token();

/// The environment for the next generation: this process's as it was found, without what was meant for this
/// process alone, and with the birth variable.
[[nodiscard]] std::vector<std::string> child_environment(const std::vector<std::string>& found,
                                                         std::string_view token,
                                                         std::uint64_t parent_generation);

/// All variables of this process, NAME=value.
[[nodiscard]] std::vector<std::string> current_environment();

}  // namespace uninterruptible
