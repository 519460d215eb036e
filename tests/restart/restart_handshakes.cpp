#include <signal.h>

#include <QJsonArray>
#include <QtTest>

#include "restart/service.hpp"
#include "support/cli.hpp"
#include "support/client.hpp"
#include "support/control.hpp"
#include "support/files.hpp"

using namespace testing;
using namespace std::chrono_literals;

namespace {

constexpr int many = 50;

Plan plan(const QString& program, const std::string& handshake_timeout) {
  return {.program = program.toStdString(),
          .binds = {"tls://127.0.0.1:0"},
          .more = {"--lines", "--handshake-timeout", handshake_timeout}};
}

/// Ids of the open connections of that generation, as `uninterruptiblectl connections` tells them.
std::vector<std::string> connections_of(const Service& service, int generation) {
  std::vector<std::string> ids;
  const QJsonObject told = run_cli(service.sandbox(), {"-s", "served", "connections", "--json"}).json();
  for (const auto& one : told["connections"].toArray()) {
    if (one.toObject()["generation"].toInt() == generation)
      ids.push_back(one.toObject()["id"].toString().toStdString());
  }
  return ids;
}

/// Clients that have sent nothing, or half a ClientHello, and are known to the server.
std::vector<Client> begin_stalled(const Service& service, int count) {
  std::vector<Client> clients;
  for (int i = 0; i < count; ++i) {
    clients.emplace_back(service.target());
    if (i % 2 == 1) clients.back().tls().send_half_hello();
  }
  eventually([&] { return connections_of(service, 1).size() == static_cast<std::size_t>(count); },
             "all are connections of the first generation");
  return clients;
}

/// It goes on with its handshake, is served by that process, and ends.
void goes_on_with(Client& client, pid_t pid) {
  const std::optional<std::string> answer = client.ask("PID?");
  if (answer != std::to_string(pid)) throw std::runtime_error("the answer is " + answer.value_or("none"));
  client.half_close();
  if (!client.at_end()) throw std::runtime_error("it does not end");
}

/// The server has ended the connection in the middle of the handshake.
bool was_cut(Client& client) {
  try {
    client.tls().handshake();
    return false;
  } catch (const std::system_error& error) {
    const int code = error.code().value();
    return code == ECONNABORTED || code == ECONNRESET || code == EPIPE;
  }
}

}  // namespace

/// TLS handshakes that take their time while a server restarts or stops.
class RestartHandshakes : public QObject {
  Q_OBJECT

 private slots:
  void they_go_on_in_the_old_one_data() { programs(); }
  void they_go_on_in_the_old_one();
  void they_go_on_after_a_rollback_data() { programs(); }
  void they_go_on_after_a_rollback();
  void those_that_stall_end_by_their_time_data() { programs(); }
  void those_that_stall_end_by_their_time();
  void term_waits_for_them_data() { programs(); }
  void term_waits_for_them();
  void term_lets_those_in_the_queue_begin_data() { programs(); }
  void term_lets_those_in_the_queue_begin();
  void second_term_ends_them_data() { programs(); }
  void second_term_ends_them();
  void sessions_from_before_are_no_obstacle();

 private:
  static void programs() {
    QTest::addColumn<QString>("program");
    for (const char* const program : {"echo-server", "thread-pool-server"}) QTest::newRow(program) << program;
  }
};

void RestartHandshakes::they_go_on_in_the_old_one() {
  QFETCH(const QString, program);
  Service service(plan(program, "10m"));
  const pid_t old_one = service.pid();
  std::vector<Client> clients = begin_stalled(service, many);

  const pid_t new_one = service.restart();  // past FINAL: nothing waited for them
  QCOMPARE(Client(service.target()).ask("PID?"), std::to_string(new_one));
  QCOMPARE(connections_of(service, 1).size(), static_cast<std::size_t>(many));
  for (int i = 0; i < many / 2; ++i) goes_on_with(clients[static_cast<std::size_t>(i)], old_one);
  QCOMPARE(Client(service.target()).ask("PID?"), std::to_string(new_one));

  // The others are connections like all others: an operator may end them, or they leave.
  QVERIFY(is_alive(old_one));
  eventually([&] { return connections_of(service, 1).size() == many / 2; }, "the others are left");
  const std::string closed = connections_of(service, 1).front();
  QCOMPARE(run_cli(service.sandbox(), {"-s", "served", "close", closed}).exit, exited(0));
  eventually([&] { return connections_of(service, 1).size() == many / 2 - 1; }, "the one is closed");
  QVERIFY(is_alive(old_one));
  clients.clear();
  QCOMPARE(service.ended(old_one), exited(0));
  QCOMPARE(service.shut_down(), exited(0));
}

void RestartHandshakes::they_go_on_after_a_rollback() {
  QFETCH(const QString, program);
  Plan with_trial = plan(program, "10m");
  with_trial.trial = "10s";
  with_trial.start_command = "env UNINTERRUPTIBLE_FAULT=sent.SERVING:kill {}";
  Service service(with_trial);
  const pid_t pid = service.pid();
  std::vector<Client> clients = begin_stalled(service, many);
  ::kill(pid, SIGUSR1);
  wait_for_line(service.log(), "restart 1 was rolled back");
  goes_on_with(clients.emplace_back(service.target()), pid);
  for (int i = 0; i < many; ++i) goes_on_with(clients[static_cast<std::size_t>(i)], pid);
  QCOMPARE(service.shut_down(), exited(0));
}

void RestartHandshakes::those_that_stall_end_by_their_time() {
  QFETCH(const QString, program);
  Service service(plan(program, "3s"));
  const pid_t old_one = service.pid();
  std::vector<Client> clients = begin_stalled(service, many);
  const pid_t new_one = service.restart();
  QCOMPARE(Client(service.target()).ask("PID?"), std::to_string(new_one));
  QCOMPARE(service.ended(old_one), exited(0));
  for (Client& client : clients) QVERIFY(was_cut(client));
  QVERIFY(service.logged("TLS handshake failed: not done within 3000 ms") > 0);

  Client late(service.target());
  late.tls().send_half_hello();
  eventually([&] { return connections_of(service, 2).size() == 1; }, "it is a connection of the new one");
  QCOMPARE(service.shut_down(), exited(0));
  QVERIFY(was_cut(late));
}

void RestartHandshakes::term_waits_for_them() {
  QFETCH(const QString, program);
  Service service(plan(program, "10m"));
  const pid_t pid = service.pid();
  std::vector<Client> clients = begin_stalled(service, 4);
  ::kill(pid, SIGTERM);
  wait_for_line(service.log(), "shutting down: 4 connections may finish");
  eventually([&] { return is_refused(service.target()); }, "new clients are refused");
  goes_on_with(clients[0], pid);
  goes_on_with(clients[1], pid);
  QVERIFY(is_alive(pid));
  clients.clear();
  QCOMPARE(service.ended(pid), exited(0));
  QCOMPARE(service.left_behind(), std::vector<std::string>{});
}

/// Whoever has connected before the end of accepting is served, also when nobody has accepted it yet.
void RestartHandshakes::term_lets_those_in_the_queue_begin() {
  QFETCH(const QString, program);
  Service service(plan(program, "10m"));
  const pid_t pid = service.pid();
  const std::string target = service.target();
  ::kill(pid, SIGSTOP);
  std::vector<Client> clients;
  for (int i = 0; i < 10; ++i) {
    clients.emplace_back(target);
    if (i % 2 == 1) clients.back().tls().send_half_hello();
  }
  ::kill(pid, SIGTERM);
  ::kill(pid, SIGCONT);
  eventually([&] { return is_refused(target); }, "new clients are refused");
  for (Client& client : clients) goes_on_with(client, pid);
  QCOMPARE(service.ended(pid), exited(0));
  QCOMPARE(service.left_behind(), std::vector<std::string>{});
}

void RestartHandshakes::second_term_ends_them() {
  QFETCH(const QString, program);
  Service service(plan(program, "10m"));
  const pid_t pid = service.pid();
  std::vector<Client> clients = begin_stalled(service, 4);
  ::kill(pid, SIGTERM);
  wait_for_line(service.log(), "shutting down: 4 connections may finish");
  ::kill(pid, SIGTERM);
  QCOMPARE(service.ended(pid), exited(1));
  for (Client& client : clients) QVERIFY(was_cut(client));
  QCOMPARE(service.left_behind(), std::vector<std::string>{});
}

/// Clients offer what they remember of the old one; the new one need not know it, but must serve them.
void RestartHandshakes::sessions_from_before_are_no_obstacle() {
  Service service(plan("echo-server", "10m"));
  Client first(service.target());
  QCOMPARE(first.ask("PID?"), std::to_string(service.pid()));
  for (int round = 0; round < 2; ++round) {
    Client again(service.target());
    again.tls().resume(first.tls());
    goes_on_with(again, service.pid());
    if (round == 0) QVERIFY(again.tls().resumed());
    service.restart();
  }
  QCOMPARE(first.ask("still there"), "still there");
  first.half_close();
  QVERIFY(first.at_end());
  QCOMPARE(service.shut_down(), exited(0));
}

QTEST_GUILESS_MAIN(RestartHandshakes)
#include "restart_handshakes.moc"
