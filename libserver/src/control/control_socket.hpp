#pragma once

#include <functional>
#include <optional>
#include <string>

#include "control/access.hpp"
#include "sys/unix_path.hpp"

namespace uninterruptible::control {

struct ControlSocketOptions {
  std::optional<std::string> directory{};  ///< configured; its failure is an error
  std::string name;
  bool name_is_configured = false;  ///< a default name that is taken gets the pid appended
  Groups groups{};
  std::function<void(const std::string&)> warn;
};

struct ControlSocket {
  sys::UnixListener listener;
  std::string name;  ///< the one really used
};

/// Where a server's control socket goes when nothing is configured: root's `/run/uninterruptible`,
/// `$RUNTIME_DIRECTORY`, `$XDG_RUNTIME_DIR/uninterruptible`, `/run/user/UID/uninterruptible`, else
/// `uninterruptible-UID` in the temp folder; before all of them `UNINTERRUPTIBLE_CONTROL_DIR` (which counts
/// as configured).
[[nodiscard]] std::string default_control_directory();

/// Creates the directory's last component (0700) if it is missing, verifies owner and mode, and listens at
/// `DIRECTORY/NAME.sock`, with the mode that goes with the groups (the directory is opened to them later, by
/// open_to_groups()). Without a usable default directory it warns and returns nothing.
/// Throws std::system_error or std::runtime_error with a text for the user when a configured directory, name
/// or group cannot be used.
[[nodiscard]] std::optional<ControlSocket> open_control_socket(const ControlSocketOptions& options);

}  // namespace uninterruptible::control
