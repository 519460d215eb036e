#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "net/bind_address.hpp"
#include "uninterruptible/configuration.hpp"

namespace uninterruptible {

/// A Configuration with environment and defaults applied and everything checked.
struct Settings {
  std::vector<net::BindAddress> binds;
  std::optional<std::string> pidfile_path;  ///< absolute
  std::vector<std::string> start_command;   ///< never empty
  std::optional<std::string> app_root;
  std::optional<std::string> log_path;  ///< absolute
  LogLevel log_level = LogLevel::info;
  std::function<void(LogLevel, std::string_view)> log_sink;
  std::string name;
  bool name_is_configured = false;
  int backlog = 1024;
  std::optional<mode_t> unix_socket_mode;
  std::optional<gid_t> unix_socket_group;
  std::chrono::milliseconds drain_timeout{0};
  std::chrono::milliseconds restart_timeout{60'000};
  std::chrono::milliseconds rollback_window{2'000};
  int max_draining_generations = 8;
  bool control = true;
  std::optional<std::string> control_directory;
  bool handle_signals = false;
};

struct SettingsRules {
  bool require_binds = false;            ///< Server needs at least one; Generation's program calls listen() itself
  bool handle_signals_by_default = false;
};

/// Applies explicit, environment, default in that order. Throws ConfigurationError with every problem found, each as
/// "option 'value' (from VARIABLE): reason". Reads the environment and the password database; writes nothing.
[[nodiscard]] Settings resolve_settings(const Configuration& configuration, const SettingsRules& rules);

/// This process's own command line, from /proc/self/cmdline.
[[nodiscard]] std::vector<std::string> own_command_line();

}  // namespace uninterruptible
