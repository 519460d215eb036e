#include <QtTest>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "settings/settings.hpp"

using namespace uninterruptible;
using namespace std::chrono_literals;

namespace {

/// One option with its variable: what it is by default, by the environment and by the program.
struct Option {
  const char* variable;
  const char* value;
  std::function<void(Configuration&)> set;
  std::function<std::string(const Settings&)> look;
  std::string by_default;
  std::string by_environment;
  std::string by_program;
};

std::string text(const std::optional<std::string>& value) { return value.value_or("none"); }
std::string text(const std::optional<gid_t>& value) { return value ? std::to_string(*value) : "none"; }
std::string text(std::chrono::milliseconds value) { return std::to_string(value.count()) + " ms"; }
std::string binds(const Settings& settings) {
  std::string all;
  for (const net::BindAddress& bind : settings.binds) all += (all.empty() ? "" : " ") + bind.text;
  return all;
}
std::string command(const Settings& settings) {
  std::string all;
  for (const std::string& word : settings.start_command) all += (all.empty() ? "" : "|") + word;
  return all;
}

using C = Configuration;
using S = Settings;

const std::vector<Option>& options() {
  static const std::vector<Option> all{
      {"UNINTERRUPTIBLE_BIND", "tcp://127.0.0.1:1, unix:///e", [](C& c) { c.bind = "tcp://127.0.0.1:2"; },
       binds, "", "tcp://127.0.0.1:1 unix:///e", "tcp://127.0.0.1:2"},
      {"PORT", "1", [](C& c) { c.bind_port = 2; }, binds, "", "tcp://0.0.0.0:1", "tcp://0.0.0.0:2"},
      {"PID_FILE", "/e", [](C& c) { c.pidfile_path = "/p"; }, [](const S& s) { return text(s.pidfile_path); },
       "none", "/e", "/p"},
      {"UNINTERRUPTIBLE_START_COMMAND", "e 'x y'", [](C& c) { c.start_command = "p z"; }, command,
       [] {
         Settings settings;
         settings.start_command = own_command_line();
         return command(settings);
       }(),
       "e|x y", "p|z"},
      {"APP_ROOT", "/e", [](C& c) { c.app_root = "/p"; }, [](const S& s) { return text(s.app_root); }, "none",
       "/e", "/p"},
      {"UNINTERRUPTIBLE_LOG_PATH", "/e", [](C& c) { c.log_path = "/p"; },
       [](const S& s) { return text(s.log_path); }, "none", "/e", "/p"},
      {"UNINTERRUPTIBLE_LOG_LEVEL", "error", [](C& c) { c.log_level = LogLevel::debug; },
       [](const S& s) { return std::to_string(static_cast<int>(s.log_level)); },
       std::to_string(static_cast<int>(LogLevel::info)), std::to_string(static_cast<int>(LogLevel::error)),
       std::to_string(static_cast<int>(LogLevel::debug))},
      {"UNINTERRUPTIBLE_NAME", "e", [](C& c) { c.name = "p"; },
       [](const S& s) { return s.name + (s.name_is_configured ? " configured" : ""); },
       "unit_settings_precedence", "e configured", "p configured"},
      {"UNINTERRUPTIBLE_VERSION", "e", [](C& c) { c.version = "p"; }, [](const S& s) { return s.version; },
       "", "e", "p"},
      {"UNINTERRUPTIBLE_BACKLOG", "1", [](C& c) { c.backlog = 2; },
       [](const S& s) { return std::to_string(s.backlog); }, "1024", "1", "2"},
      {"UNINTERRUPTIBLE_UNIX_SOCKET_MODE", "0600", [](C& c) { c.unix_socket_mode = 0660U; },
       [](const S& s) { return s.unix_socket_mode ? std::to_string(*s.unix_socket_mode) : "none"; }, "none",
       "384", "432"},
      {"UNINTERRUPTIBLE_UNIX_SOCKET_GROUP", "1", [](C& c) { c.unix_socket_group = "2"; },
       [](const S& s) { return text(s.unix_socket_group); }, "none", "1", "2"},
      {"UNINTERRUPTIBLE_DRAIN_TIMEOUT", "1", [](C& c) { c.drain_timeout = 2s; },
       [](const S& s) { return text(s.drain_timeout); }, "0 ms", "1000 ms", "2000 ms"},
      {"UNINTERRUPTIBLE_RESTART_TIMEOUT", "1", [](C& c) { c.restart_timeout = 2s; },
       [](const S& s) { return text(s.restart_timeout); }, "60000 ms", "1000 ms", "2000 ms"},
      {"UNINTERRUPTIBLE_ROLLBACK_WINDOW", "1", [](C& c) { c.rollback_window = 0s; },
       [](const S& s) { return text(s.rollback_window); }, "2000 ms", "1000 ms", "0 ms"},
      {"UNINTERRUPTIBLE_MAX_DRAINING_GENERATIONS", "1", [](C& c) { c.max_draining_generations = 2; },
       [](const S& s) { return std::to_string(s.max_draining_generations); }, "8", "1", "2"},
      {"UNINTERRUPTIBLE_CONTROL", "no", [](C& c) { c.control = true; },
       [](const S& s) { return std::string(s.control ? "yes" : "no"); }, "yes", "no", "yes"},
      {"UNINTERRUPTIBLE_CONTROL_DIR", "/e", [](C& c) { c.control_directory = "/p"; },
       [](const S& s) { return text(s.control_directory); }, "none", "/e", "/p"},
      {"UNINTERRUPTIBLE_CONTROL_OBSERVE_GROUP", "1", [](C& c) { c.control_observe_group = "2"; },
       [](const S& s) { return text(s.control_observe_group); }, "none", "1", "2"},
      {"UNINTERRUPTIBLE_CONTROL_OPERATE_GROUP", "1", [](C& c) { c.control_operate_group = "2"; },
       [](const S& s) { return text(s.control_operate_group); }, "none", "1", "2"},
  };
  return all;
}

}  // namespace

/// For each variable of Generation: explicit beats environment beats default, and set but empty is an error.
class UnitSettingsPrecedence : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    for (const Option& option : options()) ::unsetenv(option.variable);
    ::unsetenv("UNINTERRUPTIBLE_BIND_ADDRESS");
  }

  void each_option_data() {
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < options().size(); ++i)
      QTest::newRow(options()[i].variable) << static_cast<int>(i);
  }
  void each_option() {
    QFETCH(const int, index);
    const Option& option = options()[static_cast<std::size_t>(index)];
    const auto outcome = [&](bool by_program) -> std::string {
      Configuration configuration;
      if (by_program) option.set(configuration);
      try {
        return option.look(resolve_settings(configuration, Storey::generation));
      } catch (const ConfigurationError& error) {
        return error.what();
      }
    };
    QCOMPARE(outcome(false), option.by_default);
    QCOMPARE(outcome(true), option.by_program);
    ::setenv(option.variable, option.value, 1);
    QCOMPARE(outcome(false), option.by_environment);
    QCOMPARE(outcome(true), option.by_program);
    ::setenv(option.variable, "", 1);
    for (const bool by_program : {false, true}) {
      const std::string said = outcome(by_program);
      QVERIFY2(
          said.find("'' (from " + std::string(option.variable) + "): is set but empty") != std::string::npos,
          said.c_str());
    }
  }

  /// It only means something together with a port, from wherever that comes.
  void bind_address_goes_with_a_port() {
    Configuration configuration;
    ::setenv("UNINTERRUPTIBLE_BIND_ADDRESS", "127.0.0.2", 1);
    QCOMPARE(binds(resolve_settings(configuration, Storey::generation)), std::string());
    ::setenv("PORT", "1", 1);
    QCOMPARE(binds(resolve_settings(configuration, Storey::generation)), std::string("tcp://127.0.0.2:1"));
    configuration.bind_address = "127.0.0.3";
    QCOMPARE(binds(resolve_settings(configuration, Storey::generation)), std::string("tcp://127.0.0.3:1"));
    configuration.bind_port = 2;
    QCOMPARE(binds(resolve_settings(configuration, Storey::generation)), std::string("tcp://127.0.0.3:2"));
    ::setenv("UNINTERRUPTIBLE_BIND_ADDRESS", "", 1);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(resolve_settings(configuration, Storey::generation)),
                             ConfigurationError);
  }
};

QTEST_GUILESS_MAIN(UnitSettingsPrecedence)
#include "unit_settings_precedence.moc"
