#include <unistd.h>

#include <QtTest>
#include <algorithm>
#include <cstdlib>

#include "settings/settings.hpp"

using namespace uninterruptible;
using namespace std::chrono_literals;

namespace {

const char* const variables[] = {"UNINTERRUPTIBLE_BIND",
                                 "PORT",
                                 "UNINTERRUPTIBLE_BIND_ADDRESS",
                                 "PID_FILE",
                                 "UNINTERRUPTIBLE_START_COMMAND",
                                 "APP_ROOT",
                                 "UNINTERRUPTIBLE_LOG_PATH",
                                 "UNINTERRUPTIBLE_LOG_LEVEL",
                                 "UNINTERRUPTIBLE_NAME",
                                 "UNINTERRUPTIBLE_BACKLOG",
                                 "UNINTERRUPTIBLE_UNIX_SOCKET_MODE",
                                 "UNINTERRUPTIBLE_UNIX_SOCKET_GROUP",
                                 "UNINTERRUPTIBLE_DRAIN_TIMEOUT",
                                 "UNINTERRUPTIBLE_RESTART_TIMEOUT",
                                 "UNINTERRUPTIBLE_ROLLBACK_WINDOW",
                                 "UNINTERRUPTIBLE_MAX_DRAINING_GENERATIONS",
                                 "UNINTERRUPTIBLE_CONTROL",
                                 "UNINTERRUPTIBLE_CONTROL_DIR",
                                 "UNINTERRUPTIBLE_VERSION",
                                 "UNINTERRUPTIBLE_CONTROL_OBSERVE_GROUP",
                                 "UNINTERRUPTIBLE_CONTROL_OPERATE_GROUP"};

Settings resolve(const Configuration& configuration, bool require_binds = false) {
  return resolve_settings(configuration, require_binds ? Storey::server : Storey::generation);
}

std::vector<std::string> problems_of(const Configuration& configuration, bool require_binds = false) {
  try {
    static_cast<void>(resolve(configuration, require_binds));
    return {};
  } catch (const ConfigurationError& error) {
    return error.problems();
  }
}

std::string only_problem(const Configuration& configuration) {
  const std::vector<std::string> problems = problems_of(configuration);
  return problems.size() == 1 ? problems.front() : std::to_string(problems.size()) + " problems";
}

std::string bind_texts(const Settings& settings) {
  std::string texts;
  for (const net::BindAddress& bind : settings.binds) texts += bind.text + " ";
  return texts;
}

std::string here() {
  char path[4096];
  return ::getcwd(path, sizeof path);
}

}  // namespace

class UnitSettings : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    for (const char* variable : variables) ::unsetenv(variable);
  }

  void defaults() {
    const Settings settings = resolve({});
    QVERIFY(settings.binds.empty());
    QVERIFY(!settings.pidfile_path);
    QVERIFY(!settings.log_path);
    QVERIFY(settings.start_command == own_command_line());
    QVERIFY(settings.start_command.front().find("unit_settings") != std::string::npos);
    QVERIFY(!settings.app_root);
    QVERIFY(settings.log_level == LogLevel::info);
    QCOMPARE(settings.name, std::string("unit_settings"));
    QVERIFY(!settings.name_is_configured);
    QCOMPARE(settings.backlog, 1024);
    QVERIFY(!settings.unix_socket_mode);
    QVERIFY(!settings.unix_socket_group);
    QVERIFY(!settings.control_observe_group && !settings.control_operate_group);
    QVERIFY(settings.drain_timeout == 0ms);
    QVERIFY(settings.restart_timeout == 60s);
    QVERIFY(settings.rollback_window == 2s);
    QCOMPARE(settings.max_draining_generations, 8);
    QVERIFY(settings.control);
    QVERIFY(!settings.control_directory);
    QVERIFY(!settings.handle_signals);
  }

  void a_boolean_is_what_it_says_and_nothing_else() {
    for (const char* yes : {"true", "TRUE", "yes", "on", "1"}) {
      ::setenv("UNINTERRUPTIBLE_CONTROL", yes, 1);
      QVERIFY2(resolve({}).control, yes);
    }
    for (const char* no : {"false", "False", "no", "off", "0"}) {
      ::setenv("UNINTERRUPTIBLE_CONTROL", no, 1);
      QVERIFY2(!resolve({}).control, no);
    }
    for (const char* neither : {"2", "nil", "t", " true", "00"}) {
      ::setenv("UNINTERRUPTIBLE_CONTROL", neither, 1);
      QVERIFY2(
          only_problem({}).find("must be true, yes, on or 1, or false, no, off or 0") != std::string::npos,
          neither);
    }
  }
  void what_only_server_follows_is_refused_where_there_is_none() {
    Configuration configuration;
    configuration.bind_port = 0;
    configuration.tls_key = "key";
    configuration.allowed_networks = {"10.0.0.0/8"};
    configuration.idle_timeout = 3s;
    QCOMPARE(problems_of(configuration).size(), std::size_t{3});
    QVERIFY(problems_of(without_serving_options(configuration)).empty());
    QVERIFY(problems_of(configuration, true).empty());
  }

  void everything_can_come_from_the_environment() {
    ::setenv("UNINTERRUPTIBLE_BIND", "tcp://127.0.0.1:0, unix:///run/x.sock", 1);
    ::setenv("PID_FILE", "/run/x.pid", 1);
    ::setenv("UNINTERRUPTIBLE_START_COMMAND", "server --name 'a b'", 1);
    ::setenv("APP_ROOT", "/srv/app", 1);
    ::setenv("UNINTERRUPTIBLE_LOG_PATH", "/var/log/x.log", 1);
    ::setenv("UNINTERRUPTIBLE_LOG_LEVEL", "warn", 1);
    ::setenv("UNINTERRUPTIBLE_NAME", "echo-1", 1);
    ::setenv("UNINTERRUPTIBLE_BACKLOG", "17", 1);
    ::setenv("UNINTERRUPTIBLE_UNIX_SOCKET_MODE", "0660", 1);
    ::setenv("UNINTERRUPTIBLE_UNIX_SOCKET_GROUP", "root", 1);
    ::setenv("UNINTERRUPTIBLE_DRAIN_TIMEOUT", "10m", 1);
    ::setenv("UNINTERRUPTIBLE_RESTART_TIMEOUT", "0.5", 1);
    ::setenv("UNINTERRUPTIBLE_ROLLBACK_WINDOW", "0", 1);
    ::setenv("UNINTERRUPTIBLE_MAX_DRAINING_GENERATIONS", "3", 1);
    ::setenv("UNINTERRUPTIBLE_CONTROL", "off", 1);
    ::setenv("UNINTERRUPTIBLE_CONTROL_DIR", "/run/c", 1);
    ::setenv("UNINTERRUPTIBLE_CONTROL_OBSERVE_GROUP", "root", 1);
    ::setenv("UNINTERRUPTIBLE_CONTROL_OPERATE_GROUP", "77", 1);
    const Settings settings = resolve({});
    QCOMPARE(bind_texts(settings), std::string("tcp://127.0.0.1:0 unix:///run/x.sock "));
    QCOMPARE(settings.pidfile_path.value(), std::string("/run/x.pid"));
    QVERIFY(settings.start_command == (std::vector<std::string>{"server", "--name", "a b"}));
    QCOMPARE(settings.app_root.value(), std::string("/srv/app"));
    QCOMPARE(settings.log_path.value(), std::string("/var/log/x.log"));
    QVERIFY(settings.log_level == LogLevel::warn);
    QCOMPARE(settings.name, std::string("echo-1"));
    QVERIFY(settings.name_is_configured);
    QCOMPARE(settings.backlog, 17);
    QCOMPARE(settings.unix_socket_mode.value(), mode_t(0660));
    QCOMPARE(settings.unix_socket_group.value(), gid_t(0));
    QVERIFY(settings.drain_timeout == 10min);
    QVERIFY(settings.restart_timeout == 500ms);
    QVERIFY(settings.rollback_window == 0ms);
    QCOMPARE(settings.max_draining_generations, 3);
    QVERIFY(!settings.control);
    QCOMPARE(settings.control_directory.value(), std::string("/run/c"));
    QCOMPARE(settings.control_observe_group.value(), gid_t(0));
    QCOMPARE(settings.control_operate_group.value(), gid_t(77));
  }

  void what_the_program_sets_beats_the_environment() {
    // Garbage in a variable that does not count is nobody's problem.
    for (const char* variable : variables) ::setenv(variable, "!garbage!", 1);
    Configuration config;
    config.bind_port = 6789;
    config.bind_address = "127.0.0.1";
    config.pidfile_path = "/run/y.pid";
    config.start_command = std::vector<std::string>{"/bin/server", ""};
    config.app_root = "/srv";
    config.log_path = "/y.log";
    config.log_level = LogLevel::debug;
    config.name = "y";
    config.backlog = 1;
    config.unix_socket_mode = 0600U;
    config.unix_socket_group = "12345";
    config.drain_timeout = 1ms;
    config.restart_timeout = 10ms;
    config.rollback_window = 3ms;
    config.max_draining_generations = 64;
    config.control = true;
    config.control_directory = "/c";
    config.control_observe_group = "4";
    config.control_operate_group = "5";
    config.handle_signals = true;
    const Settings settings = resolve(config, true);
    QCOMPARE(bind_texts(settings), std::string("tcp://127.0.0.1:6789 "));
    QCOMPARE(settings.pidfile_path.value(), std::string("/run/y.pid"));
    QVERIFY(settings.start_command == (std::vector<std::string>{"/bin/server", ""}));
    QVERIFY(settings.log_level == LogLevel::debug);
    QCOMPARE(settings.backlog, 1);
    QCOMPARE(settings.unix_socket_mode.value(), mode_t(0600));
    QCOMPARE(settings.unix_socket_group.value(), gid_t(12345));
    QVERIFY(settings.restart_timeout == 10ms);
    QVERIFY(settings.control);
    QCOMPARE(settings.control_observe_group.value(), gid_t(4));
    QCOMPARE(settings.control_operate_group.value(), gid_t(5));
    QVERIFY(settings.handle_signals);
  }

  void addresses_add_up_and_the_environment_is_a_fallback() {
    Configuration config;
    config.bind = "tcp://127.0.0.1:1";
    config.binds = {"tcp://127.0.0.1:0", "tcp://127.0.0.1:0"};
    config.bind_port = 2;
    ::setenv("PORT", "3", 1);
    ::setenv("UNINTERRUPTIBLE_BIND", "tcp://127.0.0.1:4", 1);
    QCOMPARE(bind_texts(resolve(config)),
             std::string("tcp://127.0.0.1:1 tcp://127.0.0.1:0 tcp://127.0.0.1:0 tcp://0.0.0.0:2 "));
    QCOMPARE(bind_texts(resolve({})), std::string("tcp://127.0.0.1:4 "));
    ::unsetenv("UNINTERRUPTIBLE_BIND");
    QCOMPARE(bind_texts(resolve({})), std::string("tcp://0.0.0.0:3 "));
    Configuration address_only;
    address_only.bind_address = "::1";
    QCOMPARE(bind_texts(resolve(address_only)), std::string("tcp://[::1]:3 "));
    ::setenv("UNINTERRUPTIBLE_BIND_ADDRESS", "[::]", 1);
    QCOMPARE(bind_texts(resolve({})), std::string("tcp://[::]:3 "));
    ::unsetenv("PORT");
    QVERIFY(only_problem(address_only).find("needs a bind_port") != std::string::npos);
  }

  void a_server_needs_an_address() {
    QCOMPARE(problems_of({}, true).size(), std::size_t(1));
    QVERIFY(problems_of({}, false).empty());
    Configuration config;
    config.backlog = 0;
    QCOMPARE(problems_of(config, true).size(), std::size_t(2));
  }

  void set_but_empty_is_an_error_for_every_variable() {
    // Also where the program's own value counts.
    Configuration config;
    config.bind = "tcp://127.0.0.1:0";
    config.name = "x";
    for (const char* variable : variables) ::setenv(variable, "", 1);
    const std::vector<std::string> problems = problems_of(config, true);
    QCOMPARE(problems.size(), std::size(variables));
    for (const char* variable : variables) {
      const std::string part = " '' (from " + std::string(variable) + "): is set but empty";
      QVERIFY2(
          std::any_of(problems.begin(), problems.end(),
                      [&](const std::string& problem) { return problem.find(part) != std::string::npos; }),
          variable);
    }
  }

  void a_version_is_short() {
    Configuration config;
    config.version = std::string(100, 'v');
    QCOMPARE(resolve(config).version.size(), std::size_t(100));
    config.version = std::string(101, 'v');
    QVERIFY(only_problem(config).ends_with("': has more than 100 bytes"));
    config.version = "";
    QCOMPARE(only_problem(config), std::string("version '': is empty"));
  }

  void a_group_that_does_not_exist_is_named() {
    Configuration config;
    config.control_observe_group = "no-such-group";
    QCOMPARE(only_problem(config),
             std::string("control_observe_group 'no-such-group': there is no such group"));
    config = {};
    config.control_operate_group = "wheel of\nfortune";
    QCOMPARE(only_problem(config),
             std::string("control_operate_group 'wheel of\\nfortune': there is no such group"));
  }

  void all_problems_come_at_once_with_option_value_and_reason() {
    ::setenv("UNINTERRUPTIBLE_RESTART_TIMEOUT", "5ms", 1);
    ::setenv("UNINTERRUPTIBLE_LOG_LEVEL", "lo\nud", 1);
    Configuration config;
    config.bind = "tcp://0.0.0.0:65536";
    config.backlog = 65'536;
    try {
      static_cast<void>(resolve(config));
      QFAIL("accepted");
    } catch (const ConfigurationError& error) {
      QCOMPARE(
          error.what(),
          "bind 'tcp://0.0.0.0:65536': port 65536 is not between 0 and 65535\n"
          "log_level 'lo\\nud' (from UNINTERRUPTIBLE_LOG_LEVEL): must be debug, info, warn, error or fatal\n"
          "backlog '65536': must be a whole number from 1 to 65535\n"
          "restart_timeout '5ms' (from UNINTERRUPTIBLE_RESTART_TIMEOUT): must be at least 10 ms");
      QCOMPARE(error.problems().size(), std::size_t(4));
    }
  }

  void values_of_the_environment_are_checked() {
    const std::pair<const char*, const char*> cases[] = {
        {"PORT", "65536"},
        {"PORT", "-1"},
        {"PORT", "80abc"},
        {"PORT", " 80"},
        {"UNINTERRUPTIBLE_BIND", "tcp://127.0.0.1:1,"},
        {"UNINTERRUPTIBLE_BIND", "tcp://127.0.0.1:1,tcp://127.0.0.1:1"},
        {"UNINTERRUPTIBLE_LOG_LEVEL", "INFO"},
        {"UNINTERRUPTIBLE_NAME", "a/b"},
        {"UNINTERRUPTIBLE_NAME", ".a"},
        {"UNINTERRUPTIBLE_BACKLOG", "0"},
        {"UNINTERRUPTIBLE_BACKLOG", "1e3"},
        {"UNINTERRUPTIBLE_UNIX_SOCKET_MODE", "0888"},
        {"UNINTERRUPTIBLE_UNIX_SOCKET_MODE", "1777"},
        {"UNINTERRUPTIBLE_UNIX_SOCKET_GROUP", "no-such-group"},
        {"UNINTERRUPTIBLE_UNIX_SOCKET_GROUP", "-1"},
        {"UNINTERRUPTIBLE_UNIX_SOCKET_GROUP", "4294967295"},
        {"UNINTERRUPTIBLE_CONTROL_OBSERVE_GROUP", "no-such-group"},
        {"UNINTERRUPTIBLE_CONTROL_OPERATE_GROUP", "no-such-group"},
        {"UNINTERRUPTIBLE_CONTROL_OPERATE_GROUP", "-1"},
        {"UNINTERRUPTIBLE_DRAIN_TIMEOUT", "-1"},
        {"UNINTERRUPTIBLE_DRAIN_TIMEOUT", "soon"},
        {"UNINTERRUPTIBLE_MAX_DRAINING_GENERATIONS", "65"},
        {"UNINTERRUPTIBLE_CONTROL", "perhaps"},
        {"UNINTERRUPTIBLE_START_COMMAND", "server 'open"},
        {"UNINTERRUPTIBLE_START_COMMAND", "  "},
        {"UNINTERRUPTIBLE_START_COMMAND", "'' x"},
    };
    for (const auto& [variable, value] : cases) {
      init();
      ::setenv(variable, value, 1);
      const std::string problem = only_problem({});
      QVERIFY2(problem.find("(from " + std::string(variable) + "): ") != std::string::npos,
               (std::string(variable) + "=" + value + " gave: " + problem).c_str());
    }
  }

  void values_of_the_program_are_checked() {
    using Change = void (*)(Configuration&);
    const std::pair<const char*, Change> cases[] = {
        {"bind", [](Configuration& c) { c.bind = ""; }},
        {"binds",
         [](Configuration& c) {
           c.binds = {"unix:///a", "unix:/a"};
         }},
        {"binds", [](Configuration& c) { c.binds.assign(81, "x"); }},
        {"bind_address",
         [](Configuration& c) {
           c.bind_port = 1;
           c.bind_address = "1.2.3";
         }},
        {"pidfile_path", [](Configuration& c) { c.pidfile_path = ""; }},
        {"pidfile_path", [](Configuration& c) { c.pidfile_path = std::string("/a\0b", 4); }},
        {"start_command", [](Configuration& c) { c.start_command = std::vector<std::string>(); }},
        {"start_command", [](Configuration& c) { c.start_command = std::vector<std::string>{""}; }},
        {"start_command", [](Configuration& c) { c.start_command = "a \\"; }},
        {"start_command",
         [](Configuration& c) {
           c.start_command = std::vector<std::string>{"a", std::string("\0", 1)};
         }},
        {"log_level", [](Configuration& c) { c.log_level = static_cast<LogLevel>(7); }},
        {"name", [](Configuration& c) { c.name = std::string(65, 'a'); }},
        {"name", [](Configuration& c) { c.name = ""; }},
        {"backlog", [](Configuration& c) { c.backlog = -1; }},
        {"unix_socket_mode", [](Configuration& c) { c.unix_socket_mode = 01000U; }},
        {"drain_timeout", [](Configuration& c) { c.drain_timeout = -1ms; }},
        {"rollback_window", [](Configuration& c) { c.rollback_window = std::chrono::milliseconds::max(); }},
        {"restart_timeout", [](Configuration& c) { c.restart_timeout = 9ms; }},
        {"max_draining_generations", [](Configuration& c) { c.max_draining_generations = 0; }},
    };
    for (const auto& [option, change] : cases) {
      Configuration config;
      change(config);
      const std::vector<std::string> problems = problems_of(config);
      QVERIFY2(!problems.empty() && problems.front().starts_with(std::string(option) + " '"), option);
    }
  }

  void too_many_listeners_for_one_handoff_are_refused() {
    Configuration config;
    config.binds.assign(160, "tcp://127.0.0.1:0");
    QVERIFY(problems_of(config).empty());
    config.binds.emplace_back("tcp://127.0.0.1:0");
    QVERIFY(only_problem(config).find("160") != std::string::npos);
  }

  void relative_paths_mean_the_directory_of_the_start() {
    Configuration config;
    config.pidfile_path = "tmp/x.pid";
    config.log_path = "log/x.log";
    config.app_root = "current";
    config.control_directory = "run";
    const Settings settings = resolve(config);
    QCOMPARE(settings.pidfile_path.value(), here() + "/tmp/x.pid");
    QCOMPARE(settings.log_path.value(), here() + "/log/x.log");
    QCOMPARE(settings.app_root.value(), here() + "/current");
    QCOMPARE(settings.control_directory.value(), here() + "/run");
  }
};

QTEST_GUILESS_MAIN(UnitSettings)
#include "unit_settings.moc"
