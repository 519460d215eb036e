#include "settings/settings.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "base/text.hpp"
#include "settings/option_values.hpp"
#include "settings/options.hpp"

namespace uninterruptible {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds shortest_restart_timeout{10};
constexpr std::size_t longest_version = 100;

/// Every option that has a variable. The empty ones are found here, whether or not they count.
constexpr Options::Variable variables[] = {
    {"bind", "UNINTERRUPTIBLE_BIND"},
    {"bind_port", "PORT"},
    {"bind_address", "UNINTERRUPTIBLE_BIND_ADDRESS"},
    {"pidfile_path", "PID_FILE"},
    {"start_command", "UNINTERRUPTIBLE_START_COMMAND"},
    {"app_root", "APP_ROOT"},
    {"log_path", "UNINTERRUPTIBLE_LOG_PATH"},
    {"log_level", "UNINTERRUPTIBLE_LOG_LEVEL"},
    {"name", "UNINTERRUPTIBLE_NAME"},
    {"version", "UNINTERRUPTIBLE_VERSION"},
    {"backlog", "UNINTERRUPTIBLE_BACKLOG"},
    {"unix_socket_mode", "UNINTERRUPTIBLE_UNIX_SOCKET_MODE"},
    {"unix_socket_group", "UNINTERRUPTIBLE_UNIX_SOCKET_GROUP"},
    {"drain_timeout", "UNINTERRUPTIBLE_DRAIN_TIMEOUT"},
    {"restart_timeout", "UNINTERRUPTIBLE_RESTART_TIMEOUT"},
    {"rollback_window", "UNINTERRUPTIBLE_ROLLBACK_WINDOW"},
    {"max_draining_generations", "UNINTERRUPTIBLE_MAX_DRAINING_GENERATIONS"},
    {"control", "UNINTERRUPTIBLE_CONTROL"},
    {"control_directory", "UNINTERRUPTIBLE_CONTROL_DIR"},
    {"control_observe_group", "UNINTERRUPTIBLE_CONTROL_OBSERVE_GROUP"},
    {"control_operate_group", "UNINTERRUPTIBLE_CONTROL_OPERATE_GROUP"},
};

/// What only Server follows, and whether it is set.
std::vector<std::pair<std::string_view, bool>> serving_options(const Configuration& configuration) {
  return {{"tls_version", configuration.tls_version.has_value()},
          {"tls_key", configuration.tls_key.has_value()},
          {"tls_certificate", configuration.tls_certificate.has_value()},
          {"tls_security_level", configuration.tls_security_level.has_value()},
          {"verify_client_tls_certificate", configuration.verify_client_tls_certificate.has_value()},
          {"client_tls_certificate_ca", configuration.client_tls_certificate_ca.has_value()},
          {"handshake_timeout", configuration.handshake_timeout.has_value()},
          {"allowed_networks", configuration.allowed_networks.has_value()},
          {"max_connections", configuration.max_connections.has_value()},
          {"max_connections_per_address", configuration.max_connections_per_address.has_value()},
          {"idle_timeout", configuration.idle_timeout.has_value()},
          {"request_timeout", configuration.request_timeout.has_value()}};
}

/// One pass over a Configuration.
class Resolution {
 public:
  Resolution(const Configuration& configuration, Storey storey)
      : configuration_(configuration), storey_(storey), options_(variables) {}

  Settings run(std::vector<std::string>& problems) {
    binds();
    start_command();
    path("app_root", configuration_.app_root, settings_.app_root);
    path("pidfile_path", configuration_.pidfile_path, settings_.pidfile_path);
    path("log_path", configuration_.log_path, settings_.log_path);
    path("control_directory", configuration_.control_directory, settings_.control_directory);
    settings_.log_sink = configuration_.log_sink;
    log_level();
    name();
    version();
    options_.number("backlog", configuration_.backlog, 1, 65'535, settings_.backlog);
    options_.number("max_draining_generations", configuration_.max_draining_generations, 1, 64,
                    settings_.max_draining_generations);
    unix_socket_mode();
    group("unix_socket_group", configuration_.unix_socket_group, settings_.unix_socket_group);
    options_.duration("drain_timeout", configuration_.drain_timeout, milliseconds(0),
                      settings_.drain_timeout);
    options_.duration("restart_timeout", configuration_.restart_timeout, shortest_restart_timeout,
                      settings_.restart_timeout);
    options_.duration("rollback_window", configuration_.rollback_window, milliseconds(0),
                      settings_.rollback_window);
    options_.boolean("control", configuration_.control, settings_.control);
    group("control_observe_group", configuration_.control_observe_group, settings_.control_observe_group);
    group("control_operate_group", configuration_.control_operate_group, settings_.control_operate_group);
    settings_.handle_signals = configuration_.handle_signals.value_or(false);
    if (storey_ == Storey::generation) refuse_serving_options();
    problems.insert(problems.end(), options_.problems().begin(), options_.problems().end());
    return std::move(settings_);
  }

 private:
  void problem(const Found& found, const std::string& reason) { options_.problem(found, reason); }

  void path(const std::string& option, const std::optional<std::string>& value,
            std::optional<std::string>& setting) {
    if (auto found = options_.path(option, value)) setting = std::move(found->value);
  }

  void bind(const Found& found) {
    try {
      settings_.binds.push_back(net::parse_bind(found.value));
    } catch (const std::invalid_argument& error) {
      problem(found, error.what());
      return;
    }
    const net::BindAddress& added = settings_.binds.back();
    const bool repeatable = added.kind == net::BindAddress::Kind::inherited ||
                            (added.kind == net::BindAddress::Kind::tcp && added.port == 0);
    const auto same = [&](const net::BindAddress& other) {
      return other.kind == added.kind && other.host == added.host && other.port == added.port &&
             other.path == added.path;
    };
    if (!repeatable && std::any_of(settings_.binds.begin(), std::prev(settings_.binds.end()), same)) {
      problem(found, "is there twice");
    }
  }

  /// The shorthand of a port and an address.
  void bind_port(const Found& port) {
    if (!parse_number(port.value, 0, 65'535)) return problem(port, "must be a number from 0 to 65535");
    const std::optional<Found> address = options_.text("bind_address", configuration_.bind_address);
    std::string host = address ? address->value : "0.0.0.0";
    if (host.find(':') != std::string::npos && host.front() != '[') host = "[" + host + "]";
    bind({address ? "bind_address" : "bind_port", "tcp://" + host + ":" + port.value,
          address ? address->variable : port.variable});
  }

  void binds() {
    if (configuration_.bind) bind({"bind", *configuration_.bind});
    for (const std::string& address : configuration_.binds) bind({"binds", address});
    if (configuration_.bind_port) bind_port({"bind_port", std::to_string(*configuration_.bind_port)});

    const bool is_explicit = configuration_.bind || !configuration_.binds.empty() || configuration_.bind_port;
    const std::optional<Found> several = options_.environment("bind");
    const std::optional<Found> port = options_.environment("bind_port");
    if (!is_explicit && several) {
      for (const std::string& address : split_list(several->value, ','))
        bind({"bind", address, several->variable});
    } else if (!is_explicit && port) {
      bind_port(*port);
    }
    const bool address_counts = configuration_.bind_port || (!is_explicit && !several && port);
    if (configuration_.bind_address && !address_counts) {
      problem({"bind_address", *configuration_.bind_address}, "needs a bind_port (or PORT) to go with it");
    }
    const bool tried =
        is_explicit || std::getenv("UNINTERRUPTIBLE_BIND") != nullptr || std::getenv("PORT") != nullptr;
    if (storey_ == Storey::server && !tried) {
      options_.problem("bind: nothing to listen on; set bind, binds or bind_port (or PORT)");
    }
    check_bind_count();
  }

  void check_bind_count() {
    std::size_t descriptors = 0;
    for (const net::BindAddress& address : settings_.binds) {
      descriptors += address.kind == net::BindAddress::Kind::unix_path ? 2U : 1U;
    }
    if (descriptors <= most_bind_descriptors) return;
    problem({"binds", std::to_string(settings_.binds.size()) + " addresses"},
            "need " + std::to_string(descriptors) +
                " descriptors (two for a unix path); a restart can pass " +
                std::to_string(most_bind_descriptors));
  }

  void start_command() {
    std::optional<Found> line = options_.environment("start_command");
    if (configuration_.start_command) {
      if (const auto* words = std::get_if<std::vector<std::string>>(&*configuration_.start_command)) {
        return check_command(*words, {"start_command", words->empty() ? "" : words->front()});
      }
      line = Found{"start_command", std::get<std::string>(*configuration_.start_command)};
    }
    if (line) {
      const auto words = split_command(line->value);
      if (!words) return problem(*line, "has a quote that is left open or a backslash at its end");
      return check_command(*words, *line);
    }
    settings_.start_command = own_command_line();
    if (settings_.start_command.empty() || settings_.start_command.front().empty()) {
      problem({"start_command", ""}, "this program's own command line cannot be read from /proc; set it");
    }
  }

  void check_command(const std::vector<std::string>& words, const Found& found) {
    if (words.empty() || words.front().empty()) return problem(found, "names no program");
    for (const std::string& word : words) {
      if (word.find('\0') != std::string::npos) return problem(found, "contains a zero byte");
    }
    settings_.start_command = words;
  }

  void log_level() {
    if (configuration_.log_level) {
      settings_.log_level = *configuration_.log_level;
      const int level = static_cast<int>(settings_.log_level);
      if (level < static_cast<int>(LogLevel::debug) || level > static_cast<int>(LogLevel::fatal)) {
        problem({"log_level", std::to_string(level)}, "is no level");
      }
    } else if (const auto found = options_.environment("log_level")) {
      const auto level = level_from(found->value);
      if (!level) return problem(*found, "must be debug, info, warn, error or fatal");
      settings_.log_level = *level;
    }
  }

  void name() {
    const std::optional<Found> found = options_.text("name", configuration_.name);
    if (!found) {
      settings_.name = default_name();
      return;
    }
    settings_.name = found->value;
    settings_.name_is_configured = true;
    const std::string reason = refuse_name(settings_.name);
    if (!reason.empty()) problem(*found, reason);
  }

  void version() {
    const std::optional<Found> found = options_.text("version", configuration_.version);
    if (!found) return;
    if (found->value.size() > longest_version)
      return problem(*found, "has more than " + std::to_string(longest_version) + " bytes");
    settings_.version = found->value;
  }

  void unix_socket_mode() {
    std::optional<Found> found = options_.environment("unix_socket_mode");
    if (configuration_.unix_socket_mode)
      found = Found{"unix_socket_mode", octal(*configuration_.unix_socket_mode)};
    if (!found) return;
    const auto mode = mode_from(found->value);
    if (!mode || *mode > 0777) return problem(*found, "must be octal permission bits from 0 to 0777");
    settings_.unix_socket_mode = static_cast<mode_t>(*mode);
  }

  void group(const std::string& option, const std::optional<std::string>& value,
             std::optional<gid_t>& setting) {
    const std::optional<Found> found = options_.text(option, value);
    if (!found) return;
    setting = find_group(found->value);
    if (!setting) problem(*found, "there is no such group");
  }

  void refuse_serving_options() {
    for (const auto& [option, is_set] : serving_options(configuration_)) {
      if (is_set)
        options_.problem(std::string(option) +
                         ": only Server follows this option, and this program accepts by itself");
    }
  }

  const Configuration& configuration_;
  const Storey storey_;
  Options options_;
  Settings settings_;
};

}  // namespace

std::vector<std::string> own_command_line() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  std::vector<std::string> words;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\0', start), text.size());
    words.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return words;
}

Settings resolve_settings(const Configuration& configuration, Storey storey,
                          std::vector<std::string>& problems) {
  return Resolution(configuration, storey).run(problems);
}

Settings resolve_settings(const Configuration& configuration, Storey storey) {
  std::vector<std::string> problems;
  Settings settings = resolve_settings(configuration, storey, problems);
  if (!problems.empty()) throw ConfigurationError(std::move(problems));
  return settings;
}

Configuration without_serving_options(Configuration configuration) {
  const Configuration unset;
  configuration.tls_version = unset.tls_version;
  configuration.tls_key = unset.tls_key;
  configuration.tls_certificate = unset.tls_certificate;
  configuration.tls_security_level = unset.tls_security_level;
  configuration.verify_client_tls_certificate = unset.verify_client_tls_certificate;
  configuration.client_tls_certificate_ca = unset.client_tls_certificate_ca;
  configuration.handshake_timeout = unset.handshake_timeout;
  configuration.allowed_networks = unset.allowed_networks;
  configuration.max_connections = unset.max_connections;
  configuration.max_connections_per_address = unset.max_connections_per_address;
  configuration.idle_timeout = unset.idle_timeout;
  configuration.request_timeout = unset.request_timeout;
  return configuration;
}

}  // namespace uninterruptible
