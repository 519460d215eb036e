#include <signal.h>

#include <QtTest>

#include "restart/ledger.hpp"
#include "restart/service.hpp"
#include "support/client.hpp"
#include "support/control.hpp"
#include "support/files.hpp"
#include "support/load.hpp"
#include "support/snapshot.hpp"

using namespace testing;
using namespace std::chrono_literals;

namespace {

/// All four workers of the pool serve at the same time; empty, or what went wrong.
QString four_at_once(const Service& service, const std::string& pid) {
  std::vector<Client> clients;
  for (int worker = 0; worker < 4; ++worker) {
    clients.emplace_back(service.target());
    const auto answer = clients.back().ask("PID?");
    if (answer != pid) return QString("worker %1: %2").arg(worker).arg(answer.value_or("nothing").c_str());
  }
  Client fifth(service.target());
  // In the kernel's queue until a worker is free; a handshake waits as well.
  const bool is_tls = service.target().starts_with("tls:");
  if (!is_tls) fifth.send_line("waits");
  clients[0].half_close();
  if (!clients[0].at_end()) return "the first conversation did not end";
  if (is_tls) fifth.send_line("waits");
  return fifth.read_line() == "waits" ? QString() : QString("the fifth was not served");
}

}  // namespace

/// The original's thread pool: four threads in accept(), for any number of connections.
class RestartPool : public QObject {
  Q_OBJECT

 private slots:
  void threads_accept_after_a_rollback_data();
  void threads_accept_after_a_rollback();
  void queued_clients_pass_to_the_new_one();
  void busy_pool_ends_when_its_clients_do();
  void nothing_is_lost_under_load();
};

void RestartPool::threads_accept_after_a_rollback_data() {
  QTest::addColumn<QString>("bind");
  QTest::addColumn<QString>("fault");
  for (const char* const bind : {"tcp://127.0.0.1:0", "tls://127.0.0.1:0", "unix://echo.sock"}) {
    QTest::addRow("%.4s, killed after COMMIT", bind) << bind << "got.COMMIT:kill";
    QTest::addRow("%.4s, killed in the trial", bind) << bind << "sent.SERVING:kill";
    QTest::addRow("%.4s, killed before COMMIT", bind) << bind << "before.READY:kill";
  }
}

void RestartPool::threads_accept_after_a_rollback() {
  QFETCH(const QString, bind);
  QFETCH(const QString, fault);
  Service service({.program = "thread-pool-server",
                   .binds = {bind.toStdString()},
                   .trial = "10s",
                   .start_command = "env UNINTERRUPTIBLE_FAULT=" + fault.toStdString() + " {}"});
  const pid_t pid = service.pid();
  QCOMPARE(four_at_once(service, std::to_string(pid)), QString());  // starts the pool
  const std::size_t threads = Snapshot::of(pid).threads;
  for (int number = 1; number <= 3; ++number) {
    Client staying(service.target());
    QCOMPARE(staying.ask("PID?"), std::to_string(pid));
    ::kill(pid, SIGUSR1);
    wait_for_line(service.log(), "restart " + std::to_string(number) + " ");
    eventually([&] { return status_of(service.control())["restart_step"].toString().isEmpty(); },
               "it is over");
    QCOMPARE(staying.ask("still served"), "still served");
    staying.half_close();
    QVERIFY(staying.at_end());
    QCOMPARE(four_at_once(service, std::to_string(pid)), QString());
    QCOMPARE(read_pidfile(service.pidfile()), pid);
  }
  eventually([&] { return Snapshot::of(pid).threads == threads; }, "as many threads as before");
  QCOMPARE(service.shut_down(), exited(0));
}

/// With all workers busy, clients wait in the queue; those the new one serves.
void RestartPool::queued_clients_pass_to_the_new_one() {
  Service service({.program = "thread-pool-server"});
  const pid_t old_one = service.pid();
  std::vector<Client> busy;
  for (int worker = 0; worker < 4; ++worker) {
    busy.emplace_back(service.target());
    QCOMPARE(busy.back().ask("PID?"), std::to_string(old_one));
  }
  std::vector<Client> queued;
  for (int i = 0; i < 10; ++i) {
    queued.emplace_back(service.target());
    queued.back().send_line("PID?");
    queued.back().half_close();
  }
  const pid_t new_one = service.restart();
  for (Client& client : queued) {
    QCOMPARE(client.read_line(), std::to_string(new_one));
    QVERIFY(client.at_end());
  }
  for (Client& client : busy) {
    QCOMPARE(client.ask("PID?"), std::to_string(old_one));
    client.half_close();
    QVERIFY(client.at_end());
  }
  QCOMPARE(service.ended(old_one), exited(0));
  QCOMPARE(service.shut_down(), exited(0));
}

void RestartPool::busy_pool_ends_when_its_clients_do() {
  Service service({.program = "thread-pool-server"});
  const pid_t pid = service.pid();
  std::vector<Client> busy;
  for (int worker = 0; worker < 4; ++worker) {
    busy.emplace_back(service.target());
    QCOMPARE(busy.back().ask("PID?"), std::to_string(pid));
  }
  ::kill(pid, SIGTERM);
  wait_for_line(service.log(), "shutting down: 4 connections may finish");
  for (Client& client : busy) {
    QVERIFY(is_alive(pid));
    QCOMPARE(client.ask("to the end"), "to the end");
    client.half_close();
    QVERIFY(client.at_end());
  }
  QCOMPARE(service.ended(pid), exited(0));
}

void RestartPool::nothing_is_lost_under_load() {
  Service service({.program = "thread-pool-server",
                   .binds = {"tcp://127.0.0.1:0", "unix://echo.sock"},
                   .more = {"--log-requests"}});
  const std::string ids = service.sandbox() / "ids";
  Load load(service.sandbox(), {"--target", service.target(0), "--target", service.target(1), "--short",
                                "--workers", "4", "--rate", "300", "--ids", ids, "--timeout", "20"});
  for (int i = 0; i < 15; ++i) service.restart();
  const QJsonObject account = load.finish();
  QVERIFY2(Load::lost(account) == 0, Load::text(account).c_str());
  QCOMPARE(service.shut_down(), exited(0));
  const Ledger ledger = Ledger::join(ids, service.log());
  QVERIFY2(ledger.balanced(), ledger.examples.c_str());
  QCOMPARE(ledger.answered, account["answered"].toInt());
}

QTEST_GUILESS_MAIN(RestartPool)
#include "restart_pool.moc"
