#include <QJsonArray>
#include <QJsonDocument>
#include <QtTest>
#include <algorithm>
#include <chrono>
#include <filesystem>

#include "restart/ledger.hpp"
#include "restart/service.hpp"
#include "support/campaign.hpp"
#include "support/client.hpp"
#include "support/control.hpp"
#include "support/load.hpp"
#include "support/snapshot.hpp"

using namespace testing;
using namespace std::chrono_literals;

namespace {

/// Those with a trial take longer.
int restarts_of(const QString& trial) { return trial == "0" ? rounds(25) : std::max(rounds(15) / 5, 3); }

}  // namespace

/// Nothing is lost, and nothing grows, however often a server under load is restarted.
class RestartLoad : public QObject {
  Q_OBJECT

 private slots:
  void every_request_is_answered_once_data();
  void every_request_is_answered_once();
};

void RestartLoad::every_request_is_answered_once_data() {
  QTest::addColumn<QString>("bind");
  QTest::addColumn<QString>("trial");
  QTest::newRow("tcp, no trial") << "tcp://127.0.0.1:0"
                                 << "0";
  QTest::newRow("unix, no trial") << "unix://echo.sock"
                                  << "0";
  QTest::newRow("tls, no trial") << "tls://127.0.0.1:0"
                                 << "0";
  QTest::newRow("tcp, default trial") << "tcp://127.0.0.1:0"
                                      << "2s";
  QTest::newRow("unix, default trial") << "unix://echo.sock"
                                       << "2s";
  QTest::newRow("tls, default trial") << "tls://127.0.0.1:0"
                                      << "2s";
}

void RestartLoad::every_request_is_answered_once() {
  QFETCH(const QString, bind);
  QFETCH(const QString, trial);
  Service service({.binds = {bind.toStdString()},
                   .trial = trial.toStdString(),
                   .more = {"--lines", "--log-requests"},
                   .environment = {{"UNINTERRUPTIBLE_MAX_DRAINING_GENERATIONS", "64"}}});
  const std::string ids = service.sandbox() / "ids";
  const std::string& target = service.target();
  // The second generation is what the last one is compared with: both were born by a restart.
  QCOMPARE(Client(target).ask("PID?"), std::to_string(service.pid()));
  service.restart();
  QCOMPARE(Client(target).ask("PID?"), std::to_string(service.pid()));
  const Snapshot before = service.at_rest();

  // Steady new connections and 180 conversations that end and begin anew; 20 that stay for all of it.
  Load passing(service.sandbox(),
               {"--target", target, "--short", "--half-close", "--rate", "150", "--long", "180", "--turns",
                "15", "--pace", "0.1", "--name", "p", "--ids", ids, "--timeout", "20"});
  Load staying(service.sandbox(), {"--target", target, "--long", "20", "--pace", "0.2", "--name", "t",
                                   "--ids", ids, "--timeout", "20"});
  const int restarts = restarts_of(trial);
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < restarts; ++i) service.restart();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  const QJsonObject accounts[] = {passing.finish(), staying.finish()};
  for (const QJsonObject& account : accounts) QVERIFY2(Load::lost(account) == 0, Load::text(account).c_str());

  // One more generation that has not seen that load: it shows whether anything is handed on that grows.
  const pid_t live = service.restart();
  QCOMPARE(Client(target).ask("PID?"), std::to_string(live));
  const Snapshot after = service.at_rest();
  QCOMPARE(QString::fromStdString(difference(before, after)), QString());
  QVERIFY2(after.resident_kib < before.resident_kib + memory_slack_kib(),
           qPrintable(QString("%1 KiB -> %2 KiB").arg(before.resident_kib).arg(after.resident_kib)));
  QVERIFY(std::filesystem::is_empty(service.sandbox() / "tmp"));
  QCOMPARE(service.sandbox().tree().pids(), std::vector<pid_t>{live});

  // No conversation that stays was handed on or begun anew.
  QCOMPARE(accounts[1]["conversations"].toInt(), 20);
  const Ledger ledger = Ledger::join(ids, service.log());
  QVERIFY2(ledger.balanced(), ledger.examples.c_str());
  QCOMPARE(ledger.answered, accounts[0]["answered"].toInt() + accounts[1]["answered"].toInt());
  QCOMPARE(status_of(service.control())["generation"].toInt(), restarts + 3);
  QCOMPARE(service.shut_down(), exited(0));

  const QString line =
      QString(
          "%1: %2 restarts in %3 s, %4 requests in %5 conversations and connections of their own,"
          " 0 lost; latency %6; memory %7 -> %8 KiB, descriptors %9")
          .arg(QTest::currentDataTag())
          .arg(restarts)
          .arg(took.count(), 0, 'f', 1)
          .arg(ledger.answered)
          .arg(accounts[0]["conversations"].toInt() + 20)
          .arg(QString(QJsonDocument(accounts[0]["latency"].toObject()).toJson(QJsonDocument::Compact)))
          .arg(before.resident_kib)
          .arg(after.resident_kib)
          .arg(after.descriptors());
  qInfo("%s", qPrintable(line));
}

QTEST_GUILESS_MAIN(RestartLoad)
#include "restart_load.moc"
