#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.hpp"

namespace uninterruptible {

/// What the birth variable says: `1:FFFFF:TOKEN:GENERATION:INODE:PATH`, each part of a fixed width, so that
/// its length never changes. Numbers have leading zeros, the path leading slashes.
struct BirthNote {
  int descriptor = 0;  ///< where the new process finds its end of the channel, unless a wrapper closed it
  std::string token;   ///< 32 hexadecimal digits, for HELLO, used once
  std::uint64_t generation = 0;  ///< the number of the one that waits
  std::uint64_t inode = 0;       ///< of the channel: tells it from what a wrapper put under that number
  std::string path;              ///< of the doorway, the other way in; empty where there is none
};

/// The path has at most 107 bytes, the token exactly 32.
[[nodiscard]] std::string format_birth_note(const BirthNote& note);
[[nodiscard]] std::optional<BirthNote> parse_birth_note(std::string_view value);

/// What a process that a restart started has been given.
struct Birth {
  UniqueFd channel;  ///< to the generation that waits: the inherited descriptor, or a way in by the path
  UniqueFd parent;   ///< its pidfd; empty where it cannot be watched
  std::string token;
  std::uint64_t parent_generation = 0;
};

inline constexpr const char* birth_variable = "UNINTERRUPTIBLE_HANDOFF";

/// Reads, verifies and erases the variable; nothing when it is not set. Call it before the program starts
/// threads. Where the descriptor is not the one that was inherited, a wrapper having closed or replaced it,
/// it connects by the path. Throws ConfigurationError when the variable holds anything but what a living
/// parent put there, and says of descriptor and path what is wrong. Never waits.
[[nodiscard]] std::optional<Birth> take_birth();

/// 32 hexadecimal digits from getrandom(2). Throws std::system_error.
[[nodiscard]] std::string make_token();

/// The environment for the next generation: this process's as it was found, without what was meant for this
/// process alone, and with the birth variable.
[[nodiscard]] std::vector<std::string> child_environment(const std::vector<std::string>& found,
                                                         const BirthNote& note);

/// All variables of this process, NAME=value.
[[nodiscard]] std::vector<std::string> current_environment();

}  // namespace uninterruptible
