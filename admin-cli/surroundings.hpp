#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace uninterruptible::cli {

/// What this machine says about a server's process, as far as this user may read it.
struct Surroundings {
  std::optional<std::uint64_t> descriptor_limit{};  ///< RLIMIT_NOFILE's soft limit
  std::string unit{};                               ///< systemd service that the process belongs to
  std::string unit_file{};                          ///< empty: not found
  /// Settings of the unit's [Service] section, drop-ins included; the last one of a name holds.
  std::map<std::string, std::string> service{};
};

/// Reads them for a process. `root` stands before every path, for a machine that lies in a directory.
[[nodiscard]] Surroundings look_around(pid_t pid, const std::string& root = {});

}  // namespace uninterruptible::cli
