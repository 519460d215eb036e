#include <QComboBox>
#include <QDoubleSpinBox>
#include <QElapsedTimer>
#include <QHelpEvent>
#include <QLineEdit>
#include <QRegularExpression>
#include <QToolTip>

#include "gui/window_fixture.hpp"
#include "ui/style/plain_label.hpp"

using namespace uninterruptible::admin;
using namespace acting;

/// That what the window says is exact, is said once, and is not said any more when it is not so any more.
class GuiWords : public WindowFixture {
  Q_OBJECT

 private Q_SLOTS:
  void timesInTheRestartDialogAreExact();
  void howAProcessEndedIsToldOnce_data();
  void howAProcessEndedIsToldOnce();
  void inTheTrialWhoServesIsNamed();
  void theGenerationThatIsFollowedIsNamed();
  void whoIsLostIsShownAsOfThen();
  void whatDoesNotFitIsReadInTheToolTip();
};

void GuiWords::timesInTheRestartDialogAreExact() {
  echo_->setRollbackWindow(1500);
  echo_->setDrainTimeout(90'500);
  beginWithEcho();
  QVERIFY(click(*window_, "restartButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "restartDialog"_q), patience);
  auto* const trial = visible<QDoubleSpinBox>(*window_, "trialValue"_q);
  QCOMPARE(trial->text(), "1.5 s"_q);
  QCOMPARE(visible<QDoubleSpinBox>(*window_, "drainValue"_q)->text(), "90.5"_q);
  QCOMPARE(visible<QComboBox>(*window_, "drainUnit"_q)->currentText(), "seconds"_q);
  QTest::keyClick(visible(*window_, "setTrial"_q), Qt::Key_Space);
  QTest::keyClick(visible(*window_, "limitDrain"_q), Qt::Key_Space);
  QVERIFY(visible<QLineEdit>(*window_, "command"_q)->text().endsWith(" --trial 1500ms --drain 90500ms"_q));
  trial->selectAll();
  QTest::keyClicks(trial, "0.25"_q);
  QVERIFY(visible<QLineEdit>(*window_, "command"_q)->text().contains(" --trial 250ms "_q));
  QVERIFY(click(*window_, "confirmButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("restart"_q), 1, patience);
  QCOMPARE(echo_->params("restart"_q).value("rollback_window_ms"_q).toInt(), 250);
  QCOMPARE(echo_->params("restart"_q).value("drain_timeout_ms"_q).toInt(), 90'500);
}

void GuiWords::howAProcessEndedIsToldOnce_data() {
  QTest::addColumn<QString>("told");
  QTest::addColumn<QString>("field");
  QTest::addColumn<int>("value");
  QTest::addColumn<QString>("shown");
  QTest::newRow("status") << "the new process exited with status 3 before it said HELLO"_q
                          << "exit_status"_q << 3
                          << "the new process exited with status 3 before it said HELLO (pid 4188)"_q;
  QTest::newRow("signal") << "the new process was killed by signal 9"_q
                          << "term_signal"_q << 9 << "the new process was killed by signal 9 (pid 4188)"_q;
  QTest::newRow("not told") << "the new process ended early"_q
                            << "exit_status"_q << 3
                            << "the new process ended early - Process 4188 exited with status 3."_q;
  QTest::newRow("another") << "it ran into status 31"_q
                           << "exit_status"_q << 3
                           << "it ran into status 31 - Process 4188 exited with status 3."_q;
}

void GuiWords::howAProcessEndedIsToldOnce() {
  QFETCH(QString, told);
  QFETCH(QString, field);
  QFETCH(int, value);
  QFETCH(QString, shown);
  beginWithEcho();
  echo_->beginRestart(8);
  echo_->step("requested"_q, 0);
  echo_->step("failed"_q, 412,
              {{"text"_q, told}, {"failed_at"_q, "spawned"_q}, {"pid"_q, 4188}, {field, value}});
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "restartReason"_q), shown, patience);
}

void GuiWords::inTheTrialWhoServesIsNamed() {
  beginWithEcho();
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "serverUptime"_q).startsWith("generation 7 up "_q), patience);
  // In charge is the old one until the trial has ended; clients come to the new one.
  echo_->setGeneration(7, 3987, "standby"_q, 3);
  echo_->setGeneration(8, 4121, "live"_q, 0);
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "serverUptime"_q).startsWith("generation 8 up "_q), patience);
}

void GuiWords::theGenerationThatIsFollowedIsNamed() {
  beginWithEcho();
  echo_->setSilent(true);  // whoever comes has to wait for the greeting
  echo_->move(8);
  QTRY_COMPARE_WITH_TIMEOUT(linkText(), "Following echo to generation 8"_q, patience);
  QVERIFY(!isShown(*window_, "linkBanner"_q));
}

void GuiWords::whoIsLostIsShownAsOfThen() {
  QElapsedTimer since;
  since.start();
  beginWithEcho();
  clickRow(table(), 0);
  QTest::keyClick(&table(), Qt::Key_Return);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "detailsSheet"_q), patience);
  echo_->vanish();
  QTRY_VERIFY_WITH_TIMEOUT(linkText().startsWith("Following echo"_q), patience);
  const auto lived = since.elapsed();
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "linkBannerText"_q).startsWith("Lost echo at "_q), patience);
  QVERIFY(since.elapsed() > lived + 2000);  // so much would have been counted wrongly
  const auto lost = text(*window_, "linkBannerText"_q).section(QLatin1Char(' '), 3, 3).chopped(1);
  QVERIFY(!card(7)->isEnabled());
  QCOMPARE(text(*card(7), "cardState"_q), "Live, as of "_q + lost);
  QVERIFY(!visible(*window_, "serverHeader"_q)->isEnabled());
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "freshnessLabel"_q), "as of "_q + lost, patience);
  // The generation and the connection are as old as they were when contact was lost.
  const auto seconds = [](QString text) { return text.remove(QRegularExpression("\\D"_q)).toLongLong(); };
  const auto most = lived / 1000 + 1;
  QVERIFY(seconds(text(*card(7), "cardSince"_q).section(QLatin1Char('('), 1)) <= most);
  QVERIFY(seconds(text(*window_, "serverUptime"_q).section("up "_q, 1)) <= most);
  const auto open = text(*window_, "detailsOpened"_q).section(QLatin1Char('('), 1);
  QVERIFY2(open.startsWith("1 m "_q) && seconds(open.section("m "_q, 1)) <= 40 + most, qPrintable(open));
}

void GuiWords::whatDoesNotFitIsReadInTheToolTip() {
  PlainLabel label("label"_q, nullptr);
  const auto hostile = "<img src=x> & <b>bold</b> "_q.repeated(20);
  label.setText(hostile);
  label.resize(200, 30);
  label.show();
  QVERIFY(QTest::qWaitForWindowExposed(&label));
  QHelpEvent event(QEvent::ToolTip, QPoint(5, 5), label.mapToGlobal(QPoint(5, 5)));
  QCoreApplication::sendEvent(&label, &event);
  QTRY_COMPARE_WITH_TIMEOUT(QToolTip::text(), "<qt>%1</qt>"_q.arg(hostile.toHtmlEscaped()), patience);
  QToolTip::hideText();
}

QTEST_MAIN(GuiWords)
#include "gui_words.moc"
