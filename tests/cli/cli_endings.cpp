#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include <QJsonArray>
#include <QJsonObject>
#include <QtTest>
#include <algorithm>
#include <memory>

#include "restart/service.hpp"
#include "support/cli.hpp"
#include "support/client.hpp"
#include "support/control.hpp"
#include "support/files.hpp"

using namespace testing;
using namespace std::chrono_literals;

namespace {

CliResult run(const Service& service, std::vector<std::string> words) {
  return run_cli(service.sandbox(), std::move(words));
}

/// The same at a terminal of its own, where `answer` is typed. Everything it shows comes as output.
CliResult run_at_terminal(const Service& service, const std::string& words, const std::string& answer) {
  const std::string command = program("uninterruptiblectl") + " " + words;
  const std::string transcript = service.sandbox() / "tmp/typescript";
  Process shell = service.sandbox().start(
      {"sh", "-c", "echo " + answer + " | script -qec '" + command + "' " + transcript});
  const std::optional<Exit> exit = shell.wait_exit();
  if (!exit) throw std::runtime_error("it did not end:\n" + shell.standard_output());
  return {*exit, shell.standard_output(), shell.standard_error()};
}

std::vector<Client> served(const Service& service, std::size_t count) {
  std::vector<Client> clients;
  for (std::size_t i = 0; i < count; ++i) {
    clients.emplace_back(service.target());
    if (clients.back().ask("hello") != "hello") throw std::runtime_error("a client is not served");
  }
  return clients;
}

bool answers(Client& client) { return client.ask("still there") == "still there"; }

QJsonObject generation(const Service& service, int number) {
  for (const auto& one : status_of(service.control())["generations"].toArray()) {
    if (one.toObject()["generation"].toInt() == number) return one.toObject();
  }
  return {};
}

QJsonObject connection(ControlClient& control, const QString& id) {
  for (const auto& one : control.ask("connections")["connections"].toArray()) {
    if (one.toObject()["id"].toString() == id) return one.toObject();
  }
  return {};
}

/// Sends without reading until the handler of that connection waits for room to answer.
void fill(const Service& service, Client& client, const QString& id) {
  const std::string line = std::string(30'000, 'x') + "\n";
  ControlClient control(service.control());
  qint64 before = -1;
  int unchanged = 0;
  eventually(
      [&] {
        while (::send(client.fd(), line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL) > 0) unchanged = 0;
        const QJsonObject now = connection(control, id);
        const qint64 bytes = now["bytes_in"].toInteger();
        unchanged = bytes == before && bytes > now["bytes_out"].toInteger() ? unchanged + 1 : 0;
        before = bytes;
        return unchanged > 50;
      },
      "the handler waits for its client to read");
}

const Exit done = exited(0);
const Exit failed = exited(1);
const Exit usage = exited(2);
const Exit in_part = exited(7);

}  // namespace

/// How operators end connections, drains and servers, on real generations.
class CliEndings : public QObject {
  Q_OBJECT

 private slots:
  void conditions_reach_the_generations_they_mean();
  void ids_that_are_gone_are_told();
  void a_close_waits_for_a_client_that_does_not_read_and_a_cut_does_not();
  void more_than_ten_are_cut_only_with_a_yes();
  void at_a_terminal_it_asks();
  void the_generation_in_a_trial_is_reached();
  void shutdown_at_once_cuts_every_generation();
  void shutdown_at_once_kills_what_does_not_react();
  void shutdown_at_once_speeds_up_one_that_goes_on();
  void shutdown_at_once_in_a_trial_reaches_both();
  void an_extended_drain_is_cut_off_later();
  void a_drain_may_lose_its_limit();
  void drains_that_cannot_be_extended();
  void a_shutdown_is_extended_as_a_whole();
  void the_log_level_is_set_in_all_generations();
};

void CliEndings::conditions_reach_the_generations_they_mean() {
  Service service;
  std::vector<Client> old = served(service, 2);
  service.restart();
  std::vector<Client> young = served(service, 1);

  QCOMPARE(run(service, {"close", "--generation", "1", "--idle", "1h"}).exit, done);
  QCOMPARE(run(service, {"close", "--peer", "10.0.0.0/8"}).exit, done);
  QCOMPARE(run(service, {"close", "--older", "1h"}).exit, done);
  const CliResult nothing = run(service, {"close", "--generation", "9"});
  QCOMPARE(nothing.exit, done);
  QVERIFY(nothing.err.find("no connection fits") != std::string::npos);
  QVERIFY(answers(old[0]) && answers(old[1]) && answers(young[0]));

  const CliResult drained = run(service, {"close", "--generation", "1", "--peer", "127.0.0.0/8"});
  QCOMPARE(drained.exit, done);
  QCOMPARE(drained.out, "closing 1-1\nclosing 1-2\n");
  QVERIFY(old[0].at_end() && old[1].at_end());
  QVERIFY(answers(young[0]));
  QCOMPARE(service.logged("asks to close connections of generation 1, from 127.0.0.0/8"), 1);

  const QJsonObject all = run(service, {"close", "--idle", "0s", "--json"}).json();
  QCOMPARE(all["closing"].toArray(), QJsonArray{"2-1"});
  QCOMPARE(all["count"].toInt(), 1);
  QVERIFY(young[0].at_end());
  const CliResult nonsense = run(service, {"close", "--peer", "nonsense"});
  QCOMPARE(nonsense.exit, usage);
  QVERIFY(nonsense.err.find("'peer'") != std::string::npos);
  QCOMPARE(service.shut_down(), done);
}

void CliEndings::ids_that_are_gone_are_told() {
  Service service;
  std::vector<Client> old = served(service, 1);
  service.restart();
  std::vector<Client> young = served(service, 1);
  const CliResult part = run(service, {"close", "1-1", "2-1", "1-9", "--json"});
  QCOMPARE(part.exit, in_part);
  QCOMPARE(part.json()["closing"].toArray(), QJsonArray({"1-1", "2-1"}));
  QCOMPARE(part.json()["unknown"].toArray(), QJsonArray{"1-9"});
  QVERIFY(old[0].at_end() && young[0].at_end());
  QCOMPARE(run(service, {"close", "--now", "1-9"}).exit, failed);
  QCOMPARE(service.shut_down(), done);
}

void CliEndings::a_close_waits_for_a_client_that_does_not_read_and_a_cut_does_not() {
  Service service;
  const pid_t first = service.pid();
  std::vector<Client> clients = served(service, 1);
  fill(service, clients[0], "1-1");
  service.restart();
  QCOMPARE(run(service, {"close", "1-1"}).out, "closing 1-1\n");
  ControlClient control(service.control());
  QCOMPARE(connection(control, "1-1")["state"].toString(), "closing");
  QVERIFY(is_alive(first));
  QCOMPARE(run(service, {"close", "--cut", "1-1"}).out, "cutting 1-1\n");
  QCOMPARE(service.ended(first), done);
  QCOMPARE(service.shut_down(), done);
}

void CliEndings::more_than_ten_are_cut_only_with_a_yes() {
  Service service;
  std::vector<Client> clients = served(service, 11);
  service.restart();
  const CliResult asked = run(service, {"close", "--now", "--generation", "1"});
  QCOMPARE(asked.exit, usage);
  QVERIFY(asked.err.find("Cut 11 connections") != std::string::npos);
  QVERIFY(asked.err.find("--yes") != std::string::npos);
  std::vector<std::string> by_id{"close", "--now"};
  for (int i = 1; i <= 11; ++i) by_id.push_back("1-" + std::to_string(i));
  QCOMPARE(run(service, by_id).exit, usage);
  QVERIFY(std::all_of(clients.begin(), clients.end(), answers));

  by_id.pop_back();
  QCOMPARE(run(service, by_id).exit, done);
  for (std::size_t i = 0; i < 10; ++i) QVERIFY(clients[i].at_end());
  QVERIFY(answers(clients[10]));
  std::vector<Client> more = served(service, 11);
  const QJsonObject cut = run(service, {"close", "--now", "--idle", "0s", "--yes", "--json"}).json();
  QCOMPARE(cut["count"].toInt(), 12);
  QVERIFY(clients[10].at_end());
  for (Client& one : more) QVERIFY(one.at_end());
  QCOMPARE(service.shut_down(), done);
}

void CliEndings::at_a_terminal_it_asks() {
  Service service;
  std::vector<Client> clients = served(service, 11);
  for (const char* const words : {"close --now --generation 1", "shutdown --now"}) {
    const CliResult no = run_at_terminal(service, words, "n");
    QVERIFY2(no.out.find("Cut ") != std::string::npos, no.out.c_str());
    QVERIFY2(no.out.find("nothing was done") != std::string::npos, no.out.c_str());
    QCOMPARE(no.exit, failed);
    QVERIFY(std::all_of(clients.begin(), clients.end(), answers));
  }
  QCOMPARE(run_at_terminal(service, "close --now --generation 1", "y").exit, done);
  for (Client& one : clients) QVERIFY(one.at_end());
  QCOMPARE(service.shut_down(), done);
}

void CliEndings::the_generation_in_a_trial_is_reached() {
  Service service({.trial = "60s"});
  std::vector<Client> old = served(service, 1);
  ::kill(service.pid(), SIGUSR1);
  service.wait_for_step(1, "trial");
  std::vector<Client> young = served(service, 1);
  QCOMPARE(run(service, {"close", "--generation", "2"}).out, "closing 2-1\n");
  QVERIFY(young[0].at_end());
  QVERIFY(answers(old[0]));
  QCOMPARE(run(service, {"log-level", "warn"}).out,
           "generation 1: info -> warn\ngeneration 2: info -> warn\n");
  const CliResult none = run(service, {"extend-drain", "1h"});
  QCOMPARE(none.exit, failed);
  QVERIFY(none.err.find("no generation drains") != std::string::npos);
  old[0].half_close();
  QVERIFY(old[0].at_end());
  QCOMPARE(run(service, {"shutdown"}).exit, done);
}

void CliEndings::shutdown_at_once_cuts_every_generation() {
  Service service;
  const pid_t first = service.pid();
  std::vector<Client> old = served(service, 1);
  const pid_t second = service.restart();
  std::vector<Client> young = served(service, 1);
  fill(service, young[0], "2-1");

  const CliResult asked = run(service, {"shutdown", "--now"});
  QCOMPARE(asked.exit, usage);
  QVERIFY(asked.err.find("--yes") != std::string::npos);
  QVERIFY(answers(old[0]));

  const CliResult ended = run(service, {"shutdown", "--now", "--yes", "--json"});
  QCOMPARE(ended.exit, done);
  QCOMPARE(ended.json()["outcome"].toString(), "ended");
  QCOMPARE(service.ended(first), done);
  QCOMPARE(service.ended(second), done);
  QVERIFY(old[0].at_end());
  QCOMPARE(service.logged("KILL to generation"), 0);
  QCOMPARE(service.left_behind(), std::vector<std::string>{});
}

void CliEndings::shutdown_at_once_kills_what_does_not_react() {
  Service service;
  const pid_t first = service.pid();
  std::vector<Client> old = served(service, 1);
  const pid_t second = service.restart();
  ::kill(first, SIGSTOP);
  QCOMPARE(run(service, {"shutdown", "--now", "--yes"}).exit, done);
  QCOMPARE(service.ended(second), done);
  QCOMPARE(service.ended(first), killed_by(SIGKILL));
  QVERIFY(old[0].at_end());
  QCOMPARE(service.logged("KILL to generation 1"), 1);
}

void CliEndings::shutdown_at_once_speeds_up_one_that_goes_on() {
  Service service;
  const pid_t first = service.pid();
  std::vector<Client> old = served(service, 1);
  const pid_t second = service.restart();
  std::vector<Client> young = served(service, 1);
  QCOMPARE(run(service, {"shutdown", "--no-wait"}).exit, done);
  eventually([&] { return is_refused(service.target()); }, "the shutdown has begun");
  QVERIFY(answers(old[0]) && answers(young[0]));
  QCOMPARE(run(service, {"shutdown", "--now", "--yes"}).exit, done);
  QVERIFY(old[0].at_end() && young[0].at_end());
  QCOMPARE(service.ended(first), done);
  QCOMPARE(service.ended(second), done);
  QCOMPARE(service.left_behind(), std::vector<std::string>{});
}

/// Asked by hand: uninterruptiblectl would follow the server and ask the next generation once more.
void CliEndings::shutdown_at_once_in_a_trial_reaches_both() {
  Service service({.trial = "60s"});
  const pid_t first = service.pid();
  std::vector<Client> old = served(service, 1);
  ::kill(first, SIGUSR1);
  service.wait_for_step(1, "trial");
  const pid_t second = wait_for_pidfile(service.pidfile(), first);
  std::vector<Client> young = served(service, 1);
  ControlClient(service.control()).send("shutdown", {{"now", true}});
  QVERIFY(old[0].at_end() && young[0].at_end());
  QCOMPARE(service.ended(first), done);
  QCOMPARE(service.ended(second), done);
  QCOMPARE(service.left_behind(), std::vector<std::string>{});
}

/// Two generations drain; the first, extended, outlives the second, which began later and was left alone.
void CliEndings::an_extended_drain_is_cut_off_later() {
  Service service({.more = {"--lines", "--drain-timeout", "5s"}});
  std::vector<Client> first = served(service, 1);
  service.restart();
  qint64 before = 0;
  eventually([&] { return (before = generation(service, 1)["cut_off_at_ms"].toInteger()) > 0; },
             "the old one has told when it ends");
  const QJsonObject reply = run(service, {"extend-drain", "--generation", "1", "1h", "--json"}).json();
  const QJsonArray moved = reply["generations"].toArray();
  QCOMPARE(moved.size(), 1);
  QCOMPARE(moved[0].toObject()["generation"].toInt(), 1);
  QCOMPARE(moved[0].toObject()["cut_off_at_ms"].toInteger(), before + 3'600'000);
  QVERIFY(reply["unchanged"].toArray().isEmpty());
  eventually([&] { return generation(service, 1)["cut_off_at_ms"].toInteger() == before + 3'600'000; },
             "status tells of it");
  QCOMPARE(service.logged("asks to let generation 1 drain for 1 h"), 1);

  std::vector<Client> second = served(service, 1);
  service.restart();
  QVERIFY(second[0].at_end());
  QVERIFY(answers(first[0]));
  first[0].half_close();
  QVERIFY(first[0].at_end());
  QCOMPARE(service.shut_down(), done);
}

void CliEndings::a_drain_may_lose_its_limit() {
  Service service({.more = {"--lines", "--drain-timeout", "1h"}});
  std::vector<Client> first = served(service, 1);
  service.restart();
  std::vector<Client> second = served(service, 1);
  service.restart();
  QCOMPARE(run(service, {"extend-drain", "none"}).out,
           "generation 1 drains without a limit\ngeneration 2 drains without a limit\n");
  const auto unlimited = [&](int number) {
    const QJsonObject one = generation(service, number);
    return one["state"].toString() == "draining" && !one.contains("cut_off_at_ms");
  };
  eventually([&] { return unlimited(1) && unlimited(2); }, "status tells of it");
  const CliResult again = run(service, {"extend-drain", "1m"});
  QCOMPARE(again.exit, failed);
  QVERIFY(again.err.find("no drain timeout") != std::string::npos);

  std::vector<Client> third = served(service, 1);
  service.restart();
  const CliResult part = run(service, {"extend-drain", "1m", "--json"});
  QCOMPARE(part.exit, in_part);
  QCOMPARE(part.json()["unchanged"].toArray(), QJsonArray({1, 2}));
  QCOMPARE(part.json()["generations"].toArray()[0].toObject()["generation"].toInt(), 3);
  QCOMPARE(run(service, {"shutdown", "--now", "--yes"}).exit, done);
}

void CliEndings::drains_that_cannot_be_extended() {
  Service service;
  const CliResult nobody = run(service, {"extend-drain", "1h"});
  QCOMPARE(nobody.exit, failed);
  QVERIFY(nobody.err.find("no generation drains") != std::string::npos);
  std::vector<Client> old = served(service, 1);
  service.restart();
  const CliResult other = run(service, {"extend-drain", "--generation", "2", "1h"});
  QCOMPARE(other.exit, failed);
  QVERIFY(other.err.find("generation 2 does not drain") != std::string::npos);
  const CliResult unlimited = run(service, {"extend-drain", "--generation", "1", "1h"});
  QCOMPARE(unlimited.exit, failed);
  QVERIFY(unlimited.err.find("no drain timeout") != std::string::npos);
  QVERIFY(answers(old[0]));
  QCOMPARE(run(service, {"shutdown", "--now", "--yes"}).exit, done);
}

void CliEndings::a_shutdown_is_extended_as_a_whole() {
  Service service({.more = {"--lines", "--drain-timeout", "1h"}});
  std::vector<Client> old = served(service, 1);
  service.restart();
  std::vector<Client> young = served(service, 1);
  QCOMPARE(run(service, {"shutdown", "--no-wait"}).exit, done);
  eventually([&] { return generation(service, 2).contains("cut_off_at_ms"); }, "the last drain has begun");
  const qint64 first = generation(service, 1)["cut_off_at_ms"].toInteger();
  const qint64 second = generation(service, 2)["cut_off_at_ms"].toInteger();
  const CliResult one = run(service, {"extend-drain", "--generation", "1", "1m"});
  QCOMPARE(one.exit, failed);
  QVERIFY(one.err.find("end together") != std::string::npos);
  const QJsonArray all = run(service, {"extend-drain", "1m", "--json"}).json()["generations"].toArray();
  QCOMPARE(all.size(), 2);
  QCOMPARE(all[0].toObject()["cut_off_at_ms"].toInteger(), first + 60'000);
  QCOMPARE(all[1].toObject()["cut_off_at_ms"].toInteger(), second + 60'000);
  QCOMPARE(run(service, {"shutdown", "--now", "--yes"}).exit, done);
  QVERIFY(old[0].at_end() && young[0].at_end());
}

void CliEndings::the_log_level_is_set_in_all_generations() {
  Service service;
  std::vector<Client> old = served(service, 1);
  service.restart();
  QCOMPARE(run(service, {"log-level"}).out, "generation 1: info\ngeneration 2: info\n");
  QCOMPARE(service.logged("DEBUG served["), 0);
  QCOMPARE(run(service, {"log-level", "debug"}).out,
           "generation 1: info -> debug\ngeneration 2: info -> debug\n");
  QCOMPARE(service.logged("asks to set the log level to debug (it was info)"), 1);
  QCOMPARE(run(service, {"connections"}).exit, done);
  wait_for_line(service.log(), "DEBUG served[1:");
  wait_for_line(service.log(), "DEBUG served[2:");

  std::vector<Client> young = served(service, 1);
  service.restart();
  const QJsonArray levels = run(service, {"log-level", "--json"}).json()["generations"].toArray();
  QCOMPARE(levels.size(), 3);
  QCOMPARE(levels[0].toObject()["level"].toString(), "debug");
  QCOMPARE(levels[1].toObject()["level"].toString(), "debug");
  QCOMPARE(levels[2].toObject()["level"].toString(), "info");
  const CliResult loud = run(service, {"log-level", "loud"});
  QCOMPARE(loud.exit, usage);
  QVERIFY(loud.err.find("debug, info, warn, error or fatal") != std::string::npos);
  QCOMPARE(run(service, {"log-level", "error"}).exit, done);
  QCOMPARE(service.logged("asks to set the log level to error (it was info)"), 1);
  QCOMPARE(run(service, {"shutdown", "--now", "--yes"}).exit, done);
  QCOMPARE(service.logged("asks to shut down at once"), 0);
}

QTEST_GUILESS_MAIN(CliEndings)
#include "cli_endings.moc"
