#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
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
  std::optional<std::string>
      app_root;  ///< absolute; unset: the working directory, whatever becomes of its name
  std::optional<std::string> log_path;  ///< absolute
  LogLevel log_level = LogLevel::info;
  std::function<void(LogLevel, std::string_view)> log_sink;
  std::string name;
  bool name_is_configured = false;
  std::string version;  ///< empty: none is stated
  int backlog = 1024;
  std::optional<mode_t> unix_socket_mode;
  std::optional<gid_t> unix_socket_group;
  std::chrono::milliseconds drain_timeout{0};
  std::chrono::milliseconds restart_timeout{60'000};
  std::chrono::milliseconds rollback_window{2'000};
  int max_draining_generations = 8;
  bool control = true;
  std::optional<std::string> control_directory;  ///< absolute
  std::optional<gid_t> control_observe_group;
  std::optional<gid_t> control_operate_group;
  bool handle_signals = false;
};

/// Who asks for settings.
enum class Storey {
  generation,  ///< a program with an accept loop of its own: it may listen where it likes, and options that
               ///< only Server follows are refused, since nobody would
  server,      ///< needs at least one address
};

/// Most descriptors that the configured binds may need: one handoff message carries 253 (a limit of the
/// kernel), and the control socket, the log's streams, the locks and the links of draining generations travel
/// in it too.
inline constexpr std::size_t most_bind_descriptors = 160;

/// Applies explicit, environment, default in that order. Appends every problem found to `problems`; then the
/// settings are good for looking at only. Reads the environment and the group database; writes nothing.
///
/// Addresses: `bind`, `binds` and `bind_port` add up, in this order. Only when none of them is set explicitly
/// UNINTERRUPTIBLE_BIND counts, and only without that PORT. A variable that does not count is not looked at,
/// but for being set and empty, which is an error always.
[[nodiscard]] Settings resolve_settings(const Configuration& configuration, Storey storey,
                                        std::vector<std::string>& problems);
/// The same; throws ConfigurationError with every problem found.
[[nodiscard]] Settings resolve_settings(const Configuration& configuration, Storey storey);

/// The configuration without what only Server follows.
[[nodiscard]] Configuration without_serving_options(Configuration configuration);

/// This process's own command line, from /proc/self/cmdline.
[[nodiscard]] std::vector<std::string> own_command_line();

}  // namespace uninterruptible
