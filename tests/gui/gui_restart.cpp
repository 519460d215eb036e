#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QPlainTextEdit>

#include "gui/window_fixture.hpp"

using namespace uninterruptible::admin;
using namespace acting;

/// A restart from the question to its end, also where it fails, is taken back, or is only rehearsed.
class GuiRestart : public WindowFixture {
  Q_OBJECT

 private Q_SLOTS:
  void aRestartIsFollowedToItsEnd();
  void aFailedRestartSaysWhy();
  void aRefusedRestartIsExplained();
  void aRestartCanBeThoughtBetterOf();
  void optionsAreAskedFor();
  void aServerNeedNotBeAskedAboutAgain();
  void aRestartIsCancelledBeforeTheCommit();
  void aTrialIsRolledBack();
  void afterFinalThereIsNoWayBack();
  void aRehearsalIsTold();
  void closingTheWindowLeavesTheRestartAlone();

 private:
  /// Steps of a restart into generation 8 up to and including `last`.
  void comeTo(const QString& last);
};

void GuiRestart::aRestartIsFollowedToItsEnd() {
  beginWithEcho();
  QVERIFY(click(*window_, "restartButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "restartDialog"_q), patience);
  QVERIFY(text(*window_, "consequence"_q).contains("(3)"_q));
  QVERIFY(click(*window_, "confirmButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("restart"_q), 1, patience);

  echo_->beginRestart(8);
  echo_->step("requested"_q, 0);
  echo_->step("spawned"_q, 20);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "restartStrip"_q), patience);
  QTRY_COMPARE_WITH_TIMEOUT(visible(*window_, "step_spawned"_q)->accessibleName(),
                            "Spawned: reached after 20 ms"_q, patience);
  QCOMPARE(visible(*window_, "step_connected"_q)->accessibleName(), "Connected: going on"_q);
  QVERIFY(!window_->findChild<QAction*>("restartAction"_q)->isEnabled());

  for (const auto& word : {"connected"_q, "offered"_q, "ready"_q, "committed"_q, "trial"_q})
    echo_->step(word, 30);
  echo_->setGeneration(7, 3987, "standby"_q, 3);
  echo_->setGeneration(8, 4121, "live"_q, 1);
  echo_->open("8-1"_q, "192.0.2.9:5000"_q);
  QTRY_VERIFY_WITH_TIMEOUT(card(7) && card(8), patience);
  QCOMPARE(text(*card(7), "cardState"_q), "Standby"_q);

  // The control socket changes hands; nobody is alarmed, and nothing is missed.
  echo_->step("final"_q, 2030);
  echo_->setGeneration(7, 3987, "draining"_q, 3);
  echo_->move(8);
  echo_->step("draining"_q, 2031);
  QTRY_COMPARE_WITH_TIMEOUT(text(*card(7), "cardState"_q), "Draining"_q, patience);
  QTRY_COMPARE_WITH_TIMEOUT(visible(*window_, "step_final"_q)->accessibleName(),
                            "Final: reached after 2.0 s"_q, patience);
  QTRY_COMPARE_WITH_TIMEOUT(linkText(), "Connected to echo"_q, patience);
  QVERIFY(!isShown(*window_, "linkBanner"_q));
  QCOMPARE(ids().size(), 4);

  echo_->close({"7-1"_q, "7-2"_q});
  echo_->setGeneration(7, 3987, "draining"_q, 1);
  QTRY_COMPARE_WITH_TIMEOUT(text(*card(7), "cardConnections"_q), "1 of 3 left"_q, patience);
  echo_->close({"7-3"_q});
  echo_->removeGeneration(7);
  echo_->step("finished"_q, 5000);
  QTRY_VERIFY_WITH_TIMEOUT(!card(7), patience);
  QVERIFY(card(8));
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringList{"8-1"_q}, patience);
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "restartHeadline"_q),
                            "Restart into generation 8 finished in 5.0 s"_q, patience);
  QTRY_VERIFY_WITH_TIMEOUT(window_->findChild<QAction*>("restartAction"_q)->isEnabled(), patience);
}

void GuiRestart::aFailedRestartSaysWhy() {
  beginWithEcho();
  QVERIFY(click(*window_, "restartButton"_q));
  QVERIFY(click(*window_, "confirmButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("restart"_q), 1, patience);
  echo_->beginRestart(8);
  echo_->step("requested"_q, 0);
  echo_->step("spawned"_q, 20);
  echo_->step("failed"_q, 412,
              {{"text"_q, "the new process ended early"_q},
               {"failed_at"_q, "spawned"_q},
               {"pid"_q, 4188},
               {"exit_status"_q, 3},
               {"output"_q, QJsonArray{"reading config.yml"_q, "config.yml:12: unknown key"_q}}});
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "restartHeadline"_q).contains("failed"_q), patience);
  QVERIFY(text(*window_, "restartReason"_q).contains("Process 4188 exited with status 3."_q));
  QCOMPARE(text(*window_, "restartConsequence"_q), "Generation 7 keeps serving. No connection was lost."_q);
  const auto* const lines = visible<QPlainTextEdit>(*window_, "lastLines"_q);
  QVERIFY(lines);
  QCOMPARE(lines->toPlainText(), "reading config.yml\nconfig.yml:12: unknown key"_q);
  QCOMPARE(visible(*window_, "step_connected"_q)->accessibleName(), "Connected: not reached"_q);

  QVERIFY(click(*window_, "copyReportButton"_q));
  QVERIFY(QGuiApplication::clipboard()->text().contains("config.yml:12"_q));
  QVERIFY(click(*window_, "tryAgainButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "restartDialog"_q), patience);
  QVERIFY(click(*window_, "cancelButton"_q));
  QVERIFY(click(*window_, "dismissButton"_q));
  QVERIFY(!isShown(*window_, "restartStrip"_q));
}

void GuiRestart::aRefusedRestartIsExplained() {
  beginWithEcho();
  echo_->refuse("restart"_q, 1, "8 generations drain already"_q);
  QTest::keyClick(window_.get(), Qt::Key_R, Qt::ControlModifier);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "confirmButton"_q), patience);
  QTest::keyClick(visible(*window_, "confirmButton"_q), Qt::Key_Return);
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "noticeBannerText"_q), "No restart: 8 generations drain already"_q,
                            patience);
  QVERIFY(click(*window_, "noticeBannerButton"_q));
  QVERIFY(!isShown(*window_, "noticeBanner"_q));
}

void GuiRestart::aRestartCanBeThoughtBetterOf() {
  beginWithEcho();
  setUndoDelay(50);
  QVERIFY(click(*window_, "restartButton"_q));
  QVERIFY(click(*window_, "cancelButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(!isShown(*window_, "restartDialog"_q), patience);
  // What is asked after it must not have been asked for a restart before it.
  clickRow(table(), 0);
  QVERIFY(click(*window_, "closeButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("close"_q), 1, patience);
  QCOMPARE(echo_->asked("restart"_q), 0);
}

void GuiRestart::comeTo(const QString& last) {
  echo_->beginRestart(8);
  for (const auto& word : {"requested"_q, "spawned"_q, "connected"_q, "offered"_q, "ready"_q, "committed"_q,
                           "trial"_q, "final"_q}) {
    echo_->step(word, 30);
    if (word == last) return;
  }
}

void GuiRestart::optionsAreAskedFor() {
  beginWithEcho();
  QVERIFY(click(*window_, "restartButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "restartDialog"_q), patience);
  QCOMPARE(visible<QLineEdit>(*window_, "startCommand"_q)->text(),
           "echo-server --bind tcp://127.0.0.1:6789"_q);
  auto* const line = visible<QLineEdit>(*window_, "command"_q);
  const auto plain = "uninterruptiblectl -s %1/echo.sock restart"_q.arg(directory_->path());
  QCOMPARE(line->text(), plain);
  QVERIFY(!visible<QDoubleSpinBox>(*window_, "drainValue"_q)->isEnabled());
  visible<QCheckBox>(*window_, "limitDrain"_q)->setChecked(true);
  visible<QDoubleSpinBox>(*window_, "drainValue"_q)->setValue(5);
  visible<QCheckBox>(*window_, "setTrial"_q)->setChecked(true);
  visible<QDoubleSpinBox>(*window_, "trialValue"_q)->setValue(9);
  QCOMPARE(line->text(), plain + " --trial 9s --drain 5m"_q);
  QVERIFY(click(*window_, "commandCopy"_q));
  QCOMPARE(clipboard(), line->text());
  QVERIFY(click(*window_, "confirmButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("restart"_q), 1, patience);
  const auto asked = echo_->params("restart"_q);
  QCOMPARE(asked.value("drain_timeout_ms"_q).toInt(), 300'000);
  QCOMPARE(asked.value("rollback_window_ms"_q).toInt(), 9000);
}

void GuiRestart::aServerNeedNotBeAskedAboutAgain() {
  beginWithEcho();
  QVERIFY(click(*window_, "restartButton"_q));
  visible<QCheckBox>(*window_, "lastTimeBox"_q)->setChecked(true);
  QVERIFY(click(*window_, "confirmButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("restart"_q), 1, patience);
  QTRY_VERIFY_WITH_TIMEOUT(!isShown(*window_, "restartDialog"_q), patience);
  QVERIFY(click(*window_, "restartButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("restart"_q), 2, patience);
  QVERIFY(echo_->params("restart"_q).isEmpty());
  // Who thinks better of it finds the question again.
  action("preferencesAction"_q)->trigger();
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "preferencesDialog"_q), patience);
  visible<QCheckBox>(*window_, "askAgainBox"_q)->setChecked(true);
  QVERIFY(click(*window_, "confirmButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(!isShown(*window_, "preferencesDialog"_q), patience);
  QVERIFY(click(*window_, "restartButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "restartDialog"_q), patience);
}

void GuiRestart::aRestartIsCancelledBeforeTheCommit() {
  beginWithEcho();
  comeTo("ready"_q);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "cancelRestartButton"_q), patience);
  QCOMPARE(visible<QPushButton>(*window_, "cancelRestartButton"_q)->text(), "Cancel Restart"_q);
  // In the tool bar one button takes the place of the other.
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "cancelButtonOfBar"_q), patience);
  QVERIFY(!isShown(*window_, "restartButton"_q));
  QVERIFY(click(*window_, "cancelRestartButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("cancel"_q), 1, patience);
  echo_->step("failed"_q, 900, {{"text"_q, "cancelled by uid 0"_q}, {"failed_at"_q, "ready"_q}});
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "restartReason"_q).contains("cancelled by uid 0"_q), patience);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "restartButton"_q), patience);
}

void GuiRestart::aTrialIsRolledBack() {
  beginWithEcho();
  comeTo("trial"_q);
  QTRY_VERIFY_WITH_TIMEOUT(
      isShown(*window_, "cancelRestartButton"_q) &&
          visible<QPushButton>(*window_, "cancelRestartButton"_q)->text() == "Roll Back"_q,
      patience);
  QTest::keyClick(window_.get(), Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("cancel"_q), 1, patience);
}

void GuiRestart::afterFinalThereIsNoWayBack() {
  beginWithEcho();
  comeTo("final"_q);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "restartStrip"_q), patience);
  QTRY_VERIFY_WITH_TIMEOUT(action("cancelRestartAction"_q)->toolTip().contains("no way back"_q), patience);
  QVERIFY(!isShown(*window_, "cancelRestartButton"_q));
  QVERIFY(!action("cancelRestartAction"_q)->isEnabled());
}

void GuiRestart::aRehearsalIsTold() {
  beginWithEcho();
  QTest::keyClick(window_.get(), Qt::Key_R, Qt::ControlModifier | Qt::AltModifier);
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("restart"_q), 1, patience);
  QVERIFY(echo_->params("restart"_q).value("rehearse"_q).toBool());
  comeTo("ready"_q);
  echo_->step("rehearsed"_q, 340, {{"text"_q, "ready after 340 ms; nothing would change"_q}});
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "restartHeadline"_q).contains("ready after 340 ms"_q), patience);
  QVERIFY(click(*window_, "dismissButton"_q));
  QVERIFY(!isShown(*window_, "restartStrip"_q));
}

void GuiRestart::closingTheWindowLeavesTheRestartAlone() {
  beginWithEcho();
  comeTo("ready"_q);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "cancelRestartButton"_q), patience);
  QVERIFY(window_->close());  // nothing is asked
  QVERIFY(!isShown(*window_, "restartDialog"_q));
  window_.reset();
  watch_.reset();  // everything that was sent has left
  QTRY_COMPARE_WITH_TIMEOUT(echo_->clients(), 0, patience);
  QCOMPARE(echo_->asked("cancel"_q), 0);
}

QTEST_MAIN(GuiRestart)
#include "gui_restart.moc"
