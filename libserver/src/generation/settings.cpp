#include "generation/settings.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <stdexcept>
#include <utility>

#include "base/text.hpp"
#include "generation/option_values.hpp"

namespace uninterruptible {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest_duration{10LL * 366 * 86'400'000};
constexpr milliseconds shortest_restart_timeout{10};

/// Every option that has a variable. The empty ones are found here, whether or not they count.
constexpr std::pair<const char*, const char*> variables[] = {
    {"bind", "UNINTERRUPTIBLE_BIND"},
    {"bind_port", "PORT"},
    {"bind_address", "UNINTERRUPTIBLE_BIND_ADDRESS"},
    {"pidfile_path", "PID_FILE"},
    {"start_command", "UNINTERRUPTIBLE_START_COMMAND"},
    {"app_root", "APP_ROOT"},
    {"log_path", "UNINTERRUPTIBLE_LOG_PATH"},
    {"log_level", "UNINTERRUPTIBLE_LOG_LEVEL"},
    {"name", "UNINTERRUPTIBLE_NAME"},
    {"backlog", "UNINTERRUPTIBLE_BACKLOG"},
    {"unix_socket_mode", "UNINTERRUPTIBLE_UNIX_SOCKET_MODE"},
    {"unix_socket_group", "UNINTERRUPTIBLE_UNIX_SOCKET_GROUP"},
    {"drain_timeout", "UNINTERRUPTIBLE_DRAIN_TIMEOUT"},
    {"restart_timeout", "UNINTERRUPTIBLE_RESTART_TIMEOUT"},
    {"rollback_window", "UNINTERRUPTIBLE_ROLLBACK_WINDOW"},
    {"max_draining_generations", "UNINTERRUPTIBLE_MAX_DRAINING_GENERATIONS"},
    {"control", "UNINTERRUPTIBLE_CONTROL"},
    {"control_directory", "UNINTERRUPTIBLE_CONTROL_DIR"},
};

/// A value that was found, and from where; knows how to say what is wrong with it.
struct Found {
  std::string option;
  std::string value;
  std::string variable{};  ///< empty when set by the program
};

/// One pass over a Configuration, collecting what is wrong.
class Resolution {
 public:
  Resolution(const Configuration& configuration, const SettingsRules& rules)
      : configuration_(configuration), rules_(rules), directory_(working_directory()) {}

  Settings run() {
    read_variables();
    binds();
    start_command();
    settings_.app_root = absolute("app_root", configuration_.app_root);
    settings_.pidfile_path = absolute("pidfile_path", configuration_.pidfile_path);
    settings_.log_path = absolute("log_path", configuration_.log_path);
    settings_.control_directory = absolute("control_directory", configuration_.control_directory);
    settings_.log_sink = configuration_.log_sink;
    log_level();
    name();
    settings_.backlog = number("backlog", configuration_.backlog, settings_.backlog, 65'535);
    settings_.max_draining_generations =
        number("max_draining_generations", configuration_.max_draining_generations,
               settings_.max_draining_generations, 64);
    unix_socket_mode();
    unix_socket_group();
    duration("drain_timeout", configuration_.drain_timeout, settings_.drain_timeout, milliseconds(0));
    duration("restart_timeout", configuration_.restart_timeout, settings_.restart_timeout,
             shortest_restart_timeout);
    duration("rollback_window", configuration_.rollback_window, settings_.rollback_window, milliseconds(0));
    control();
    settings_.handle_signals = configuration_.handle_signals.value_or(rules_.handle_signals_by_default);
    if (!problems_.empty()) throw ConfigurationError(std::move(problems_));
    return std::move(settings_);
  }

 private:
  void problem(const Found& found, const std::string& reason) {
    const std::string source = found.variable.empty() ? "" : " (from " + found.variable + ")";
    problems_.push_back(found.option + " '" + escape_text(found.value, 200) + "'" + source + ": " + reason);
  }

  void read_variables() {
    for (const auto& [option, variable] : variables) {
      const char* const value = std::getenv(variable);
      if (value == nullptr) continue;
      if (*value == '\0') {
        problem({option, "", variable}, "is set but empty; unset it to get the default");
      } else {
        from_environment_.emplace(option, Found{option, value, variable});
      }
    }
  }

  std::optional<Found> environment(const std::string& option) const {
    const auto found = from_environment_.find(option);
    if (found == from_environment_.end()) return std::nullopt;
    return found->second;
  }

  /// What was set by the program, else by the environment; refuses what no option of text can be.
  std::optional<Found> text(const std::string& option, const std::optional<std::string>& value) {
    if (!value) return environment(option);
    const Found found{option, *value};
    if (value->empty()) {
      problem(found, "is empty");
      return std::nullopt;
    }
    if (value->find('\0') != std::string::npos) {
      problem(found, "contains a zero byte");
      return std::nullopt;
    }
    return found;
  }

  std::optional<std::string> absolute(const std::string& option, const std::optional<std::string>& value) {
    const std::optional<Found> found = text(option, value);
    if (!found || found->value.front() == '/') return found ? std::optional(found->value) : std::nullopt;
    if (!directory_) {
      problem(*found, "is relative, and the working directory has no name (any more)");
      return std::nullopt;
    }
    return *directory_ + (*directory_ == "/" ? "" : "/") + found->value;
  }

  void bind(const Found& found) {
    try {
      settings_.binds.push_back(net::parse_bind(found.value));
    } catch (const std::invalid_argument& error) {
      problem(found, error.what());
      return;
    }
    const net::BindAddress& added = settings_.binds.back();
    const bool repeatable = added.kind == net::BindAddress::Kind::tcp && added.port == 0;
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
    const std::optional<Found> address = text("bind_address", configuration_.bind_address);
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
    const std::optional<Found> several = environment("bind");
    const std::optional<Found> port = environment("bind_port");
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
    if (rules_.require_binds && !tried) {
      problems_.emplace_back("bind: nothing to listen on; set bind, binds or bind_port (or PORT)");
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
    std::optional<Found> line = environment("start_command");
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
    } else if (const auto found = environment("log_level")) {
      const auto level = level_from(found->value);
      if (!level) return problem(*found, "must be debug, info, warn, error or fatal");
      settings_.log_level = *level;
    }
  }

  void name() {
    const std::optional<Found> found = text("name", configuration_.name);
    if (!found) {
      settings_.name = default_name();
      return;
    }
    settings_.name = found->value;
    settings_.name_is_configured = true;
    const std::string reason = refuse_name(settings_.name);
    if (!reason.empty()) problem(*found, reason);
  }

  /// A whole number from 1 to `highest`.
  int number(const std::string& option, const std::optional<int>& value, int fallback, int highest) {
    const std::optional<Found> found = value ? Found{option, std::to_string(*value)} : environment(option);
    if (!found) return fallback;
    const auto parsed = parse_number(found->value, 1, static_cast<std::uint64_t>(highest));
    if (!parsed) problem(*found, "must be a whole number from 1 to " + std::to_string(highest));
    return static_cast<int>(parsed.value_or(0));
  }

  void unix_socket_mode() {
    std::optional<Found> found = environment("unix_socket_mode");
    if (configuration_.unix_socket_mode)
      found = Found{"unix_socket_mode", octal(*configuration_.unix_socket_mode)};
    if (!found) return;
    const auto mode = mode_from(found->value);
    if (!mode || *mode > 0777) return problem(*found, "must be octal permission bits from 0 to 0777");
    settings_.unix_socket_mode = static_cast<mode_t>(*mode);
  }

  void unix_socket_group() {
    const std::optional<Found> found = text("unix_socket_group", configuration_.unix_socket_group);
    if (!found) return;
    settings_.unix_socket_group = find_group(found->value);
    if (!settings_.unix_socket_group) problem(*found, "there is no such group");
  }

  void duration(const std::string& option, const std::optional<milliseconds>& value, milliseconds& setting,
                milliseconds lowest) {
    std::optional<Found> found = environment(option);
    std::optional<milliseconds> wanted = value;
    if (value) {
      found = Found{option, std::to_string(value->count()) + "ms"};
    } else if (found) {
      wanted = parse_duration(found->value);
      if (!wanted)
        return problem(*found,
                       "must be seconds or have a unit, as in 0.5, 500ms, 10m or 2h, and at most ten years");
    }
    if (!wanted) return;
    if (*wanted < milliseconds(0)) return problem(*found, "must not be negative");
    if (*wanted < lowest)
      return problem(*found, "must be at least " + std::to_string(lowest.count()) + " ms");
    if (*wanted > longest_duration) return problem(*found, "must be at most ten years");
    setting = *wanted;
  }

  void control() {
    if (configuration_.control) {
      settings_.control = *configuration_.control;
    } else if (const auto found = environment("control")) {
      if (found->value != "on" && found->value != "off") return problem(*found, "must be on or off");
      settings_.control = found->value == "on";
    }
  }

  const Configuration& configuration_;
  const SettingsRules& rules_;
  std::optional<std::string> directory_;
  std::map<std::string, Found> from_environment_;
  Settings settings_;
  std::vector<std::string> problems_;
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

Settings resolve_settings(const Configuration& configuration, const SettingsRules& rules) {
  return Resolution(configuration, rules).run();
}

}  // namespace uninterruptible
