#include <signal.h>

#include <QJsonArray>
#include <QJsonObject>
#include <QtTest>
#include <optional>
#include <string>
#include <vector>

#include "restart/service.hpp"
#include "support/cli.hpp"
#include "support/client.hpp"
#include "support/control.hpp"
#include "support/files.hpp"

using namespace testing;
using namespace std::chrono_literals;

namespace {

Process begin(const Service& service, std::vector<std::string> words) {
  words.insert(words.begin(), program("uninterruptiblectl"));
  return service.sandbox().start(std::move(words));
}
/// At a terminal of its own, which takes all it writes.
Process begin_at_terminal(const Service& service, const std::string& words,
                          const std::string& terminal = "xterm") {
  const std::string command = "stty cols 100 rows 30; exec " + program("uninterruptiblectl") + " " + words;
  return service.sandbox().start({"script", "-qec", command, "/dev/null"}, {{"TERM", terminal}}, true);
}
void wait_for(const Process& process, const std::string& text) {
  eventually([&] { return process.standard_output().find(text) != std::string::npos; }, text);
}
/// What script(1) runs at its terminal.
std::optional<pid_t> uninterruptiblectl_of(const Service& service) {
  for (const pid_t pid : service.sandbox().tree().pids()) {
    if (read_file("/proc/" + std::to_string(pid) + "/cmdline").starts_with(program("uninterruptiblectl")))
      return pid;
  }
  return std::nullopt;
}
int generation_of(const Service& service) { return status_of(service.control())["generation"].toInt(); }

/// Whose restarts fail.
Plan that_fails() {
  Plan plan;
  plan.start_command = "sh -c 'echo no; exit 3' {}";
  return plan;
}

}  // namespace

#define IS(process, code)                                                                    \
  do {                                                                                       \
    const std::optional<Exit> exit = (process).wait_exit();                                  \
    const std::string said = (process).standard_output() + (process).standard_error();       \
    QVERIFY2(exit&&* exit == exited(code), (exit ? to_string(*exit) + said : said).c_str()); \
  } while (false)

/// What `restart` does after final, and with several servers.
class CliRestart : public QObject {
  Q_OBJECT

 private slots:
  void until_drained_waits_for_the_last_connection() {
    Service service;
    std::optional<Client> client(service.target());
    QVERIFY(client->ask("hello") == "hello");
    Process text = begin(service, {"restart", "--until", "drained"});
    wait_for(text, "is live");
    QVERIFY(client->ask("still there") == "still there");
    QVERIFY(text.is_alive());
    client.reset();
    IS(text, 0);
    QVERIFY(text.standard_output().find("drained after") != std::string::npos);
    QCOMPARE(status_of(service.control())["generations"].toArray().size(), 1);

    Process json = begin(service, {"restart", "--until", "drained", "--json"});
    IS(json, 0);
    const QJsonObject report =
        QJsonDocument::fromJson(QByteArray::fromStdString(json.standard_output())).object();
    QCOMPARE(report["outcome"].toString(), QString("drained"));
    QCOMPARE(report["steps"].toArray().last().toObject()["step"].toString(), QString("finished"));
    QCOMPARE(service.shut_down(), exited(0));
  }
  void until_drained_times_out_and_is_interrupted() {
    Service service;
    Client client(service.target());
    QVERIFY(client.ask("hello") == "hello");
    Process late = begin(service, {"restart", "--until", "drained", "--timeout", "1s", "--json"});
    IS(late, 5);
    const QJsonObject report =
        QJsonDocument::fromJson(QByteArray::fromStdString(late.standard_output())).object();
    QCOMPARE(report["outcome"].toString(), QString("timed_out"));
    QVERIFY(report["reason"].toString().contains("generation 1 with 1 connection"));
    QCOMPARE(report["serving"].toInt(), 2);

    Process stopped = begin(service, {"restart", "--until", "drained"});
    wait_for(stopped, "is live");
    QVERIFY(stopped.signal(SIGINT));
    IS(stopped, 130);
    QVERIFY(stopped.standard_error().find("the drain goes on") != std::string::npos);
    QVERIFY(client.ask("still there") == "still there");
  }
  void a_terminal_shows_the_drain_until_it_is_interrupted() {
    Service service;
    Client client(service.target());
    QVERIFY(client.ask("hello") == "hello");
    Process shown = begin_at_terminal(service, "restart");
    wait_for(shown, "generation 1: 1 connection left");
    wait_for(shown, "127.0.0.1:" + std::to_string(client.local_port()));
    const std::optional<pid_t> pid = uninterruptiblectl_of(service);
    QVERIFY(pid);
    ::kill(*pid, SIGINT);
    IS(shown, 0);
    QVERIFY(shown.standard_output().find("the drain goes on") != std::string::npos);
    QVERIFY(client.ask("still there") == "still there");
  }
  void a_terminal_shows_the_drain_to_its_end() {
    Service service;
    std::optional<Client> client(service.target());
    QVERIFY(client->ask("hello") == "hello");
    Process shown = begin_at_terminal(service, "restart");
    wait_for(shown, "1 connection left");
    client.reset();
    IS(shown, 0);
    QVERIFY(shown.standard_output().find("drained after") != std::string::npos);
  }
  void a_terminal_need_not_show_the_drain_data() {
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("terminal");
    QTest::newRow("until final") << "restart --until final"
                                 << "xterm";
    QTest::newRow("json") << "restart --json"
                          << "xterm";
    QTest::newRow("dumb") << "restart"
                          << "dumb";
    QTest::newRow("of a fleet") << "restart --one-at-a-time"
                                << "xterm";
  }
  void a_terminal_need_not_show_the_drain() {
    QFETCH(QString, words);
    QFETCH(QString, terminal);
    Service service;
    Client client(service.target());
    QVERIFY(client.ask("hello") == "hello");
    Process brief = begin_at_terminal(service, words.toStdString(), terminal.toStdString());
    IS(brief, 0);
    QVERIFY(brief.standard_output().find("left") == std::string::npos);
    QVERIFY(client.ask("still there") == "still there");
  }

  void a_fleet_is_rolled_through() {
    Service one;
    Service other;
    Process text = begin(one, {"restart", "--one-at-a-time", "-s", one.control(), "-s", other.control()});
    IS(text, 0);
    QCOMPARE(generation_of(one), 2);
    QCOMPARE(generation_of(other), 2);
    const CliResult json = run_cli(
        one.sandbox(), {"restart", "--one-at-a-time", "--json", "-s", one.control(), "-s", other.control()});
    QCOMPARE(json.exit, exited(0));
    QCOMPARE(json.json_lines().size(), 2);
    for (const QJsonObject& report : json.json_lines()) {
      QCOMPARE(report["outcome"].toString(), QString("final"));
      QCOMPARE(report["serving"].toInt(), 3);
    }
  }
  void a_fleet_stops_at_the_first_that_fails() {
    Service one;
    Service bad(that_fails());
    Service last;
    const CliResult in_part =
        run_cli(one.sandbox(), {"restart", "--one-at-a-time", "--json", "-s", one.control(), "-s",
                                bad.control(), "-s", last.control()});
    QCOMPARE(in_part.exit, exited(7));
    QCOMPARE(in_part.json_lines().size(), 2);
    QCOMPARE(in_part.json_lines()[1]["outcome"].toString(), QString("failed"));
    const std::string told = "1 of 3 servers were restarted. Not touched: " + last.control();
    QVERIFY2(in_part.err.find(told) != std::string::npos, in_part.err.c_str());
    QCOMPARE(generation_of(one), 2);
    QCOMPARE(generation_of(last), 1);
    const CliResult none =
        run_cli(one.sandbox(), {"restart", "--one-at-a-time", "-s", bad.control(), "-s", last.control()});
    QCOMPARE(none.exit, exited(1));
    QCOMPARE(generation_of(last), 1);
  }
  void nothing_happens_where_one_of_a_fleet_is_not_there() {
    Service one;
    const std::string nobody = one.sandbox() / "nobody.sock";
    const CliResult missing =
        run_cli(one.sandbox(), {"restart", "--one-at-a-time", "-s", one.control(), "-s", nobody});
    QCOMPARE(missing.exit, exited(3));
    const CliResult twice =
        run_cli(one.sandbox(), {"restart", "--one-at-a-time", "-s", one.control(), "-s", "served"});
    QCOMPARE(twice.exit, exited(2));
    for (const char* const command : {"restart", "status", "shutdown", "events"}) {
      const CliResult several = run_cli(one.sandbox(), {command, "-s", "served", "-s", one.control()});
      QCOMPARE(several.exit, exited(2));
      QVERIFY(several.err.find("--one-at-a-time") != std::string::npos);
    }
    QCOMPARE(generation_of(one), 1);
  }
};

QTEST_GUILESS_MAIN(CliRestart)
#include "cli_restart.moc"
