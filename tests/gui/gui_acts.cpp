#include <signal.h>

#include <QDoubleSpinBox>
#include <QHash>
#include <QJsonArray>
#include <QJsonObject>
#include <QPlainTextEdit>
#include <memory>

#include "core/connections/connection_model.hpp"
#include "core/text/wording.hpp"
#include "gui/live_fixture.hpp"
#include "support/cli.hpp"
#include "support/client.hpp"
#include "support/files.hpp"
#include "support/load.hpp"

using namespace uninterruptible::admin;
using namespace acting;

/// A person and a real server in good times and bad ones.
class GuiActs : public LiveFixture {
  Q_OBJECT

 private Q_SLOTS:
  void fiveHundredClientsMoveOver();
  void aNewVersionThatEndsIsQuoted();
  void aTrialIsRolledBackByAClick();
  void aKilledServerIsFoundAgain();
  void aConnectionIsShownWithItsOwnAddresses();

 private:
  /// What `uninterruptiblectl history 1` says of each step of the first restart.
  [[nodiscard]] QHash<QString, int> stepsToldByCommandLine(const std::string& server) const;
};

QHash<QString, int> GuiActs::stepsToldByCommandLine(const std::string& server) const {
  const auto result = testing::run_cli(*sandbox_, {"history", "1", "-s", server, "--json"});
  QHash<QString, int> steps;
  const auto restarts = result.json().value("restarts"_q).toArray();
  for (const auto& step : restarts.first().toObject().value("steps"_q).toArray()) {
    steps.insert(step.toObject().value("step"_q).toString(), step.toObject().value("elapsed_ms"_q).toInt());
  }
  return steps;
}

void GuiActs::fiveHundredClientsMoveOver() {
  show();
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "emptyPage"_q), patience);
  startServer("acts", {"--rollback-window", "300ms"});
  waitForServer("acts"_q);
  QCOMPARE(cardText(1, "cardPid"_q), "pid %1"_q.arg(server_->pid()));

  // They come back whenever they have said a few lines, so that the old generation runs empty by itself.
  testing::Load load(*sandbox_, {"--target", target(), "--long", "500", "--pace", "0.4", "--turns", "6"});
  QTRY_VERIFY_WITH_TIMEOUT(table().model()->rowCount() > 450, patience);

  clickRestart();
  QTRY_VERIFY_WITH_TIMEOUT(card(1) && card(2), patience);
  QTRY_COMPARE_WITH_TIMEOUT(cardText(2, "cardState"_q), "Live"_q, patience);
  QTRY_COMPARE_WITH_TIMEOUT(cardText(1, "cardState"_q), "Draining"_q, patience);
  const auto left = [this] {
    const auto said = cardText(1, "cardConnections"_q).split(QLatin1Char(' '));
    return said.size() == 4 ? said.first().toInt() : -1;
  };
  QTRY_VERIFY_WITH_TIMEOUT(left() > 0, patience);
  const auto before = left();
  QTRY_VERIFY_WITH_TIMEOUT(left() > 0 && left() < before, patience);
  QTRY_VERIFY_WITH_TIMEOUT(!card(1), patience);
  QTRY_VERIFY_WITH_TIMEOUT(words("restartHeadline"_q).contains("finished"_q), patience);

  const auto told = stepsToldByCommandLine("acts");
  QVERIFY(told.contains("trial"_q) && told.contains("final"_q) && told.contains("finished"_q));
  QCOMPARE(words("restartHeadline"_q), "Restart into generation 2 finished in %1"_q.arg(wording::elapsed(
                                           std::chrono::milliseconds(told.value("finished"_q)))));
  int compared = 0;
  for (auto step = told.begin(); step != told.end(); ++step) {
    const auto* const stop = visible(*window_, "step_"_q + step.key());
    if (!stop) continue;
    ++compared;
    QCOMPARE(stop->accessibleName(),
             "%1: reached after %2"_q.arg(wording::step(step.key()),
                                          wording::elapsed(std::chrono::milliseconds(step.value()))));
  }
  QCOMPARE(compared, 9);

  const auto account = load.finish();
  QVERIFY2(testing::Load::lost(account) == 0, testing::Load::text(account).c_str());
  QTRY_COMPARE_WITH_TIMEOUT(table().model()->rowCount(), 0, patience);
}

void GuiActs::aNewVersionThatEndsIsQuoted() {
  const auto script = *sandbox_ / "new-version";
  testing::write_file(script,
                      "#!/bin/sh\necho reading config.yml\n"
                      "echo \"config.yml:12: unknown key 'prot'\" >&2\nexit 3\n",
                      0755);
  startServer("acts", {"--start-command", script});
  show();
  waitForServer("acts"_q);
  testing::Client client(target());
  QCOMPARE(client.ask("before").value_or(""), "before");

  clickRestart();
  QTRY_VERIFY_WITH_TIMEOUT(words("restartHeadline"_q).contains("failed"_q), patience);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "lastLines"_q), patience);
  QCOMPARE(visible<QPlainTextEdit>(*window_, "lastLines"_q)->toPlainText(),
           "reading config.yml\nconfig.yml:12: unknown key 'prot'"_q);
  QCOMPARE(words("restartConsequence"_q), "Generation 1 keeps serving. No connection was lost."_q);
  QVERIFY2(words("restartReason"_q).count("status 3"_q) == 1, qPrintable(words("restartReason"_q)));
  QCOMPARE(client.ask("after").value_or(""), "after");
  QVERIFY(click(*window_, "dismissButton"_q));
  QVERIFY(!isShown(*window_, "restartStrip"_q));
}

void GuiActs::aTrialIsRolledBackByAClick() {
  startServer("acts", {"--rollback-window", "59.5s"});
  show();
  waitForServer("acts"_q);
  testing::Client old(target());
  QCOMPARE(old.ask("PID?").value_or(""), std::to_string(server_->pid()));
  QVERIFY(click(*window_, "restartButton"_q));
  QCOMPARE(visible<QDoubleSpinBox>(*window_, "trialValue"_q)->text(), "59.5 s"_q);
  QVERIFY(click(*window_, "confirmButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(
      isShown(*window_, "cancelRestartButton"_q) &&
          visible<QPushButton>(*window_, "cancelRestartButton"_q)->text() == "Roll Back"_q,
      patience);
  QTRY_COMPARE_WITH_TIMEOUT(cardText(1, "cardState"_q), "Standby"_q, patience);
  QTRY_VERIFY_WITH_TIMEOUT(words("serverUptime"_q).startsWith("generation 2 up "_q), patience);
  testing::Client tried(target());
  const auto pid = tried.ask("PID?").value_or("");
  QVERIFY(!pid.empty() && pid != std::to_string(server_->pid()));

  QVERIFY(click(*window_, "cancelRestartButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(words("restartHeadline"_q).startsWith("Generation 2 was rolled back"_q), patience);
  QTRY_COMPARE_WITH_TIMEOUT(cardText(1, "cardState"_q), "Live"_q, patience);
  QVERIFY(words("restartConsequence"_q).startsWith("Generation 1 serves again."_q));
  QTRY_VERIFY_WITH_TIMEOUT(words("serverUptime"_q).startsWith("generation 1 up "_q), patience);
  QCOMPARE(old.ask("still").value_or(""), "still");
  QCOMPARE(tried.ask("to the end").value_or(""), "to the end");
  testing::Client again(target());
  QCOMPARE(again.ask("PID?").value_or(""), std::to_string(server_->pid()));
}

void GuiActs::aKilledServerIsFoundAgain() {
  startServer("acts");
  show();
  waitForServer("acts"_q);
  QVERIFY(server_->signal(SIGKILL));
  QTRY_VERIFY_WITH_TIMEOUT(words("linkBannerText"_q).startsWith("Lost acts at "_q), patience);
  QVERIFY(cardText(1, "cardState"_q).startsWith("Live, as of "_q));
  QVERIFY(!card(1)->isEnabled());
  startServer("acts");
  const auto pid = "pid %1"_q.arg(server_->pid());
  QTRY_COMPARE_WITH_TIMEOUT(words("linkLabel"_q), "Connected to acts"_q, patience);
  QTRY_COMPARE_WITH_TIMEOUT(cardText(1, "cardPid"_q), pid, patience);
  QCOMPARE(cardText(1, "cardState"_q), "Live"_q);
  QVERIFY(card(1)->isEnabled());
  QVERIFY(!isShown(*window_, "linkBanner"_q));
}

void GuiActs::aConnectionIsShownWithItsOwnAddresses() {
  startServer("acts");  // bound to port 0, which is no address anybody has
  show();
  waitForServer("acts"_q);
  testing::Client client(target());
  QTRY_COMPARE_WITH_TIMEOUT(table().model()->rowCount(), 1, patience);
  clickRow(table(), 0);
  QTest::keyClick(&table(), Qt::Key_Return);
  QTRY_COMPARE_WITH_TIMEOUT(words("detailsLocal"_q), QString::fromStdString(target()), patience);
  QCOMPARE(words("detailsPeer"_q), "127.0.0.1:%1"_q.arg(client.local_port()));
}

QTEST_MAIN(GuiActs)
#include "gui_acts.moc"
