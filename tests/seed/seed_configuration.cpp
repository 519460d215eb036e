#include <signal.h>

#include <QtTest>
#include <filesystem>

#include "seed/seed_support.hpp"

using namespace testing;

namespace {

const std::string any_port = "tcp://127.0.0.1:0";

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

/// The options of the gem's README but those of TLS and networks, each in code (the examples' flags are put
/// there) and in the environment.
class SeedConfiguration : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { forget_configuration(); }
  void bind_is_the_interface_to_listen_on();
  void bind_is_required();
  void bind_falls_back_to_0_0_0_0_on_env_port();
  void pidfile_path_is_where_the_pidfile_is_written();
  void pidfile_path_falls_back_to_env_pid_file();
  void log_path_is_where_the_log_is_written();
  void log_path_defaults_to_stdout();
  void log_level_is_the_log_writing_severity_data();
  void log_level_is_the_log_writing_severity();
  void log_level_defaults_to_info();
  void a_variable_that_is_set_but_empty_is_an_error_data();
  void a_variable_that_is_set_but_empty_is_an_error();
};

void SeedConfiguration::bind_is_the_interface_to_listen_on() {
  const Sandbox sandbox;
  Process server = sandbox.start({program("echo-server"), "--bind", any_port}, {{"PORT", "0"}});
  const std::string target = serves_on(server.output_path());
  QVERIFY2(target.starts_with("tcp://127.0.0.1:"), target.c_str());
  QCOMPARE(Client(target).ask("hello"), "hello");
  QVERIFY(is_refused(at_host(target, "127.0.0.2")));  // loopback as well, but not the address
}

void SeedConfiguration::bind_is_required() {
  const Sandbox sandbox;
  Process server = sandbox.start({program("seed-server")});
  const std::string reason = refusal_of(server);
  QVERIFY2(contains(reason, "nothing to listen on; set bind, binds or bind_port (or PORT)"), reason.c_str());
}

void SeedConfiguration::bind_falls_back_to_0_0_0_0_on_env_port() {
  const Sandbox sandbox;
  Process server = sandbox.start({program("echo-server")}, {{"PORT", "0"}});
  const std::string target = serves_on(server.output_path());
  QVERIFY2(target.starts_with("tcp://0.0.0.0:"), target.c_str());
  for (const char* const host : {"127.0.0.1", "127.0.0.2", "127.8.9.10"})
    QCOMPARE(Client(at_host(target, host)).ask("hello"), "hello");

  for (const char* const port : {"65536", "http", "-1", "80 "}) {
    Process wrong = sandbox.start({program("echo-server")}, {{"PORT", port}});
    const std::string reason = refusal_of(wrong);
    QVERIFY2(contains(reason, "(from PORT): must be a number from 0 to 65535"), reason.c_str());
  }
}

void SeedConfiguration::pidfile_path_is_where_the_pidfile_is_written() {
  const Sandbox sandbox;
  const std::string path = sandbox / "echoserver.pid";
  Process server = sandbox.start({program("echo-server"), "--bind", any_port, "--pidfile", path},
                                 {{"PID_FILE", sandbox / "other.pid"}});  // code before environment
  QCOMPARE(wait_for_pidfile(path), server.pid());
  server.signal(SIGTERM);
  QCOMPARE(server.wait_exit(), exited(0));
  QVERIFY(!std::filesystem::exists(path));
  QVERIFY(!std::filesystem::exists(sandbox / "other.pid"));
}

void SeedConfiguration::pidfile_path_falls_back_to_env_pid_file() {
  const Sandbox sandbox;
  const std::string path = sandbox / "echoserver.pid";
  Process server = sandbox.start({program("echo-server"), "--bind", any_port, "--rollback-window", "0"},
                                 {{"PID_FILE", path}});
  QCOMPARE(wait_for_pidfile(path), server.pid());
  server.signal(SIGUSR1);
  const pid_t next = wait_for_pidfile(path, server.pid());  // it always names the living one
  QCOMPARE(server.wait_exit(), exited(0));
  QCOMPARE(read_pidfile(path), next);
  ::kill(next, SIGTERM);
  QCOMPARE(wait_exit(next), exited(0));
  QVERIFY(!std::filesystem::exists(path));
}

void SeedConfiguration::log_path_is_where_the_log_is_written() {
  const Sandbox sandbox;
  const std::string path = sandbox / "echoserver.log";
  write_file(path, "kept\n");
  Process server = sandbox.start({program("echo-server"), "--bind", any_port, "--log", path});
  QCOMPARE(Client(serves_on(path)).ask("hello"), "hello");
  server.signal(SIGTERM);
  QCOMPARE(server.wait_exit(), exited(0));
  QVERIFY(read_file(path).starts_with("kept\n"));
  QVERIFY(contains(read_file(path), "generation 1 has ended"));
  QCOMPARE(server.standard_output(), "");
  QCOMPARE(server.standard_error(), "");
}

void SeedConfiguration::log_path_defaults_to_stdout() {
  const Sandbox sandbox;
  Process server = sandbox.start({program("echo-server"), "--bind", any_port});
  QCOMPARE(Client(serves_on(server.output_path())).ask("hello"), "hello");
  server.signal(SIGTERM);
  QCOMPARE(server.wait_exit(), exited(0));
  QVERIFY(contains(server.standard_output(), "generation 1 has ended"));
  QCOMPARE(server.standard_error(), "");
}

void SeedConfiguration::log_level_is_the_log_writing_severity_data() {
  QTest::addColumn<QString>("level");
  QTest::addColumn<QStringList>("written");
  QTest::newRow("Logger::DEBUG") << "debug" << QStringList{" DEBUG ", " INFO ", " ERROR "};
  QTest::newRow("Logger::INFO") << "info" << QStringList{" INFO ", " ERROR "};
  QTest::newRow("Logger::WARN") << "warn" << QStringList{" ERROR "};
  QTest::newRow("Logger::ERROR") << "error" << QStringList{" ERROR "};
  QTest::newRow("Logger::FATAL") << "fatal" << QStringList{};
}

/// The server listens (debug), serves (info), and ends the connection of a client whose line is too long
/// (error).
void SeedConfiguration::log_level_is_the_log_writing_severity() {
  QFETCH(const QString, level);
  QFETCH(const QStringList, written);
  for (const bool in_code : {true, false}) {
    const Sandbox sandbox;
    const std::string path = sandbox / "echo.sock";
    std::vector<std::string> command{program("echo-server"), "--bind", "unix://" + path};
    Sandbox::Environment environment;
    if (in_code) command.insert(command.end(), {"--log-level", level.toStdString()});
    environment.emplace_back("UNINTERRUPTIBLE_LOG_LEVEL", in_code ? "fatal" : level.toStdString());
    Process server = sandbox.start(command, environment);
    eventually([&] { return !is_refused("unix://" + path); }, "it serves");
    Client client("unix://" + path);
    client.send_line(std::string(70'000, 'x'));
    QVERIFY(client.at_end());
    server.signal(SIGTERM);
    QCOMPARE(server.wait_exit(), exited(0));
    for (const char* const severity : {" DEBUG ", " INFO ", " ERROR "}) {
      QVERIFY2(contains(server.standard_output(), severity) == written.contains(severity),
               server.standard_output().c_str());
    }
  }
}

void SeedConfiguration::log_level_defaults_to_info() {
  const Sandbox sandbox;
  Process server = sandbox.start({program("echo-server"), "--bind", any_port});
  QCOMPARE(Client(serves_on(server.output_path())).ask("hello"), "hello");
  server.signal(SIGTERM);
  QCOMPARE(server.wait_exit(), exited(0));
  QVERIFY(contains(server.standard_output(), " INFO "));
  QVERIFY(!contains(server.standard_output(), " DEBUG "));
}

void SeedConfiguration::a_variable_that_is_set_but_empty_is_an_error_data() {
  QTest::addColumn<QString>("variable");
  for (const char* const variable :
       {"PORT", "PID_FILE", "APP_ROOT", "TLS_VERSION", "TLS_KEY", "TLS_CERTIFICATE",
        "VERIFY_CLIENT_TLS_CERTIFICATE", "CLIENT_TLS_CERTIFICATE_CA", "ALLOWED_NETWORKS"})
    QTest::newRow(variable) << variable;
}

void SeedConfiguration::a_variable_that_is_set_but_empty_is_an_error() {
  QFETCH(const QString, variable);
  const Sandbox sandbox;
  Process server =
      sandbox.start({program("echo-server"), "--bind", any_port}, {{variable.toStdString(), std::string()}});
  const std::string reason = refusal_of(server);
  QVERIFY2(contains(reason, "(from " + variable.toStdString() + "): is set but empty"), reason.c_str());
}

QTEST_GUILESS_MAIN(SeedConfiguration)
#include "seed_configuration.moc"
