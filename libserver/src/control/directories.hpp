#pragma once

#include <sys/types.h>

#include <string>

namespace uninterruptible::control {

/// `/run/uninterruptible`, root's.
inline constexpr const char* system_directory = "/run/uninterruptible";

/// `uninterruptible-UID` in the temp folder.
[[nodiscard]] std::string temp_control_directory();
/// `/run/user/UID`
[[nodiscard]] std::string user_run_directory();
[[nodiscard]] bool is_directory(const std::string& path);

[[nodiscard]] bool is_ours_or_roots(uid_t owner);

/// Why this user cannot trust what is in a directory: it belongs to somebody other than this user and root,
/// or others may write to it. Empty when it can be trusted.
[[nodiscard]] std::string distrust(const std::string& directory);

}  // namespace uninterruptible::control
