#include <QRegularExpression>
#include <QtTest>

#include "cli/cli_fixture.hpp"
#include "cli/scripted_server.hpp"
#include "support/files.hpp"

using namespace uninterruptible::control;
using namespace std::chrono_literals;
using testing::FakeBackend;
using testing::Result;
using testing::ScriptedServer;

/// Each command that tells something, with what it is called here.
constexpr std::pair<const char*, const char*> all_commands[] = {{"list", "list"},
                                                                {"status", "status"},
                                                                {"connections", "connections"},
                                                                {"counters", "counters"},
                                                                {"top", "top --count 1 --interval 100ms"},
                                                                {"restart", "restart --until final"},
                                                                {"cancel", "cancel"},
                                                                {"history", "history"},
                                                                {"close", "close 7-1 7-2"},
                                                                {"shutdown", "shutdown --no-wait"},
                                                                {"extend-drain", "extend-drain 30m"},
                                                                {"log-level", "log-level debug"},
                                                                {"wait", "wait live"},
                                                                {"version", "version"}};

/// What each command writes, to the letter, as the files in golden/ have it. UNINTERRUPTIBLE_UPDATE_GOLDEN=1
/// writes them anew; what has changed is then to be looked at.
class CliGolden : public QObject, private testing::CliFixture {
  Q_OBJECT

  std::unique_ptr<ScriptedServer> echo_;

  /// Whose numbers and ages stay the same as long as a test takes.
  void serve() {
    echo_ = server();
    ScriptedServer& it = *echo_;
    const auto ago = [](std::chrono::minutes age) {
      return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()) - age;
    };
    ServerStatus& state = it.backend.state;
    state.start_command = {"/usr/bin/echo-server", "--bind", "tcp://127.0.0.1:40001"};
    state.binds = {"tcp://127.0.0.1:40001"};
    state.drain_timeout = 10min;
    state.rollback_window = 2s;
    state.generations[0].started_at = ago(24h * 3 + 4h + 30min);
    state.generations[0].draining_since = ago(4h + 30min);
    state.generations[0].counters = {{"idle_timeouts", 4}};
    state.generations[1].started_at = ago(24h * 2 + 4h + 30min);
    state.generations[1].counters = {{"idle_timeouts", 38}, {"denied_by_network", 2}};
    it.backend.connections = {FakeBackend::connection(6, 41), FakeBackend::connection(7, 1),
                              FakeBackend::connection(7, 2)};
    for (ConnectionRecord& one : it.backend.connections) {
      one.opened_at = ago(24h + 4h + 30min);
      one.active_at = ago(24h + 2h + 30min);
      one.bytes_in = 1'234'567;
    }
    it.backend.connections[0].state = "closing";
    it.backend.connections[1].label = "a label that is longer than what fits beside all else";
    it.backend.restarts = history();
    it.next_backend.state = state;
    script(it, {[&it] { it.publish("spawned", [](Step& step) { step.pid = 4188; }); },
                [&it] { it.publish("final", [](Step& step) { step.pid = 4188; }); }});
    it.backend.on_cancel = [&it] { it.later([&it] { it.publish("rolled_back"); }); };
    it.backend.extension = DrainExtended{{{6, ago(-24h * 2 - 4h - 30min)}}, {}};
    echo_->start();
  }

  /// The latest first: one that goes on, one that failed, one that is over.
  [[nodiscard]] static std::vector<RestartRecord> history() {
    const WallTime at(std::chrono::seconds(1'796'134'330));
    RestartRecord finished{11, 6, 4000, 7, 4121, "control", 1000, "finished", at, 1'240ms};
    finished.steps = {{"requested", 0ms, "generation 6 is to be replaced by generation 7"},
                      {"spawned", 3ms, "pid 4121: /usr/bin/echo-server"},
                      {"final", 1'240ms, "generation 7 is in charge"},
                      {"finished", 362s, "generation 6 has ended"}};
    finished.ledger = {
        -3'120us, 1'400us, 412us, {{"tcp://0.0.0.0:80", 3, 1024, 0}, {"unix:///run/echo", 1, 128, {}}},
        1150,     1112,    4,     38};
    RestartRecord failed{12, 7, 4121, 8, 4188, "signal", {}, "failed", at + 1h, 400ms, "spawned"};
    failed.reason = "the new process exited with status 3 before it said HELLO";
    failed.exit_status = 3;
    failed.output = {"config.yml:12: unknown key 'prot'", ""};
    failed.steps = {{"requested", 0ms, "generation 7 is to be replaced by generation 8"},
                    {"failed", 400ms, failed.reason}};
    RestartRecord running{13, 7, 4121, 8, 4190, "program", {}, "running", at + 2h};
    return {running, failed, finished};
  }

  [[nodiscard]] QByteArray masked(QByteArray text) const {
    QString string = QString::fromUtf8(text);
    string.replace("\r\n", "\n").replace('\x1b', "<ESC>");
    string.replace(QString::fromStdString(directory->path().string()), "<directory>");
    static const QRegularExpression json_time(R"x("(\w+_ms)":\d{12,})x");
    string.replace(json_time, R"x("\1":"<time>")x");
    static const QRegularExpression json_date(R"x("\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z")x");
    string.replace(json_date, R"x("<time>")x");
    static const QRegularExpression clock("^\\d\\d:\\d\\d:\\d\\d ", QRegularExpression::MultilineOption);
    string.replace(clock, "<clock> ");
    return string.toUtf8();
  }
  void compare(const QString& name, const QByteArray& text) const {
    const std::string path = testing::support_file("../cli/golden/" + name.toStdString() + ".txt");
    const QByteArray found = masked(text);
    if (qEnvironmentVariableIsSet("UNINTERRUPTIBLE_UPDATE_GOLDEN"))
      testing::write_file(path, found.toStdString());
    QCOMPARE(found, QByteArray::fromStdString(testing::read_file(path)));
  }
  /// How a path is cut would depend on where this runs.
  [[nodiscard]] static Environment colorless_terminal() {
    return {{"TERM", "xterm"}, {"NO_COLOR", "1"}, {"TZ", "UTC"}, {"UNINTERRUPTIBLE_CONTROL_DIR", "."}};
  }
  /// For a terminal of that width.
  [[nodiscard]] testing::Process::Options terminal(int columns, const QString& arguments,
                                                   const Environment& environment) const {
    testing::Process::Options chosen = options({}, environment);
    const std::string command =
        "stty cols " + std::to_string(columns) + "; exec " + chosen.argv[0] + " " + arguments.toStdString();
    chosen.argv = {"script", "-qec", command, "/dev/null"};
    chosen.directory = directory->path().string();
    chosen.feed_stdin = true;  // script(1) would show the end of its input
    return chosen;
  }
  [[nodiscard]] Result on_terminal(int columns, const QString& arguments,
                                   const Environment& environment) const {
    testing::Process process(tree, terminal(columns, arguments, environment));
    return result_of(process);
  }
  [[nodiscard]] Result run_line(const QString& arguments, const Environment& environment = {}) const {
    std::vector<std::string> words;
    for (const QString& word : arguments.split(' ', Qt::SkipEmptyParts)) words.push_back(word.toStdString());
    return run(words, environment);
  }

 private slots:
  void init() { begin(); }
  void cleanup() {
    echo_.reset();
    end();
  }

  void help_data() {
    QTest::addColumn<QString>("command");
    for (const char* const command : {"", "list", "status", "connections", "counters", "top", "restart",
                                      "cancel", "history", "close", "shutdown", "extend-drain", "log-level",
                                      "events", "wait", "doctor", "completion", "help", "version"}) {
      QTest::newRow(*command == '\0' ? "all" : command) << command;
    }
  }
  void help() {
    QFETCH(QString, command);
    const Result result = run_line(command + " --help");
    QCOMPARE(result.status, 0);
    QVERIFY(result.err.isEmpty());
    compare("help_" + QString(QTest::currentDataTag()), result.out);
    QCOMPARE(run_line("help " + command).out.trimmed(), result.out.trimmed());
  }
  void scripts_data() {
    QTest::addColumn<QString>("shell");
    for (const char* const shell : {"bash", "zsh", "fish"}) QTest::newRow(shell) << shell;
  }
  void scripts() {
    QFETCH(QString, shell);
    const Result result = run_line("completion " + shell);
    QCOMPARE(result.status, 0);
    QVERIFY(!QString(result.out).contains(QRegularExpression("@[A-Z]")));  // nothing was filled in there
    compare("completion_" + shell, result.out);
  }
  /// A column that only those get who state a version.
  void versions_data() {
    QTest::addColumn<int>("width");
    QTest::addColumn<QString>("arguments");
    QTest::newRow("status_versions") << 0 << "status";
    QTest::newRow("status_versions_json") << 0 << "status --json";
    QTest::newRow("status_versions_narrow") << 60 << "status";
    QTest::newRow("status_versions_wide") << 200 << "status";
  }
  void versions() {
    QFETCH(int, width);
    QFETCH(QString, arguments);
    serve();
    echo_->on_thread([&] {
      echo_->backend.state.generations[0].version = "2.0.4";
      echo_->backend.state.generations[1].version = "2.1.0-rc.1+build.20261124";
    });
    const Result result = width == 0 ? run_line(arguments, {{"COLUMNS", "40"}, {"TZ", "UTC"}})
                                     : on_terminal(width, arguments, colorless_terminal());
    QCOMPARE(result.status, 0);
    compare(QTest::currentDataTag(), result.out);
  }
  void output_data() {
    QTest::addColumn<QString>("arguments");
    for (const auto& [name, arguments] : all_commands) {
      QTest::newRow(name) << QString(arguments);
      QTest::newRow((std::string(name) + "_json").c_str()) << QString(arguments) + " --json";
    }
    QTest::newRow("list_names") << "list -q";
    QTest::newRow("history_limit") << "history --limit 2";
    QTest::newRow("history_finished") << "history 11";
    QTest::newRow("history_failed") << "history 12";
    QTest::newRow("history_running") << "history 13";
    QTest::newRow("history_one_json") << "history 12 --json";
    QTest::newRow("connections_ids") << "connections -q";
    QTest::newRow("connections_columns") << "connections --columns id,generation,state --sort -id";
    QTest::newRow("status_color") << "status --color=always";
    QTest::newRow("connections_color") << "connections --color always";
  }
  void output() {
    QFETCH(QString, arguments);
    serve();
    const Result result = run_line(arguments, {{"COLUMNS", "40"}, {"TZ", "UTC"}});
    QCOMPARE(result.status, 0);
    QVERIFY2(result.err.isEmpty(), result.err.constData());
    compare(QTest::currentDataTag(), result.out);
  }
  void events_data() {
    QTest::addColumn<int>("width");
    QTest::addColumn<QString>("arguments");
    QTest::newRow("events") << 0 << "events";
    QTest::newRow("events_json") << 0 << "events --json";
    QTest::newRow("events_log") << 0 << "events --log";
    QTest::newRow("events_log_json") << 0 << "events --log --json";
    QTest::newRow("events_narrow") << 60 << "events --log";
    QTest::newRow("events_wide") << 200 << "events --log";
  }
  void events() {
    QFETCH(int, width);
    QFETCH(QString, arguments);
    serve();
    std::vector<std::string> words;
    for (const QString& word : arguments.split(' ')) words.push_back(word.toStdString());
    testing::Process process(
        tree, width == 0 ? options(words, {}) : terminal(width, arguments, colorless_terminal()));
    testing::eventually([&] { return process.standard_output().find("7") != std::string::npos; },
                        "it follows");
    echo_->on_thread([&] {
      echo_->old_endpoint.publish(
          LogLine{7, WallTime(1'796'134'330'123ms), "info", "restart requested by uid 1000", 0});
      echo_->publish("failed", [](Step& step) {
        step.elapsed = 20ms;
        step.number = 1;
        step.text = "it was killed";
        step.failed_at = "offered";
        step.term_signal = 9;
        step.pid = 4188;
      });
      echo_->old_endpoint.publish(
          LogLine{6, WallTime(1'796'134'330'456ms), "warn", "slow: \\x1b[31mred", 12});
      echo_->old_endpoint.stopping({5});
      echo_->old_endpoint.close_clients();
    });
    const Result result = result_of(process);
    QCOMPARE(result.status, 0);
    compare(QTest::currentDataTag(), result.out);
  }
  void terminals_data() {
    QTest::addColumn<int>("width");
    QTest::addColumn<QString>("arguments");
    for (const auto& [name, arguments] : all_commands) {
      QTest::newRow((std::string(name) + "_narrow").c_str()) << 60 << QString(arguments);
      QTest::newRow((std::string(name) + "_wide").c_str()) << 200 << QString(arguments);
    }
    QTest::newRow("connections_uncut") << 60 << "connections --no-trunc";
  }
  void terminals() {
    QFETCH(int, width);
    QFETCH(QString, arguments);
    serve();
    const Result result = on_terminal(width, arguments, colorless_terminal());
    QCOMPARE(result.status, 0);
    compare(QTest::currentDataTag(), result.out);
  }
  void doctor_data() {
    QTest::addColumn<int>("width");
    QTest::addColumn<QString>("arguments");
    QTest::newRow("doctor") << 0 << "doctor";
    QTest::newRow("doctor_json") << 0 << "doctor --json";
    QTest::newRow("doctor_narrow") << 60 << "doctor -s nobody";
    QTest::newRow("doctor_wide") << 200 << "doctor -s nobody";
  }
  /// Where there is no server: what it says of one that answers depends on the machine.
  void doctor() {
    QFETCH(int, width);
    QFETCH(QString, arguments);
    const Result result =
        width == 0 ? run_line(arguments) : on_terminal(width, arguments, {{"TERM", "dumb"}});
    QCOMPARE(result.status, 3);
    compare(QTest::currentDataTag(), result.out);
  }
  void colors_need_a_terminal_that_has_them_data() {
    QTest::addColumn<QString>("terminal");
    QTest::addColumn<QString>("no_color");
    QTest::addColumn<QString>("option");
    QTest::addColumn<bool>("colored");
    QTest::newRow("terminal") << "xterm"
                              << ""
                              << "" << true;
    QTest::newRow("asked for") << "xterm"
                               << ""
                               << "--color=auto" << true;
    QTest::newRow("dumb") << "dumb"
                          << ""
                          << "" << false;
    QTest::newRow("NO_COLOR") << "xterm"
                              << "1"
                              << "" << false;
    QTest::newRow("always") << "dumb"
                            << "1"
                            << "--color=always" << true;
    QTest::newRow("never") << "xterm"
                           << ""
                           << "--color=never" << false;
    QTest::newRow("pipe") << ""
                          << ""
                          << "" << false;
    QTest::newRow("pipe, always") << ""
                                  << ""
                                  << "--color=always" << true;
  }
  void colors_need_a_terminal_that_has_them() {
    QFETCH(QString, terminal);
    QFETCH(QString, no_color);
    QFETCH(QString, option);
    QFETCH(bool, colored);
    serve();
    const Environment environment = {{"TERM", terminal.isEmpty() ? "xterm" : terminal.toStdString()},
                                     {"NO_COLOR", no_color.toStdString()}};
    const Result result = terminal.isEmpty() ? run_line("status " + option, environment)
                                             : on_terminal(100, "status " + option, environment);
    QCOMPARE(result.status, 0);
    QVERIFY(result.out.contains("live"));
    QCOMPARE(result.out.contains('\x1b'), colored);
  }
};

QTEST_GUILESS_MAIN(CliGolden)
#include "cli_golden.moc"
