#include <QAction>
#include <QCheckBox>
#include <QDialog>
#include <QMenu>
#include <QSignalSpy>
#include <QSystemTrayIcon>

#include "core/restart/restart_report.hpp"
#include "core/text/wording.hpp"
#include "gui/window_fixture.hpp"
#include "ui/tray/server_notices.hpp"
#include "ui/tray/tray.hpp"

using namespace uninterruptible::admin;
using namespace acting;
using Outcome = RestartReport::Outcome;

Q_DECLARE_METATYPE(uninterruptible::admin::Outlook)
Q_DECLARE_METATYPE(uninterruptible::admin::Closing)

/// The icon in the tray: what it tells, and what closing the window means.
class GuiTray : public WindowFixture {
  Q_OBJECT

 private Q_SLOTS:
  void whatIsToldIsATable_data();
  void whatIsToldIsATable();
  void whatClosingDoesIsATable_data();
  void whatClosingDoesIsATable();
  void serversAreWatched();
  void oldNewsIsNotTold();
  void theWindowComesBackWithoutATray();
  void hintsAreNotificationsOfTheTray();
  void withoutATrayNobodyCanWantOne();
  void closingWithoutATrayEnds();
};

void GuiTray::whatIsToldIsATable_data() {
  QTest::addColumn<Outlook>("before");
  QTest::addColumn<Outlook>("now");
  QTest::addColumn<Notice>("hidden");
  QTest::addColumn<Notice>("looking");
  const auto at = [](LinkPhase phase, Outcome outcome = Outcome::None, qint64 ended = 0,
                     qint64 metAt = 1000) {
    return Outlook{.phase = phase, .outcome = outcome, .endedAt = ended, .metAt = metAt};
  };
  const auto connected = [&](Outcome outcome, qint64 ended = 0) {
    return at(LinkPhase::Connected, outcome, ended);
  };
  const auto row = [](const char* name, const Outlook& before, const Outlook& now, Notice hidden,
                      Notice looking) { QTest::newRow(name) << before << now << hidden << looking; };
  const auto nothing = [&](const char* name, const Outlook& before, const Outlook& now) {
    row(name, before, now, Notice::None, Notice::None);
  };
  row("failed", connected(Outcome::Running), connected(Outcome::Failed, 2000), Notice::RestartFailed,
      Notice::RestartFailed);
  row("rolled back", connected(Outcome::Running), connected(Outcome::RolledBack, 2000), Notice::RestartFailed,
      Notice::RestartFailed);
  row("failed at once", connected(Outcome::None), connected(Outcome::Failed, 2000), Notice::RestartFailed,
      Notice::RestartFailed);
  row("failed again", connected(Outcome::Failed, 2000), connected(Outcome::Failed, 3000),
      Notice::RestartFailed, Notice::RestartFailed);
  row("finished", connected(Outcome::Draining), connected(Outcome::Finished, 2000), Notice::RestartFinished,
      Notice::None);
  row("ended by a clock that is behind", connected(Outcome::Running), connected(Outcome::Failed, 500),
      Notice::RestartFailed, Notice::RestartFailed);
  nothing("told already", connected(Outcome::Failed, 2000), connected(Outcome::Failed, 2000));
  nothing("over before we met", connected(Outcome::None), connected(Outcome::Failed, 500));
  nothing("never met", at(LinkPhase::Connecting, Outcome::None, 0, 0), connected(Outcome::Failed, 500));
  nothing("begins", connected(Outcome::None), connected(Outcome::Running));
  nothing("drains", connected(Outcome::Running), connected(Outcome::Draining));
  nothing("rehearsed", connected(Outcome::Running), connected(Outcome::Rehearsed, 2000));
  for (const auto& [name, phase] :
       {std::pair("lost", LinkPhase::Lost), std::pair("ssh gone", LinkPhase::Unreachable),
        std::pair("falls silent", LinkPhase::Silent), std::pair("stale", LinkPhase::Stale)}) {
    row(name, at(LinkPhase::Following), at(phase), Notice::ServerLost, Notice::ServerLost);
  }
  row("lost at once", at(LinkPhase::Connected), at(LinkPhase::Lost), Notice::ServerLost, Notice::ServerLost);
  nothing("ended in order", at(LinkPhase::Connected), at(LinkPhase::Ended));
  nothing("followed", at(LinkPhase::Connected), at(LinkPhase::Following));
  nothing("still lost", at(LinkPhase::Lost), at(LinkPhase::Lost));
  nothing("was never there", at(LinkPhase::Connecting), at(LinkPhase::Stale));
  nothing("comes back", at(LinkPhase::Lost), at(LinkPhase::Connected));
}

void GuiTray::whatIsToldIsATable() {
  QFETCH(Outlook, before);
  QFETCH(Outlook, now);
  QTEST(noticeFor(before, now, false), "hidden");
  QTEST(noticeFor(before, now, true), "looking");
}

void GuiTray::whatClosingDoesIsATable_data() {
  QTest::addColumn<Closing>("closing");
  QTest::addColumn<bool>("stays");
  QTest::addColumn<bool>("hints");
  const auto row = [](const char* name, const Closing& closing, bool stays, bool hints) {
    QTest::newRow(name) << closing << stays << hints;
  };
  row("no tray", {}, false, false);
  row("no tray, restarting", {.restarting = true}, false, false);
  row("tray", {.trayShown = true}, true, false);
  row("tray, restarting", {.trayShown = true, .restarting = true}, true, true);
  row("tray, restarting, told once", {.trayShown = true, .restarting = true, .hinted = true}, true, false);
  row("tray, quit", {.trayShown = true, .quitting = true, .restarting = true}, false, false);
  row("tray, logout", {.trayShown = true, .sessionEnds = true, .restarting = true}, false, false);
}

void GuiTray::whatClosingDoesIsATable() {
  QFETCH(Closing, closing);
  QTEST(ruleFor(closing).staysInTray, "stays");
  QTEST(ruleFor(closing).hint, "hints");
}

void GuiTray::serversAreWatched() {
  beginWithEcho();
  bool looking = false;
  const ServerNotices notices(watch_->servers(), [&] { return looking; });
  QSignalSpy told(&notices, &ServerNotices::noticed);
  // What ends now ended after they met.
  const auto met = wording::now();
  QTRY_VERIFY_WITH_TIMEOUT(wording::now() > met, patience);
  const auto awaitNotice = [&](Notice notice, const QString& title, const QString& inText) {
    QTRY_COMPARE_WITH_TIMEOUT(told.count(), 1, patience);
    const auto arguments = told.takeFirst();
    QCOMPARE(arguments.at(0).value<Notice>(), notice);
    QCOMPARE(arguments.at(1).toString(), title);
    QVERIFY2(arguments.at(2).toString().contains(inText), qPrintable(arguments.at(2).toString()));
  };
  echo_->beginRestart(8);
  echo_->step("requested"_q, 0);
  echo_->step("failed"_q, 400,
              {{"failed_at"_q, "spawned"_q}, {"exit_status"_q, 3}, {"text"_q, "bad flag"_q}});
  awaitNotice(Notice::RestartFailed, "The restart of echo failed"_q, "bad flag"_q);
  echo_->beginRestart(8);
  echo_->step("requested"_q, 0);
  echo_->step("finished"_q, 1400);
  awaitNotice(Notice::RestartFinished, "echo has restarted"_q, "1.4 s"_q);
  looking = true;
  echo_->beginRestart(9);
  echo_->step("requested"_q, 0);
  echo_->step("finished"_q, 900);
  const auto& report = window_->server()->steps()->report();
  QTRY_VERIFY_WITH_TIMEOUT(report.generation() == 9 && report.outcome() == Outcome::Finished, patience);
  echo_->vanish();
  awaitNotice(Notice::ServerLost, "Lost echo"_q, "Lost echo at "_q);
}

void GuiTray::oldNewsIsNotTold() {
  echo_->setInCharge(7);
  echo_->setGeneration(7, 3987, "live"_q, 0);
  echo_->beginRestart(8);
  echo_->step("requested"_q, 0);
  echo_->step("failed"_q, 400, {{"failed_at"_q, "spawned"_q}, {"text"_q, "long ago"_q}});
  QVERIFY(echo_->appear());
  watch_ = std::make_unique<ServerWatch>();
  const ServerNotices notices(watch_->servers(), [] { return false; });
  QSignalSpy told(&notices, &ServerNotices::noticed);
  QTRY_COMPARE_WITH_TIMEOUT(watch_->servers()->rowCount(), 1, patience);
  auto* const server = watch_->servers()->at(0);
  QTRY_COMPARE_WITH_TIMEOUT(server->steps()->report().outcome(), Outcome::Failed, patience);
  QCOMPARE(told.count(), 0);
  // What happens from now on is.
  echo_->vanish();
  QTRY_COMPARE_WITH_TIMEOUT(told.count(), 1, patience);
}

void GuiTray::theWindowComesBackWithoutATray() {
  watch_ = std::make_unique<ServerWatch>();
  QWidget window;
  bool there = false;
  Tray tray(&window, watch_->servers(), [&] { return there; });
  QSignalSpy wanted(&tray, &Tray::windowWanted);
  tray.setWanted(true);
  QVERIFY(!tray.isShown());  // there is none
  there = true;
  tray.setWanted(true);
  QVERIFY(tray.isShown());
  there = false;  // the panel ends, and the window is out of sight
  QTRY_COMPARE_WITH_TIMEOUT(wanted.count(), 1, patience);
  QVERIFY(!tray.isShown());
}

void GuiTray::hintsAreNotificationsOfTheTray() {
  watch_ = std::make_unique<ServerWatch>();
  QWidget window;
  Tray tray(&window, watch_->servers(), [] { return true; });
  QSignalSpy told(&tray, &Tray::told);
  tray.hint();
  QCOMPARE(told.count(), 0);  // nobody wanted a tray
  tray.setWanted(true);
  tray.hint();
  QCOMPARE(told.count(), 1);
  QCOMPARE(told.first().first().toString(), "The restart goes on"_q);
  const auto actions = window.findChild<QMenu*>("trayMenu"_q)->actions();
  QSignalSpy shows(&tray, &Tray::windowWanted);
  QSignalSpy quits(&tray, &Tray::quitWanted);
  actions.at(0)->trigger();
  actions.at(1)->trigger();
  QCOMPARE(shows.count(), 1);
  QCOMPARE(quits.count(), 1);
}

void GuiTray::withoutATrayNobodyCanWantOne() {
  if (QSystemTrayIcon::isSystemTrayAvailable()) QSKIP("this desktop has a tray");
  QVERIFY(!settings_->usesTray());
  settings_->setUsesTray(true);  // on another desktop
  show();
  action("preferencesAction"_q)->trigger();
  const auto* const box = visible<QCheckBox>(*window_, "trayBox"_q);
  QVERIFY(box);
  QVERIFY(!box->isEnabled() && !box->isChecked());
  QCOMPARE(box->toolTip(), "This desktop has no tray."_q);
  QVERIFY(click(*window_, "confirmButton"_q));
  QVERIFY(settings_->usesTray());  // what is wanted elsewhere stays
}

void GuiTray::closingWithoutATrayEnds() {
  if (QSystemTrayIcon::isSystemTrayAvailable()) QSKIP("this desktop has a tray");
  settings_->setUsesTray(true);
  beginWithEcho();
  echo_->beginRestart(8);
  echo_->step("requested"_q, 0);
  QTRY_VERIFY_WITH_TIMEOUT(window_->server()->isRestarting(), patience);
  QVERIFY(window_->close());
  QVERIFY(!settings_->wasHinted());
}

QTEST_MAIN(GuiTray)
#include "gui_tray.moc"
