#include <QAction>
#include <QLineEdit>
#include <QMenu>

#include "core/connections/connection_model.hpp"
#include "core/servers/server_watch.hpp"
#include "gui/window_fixture.hpp"
#include "ui/window/action_rules.hpp"

using namespace uninterruptible::admin;
using namespace acting;

/// What one can do about connections, a drain and a server, and what is possible when.
class GuiActions : public WindowFixture {
  Q_OBJECT

 private Q_SLOTS:
  void actionsFollowTheRules_data();
  void actionsFollowTheRules();
  void whoObservesOnlyLooks();
  void readOnlyLooksOnly();
  void aCloseCanBeUndone();
  void aCloseIsDoneWhenTheNextIsAskedFor();
  void manyAreAskedAbout();
  void connectionsAreCut();
  void theOldestIsShown();
  void aDrainIsExtended();
  void idleOnesAreClosed();
  void aDrainingGenerationIsCutOff();
  void aShutdownIsHurried();
  void everyActionIsCopiedAsCommand();
};

void GuiActions::actionsFollowTheRules_data() {
  QTest::addColumn<Situation>("now");
  QTest::addColumn<QString>("enabled");
  const auto connected = [] {
    Situation now;
    now.server = true;
    now.phase = LinkPhase::Connected;
    return now;
  };
  QTest::newRow("no server") << Situation() << ""_q;
  auto now = connected();
  now.phase = LinkPhase::Connecting;
  QTest::newRow("connecting") << now << "fpL"_q;
  now = connected();
  QTest::newRow("connected") << now << "rhsSfp"_q;
  now.selected = 2;
  now.shown = 3;
  QTest::newRow("selected") << now << "rhsScxdyefp"_q;
  now = connected();
  now.restart = RestartStage::Starting;
  QTest::newRow("restarting") << now << "asSfp"_q;
  now.restart = RestartStage::Trial;
  QTest::newRow("in a trial") << now << "asSfp"_q;
  now.restart = RestartStage::Settling;
  QTest::newRow("after final") << now << "sSfp"_q;
  now = connected();
  now.draining = 1;
  QTest::newRow("draining") << now << "rhsSoiufp"_q;
  now.limited = 1;
  QTest::newRow("draining until") << now << "rhsSoEiufp"_q;
  now.mayOperate = false;
  now.selected = 1;
  now.shown = 1;
  QTest::newRow("observing") << now << "odyefp"_q;
  now = connected();
  now.stopping = true;
  now.limited = 1;
  QTest::newRow("stopping") << now << "SEfp"_q;
  now = connected();
  now.phase = LinkPhase::Following;
  now.selected = 1;
  QTest::newRow("following") << now << "dyfpL"_q;
  now.phase = LinkPhase::Ended;
  QTest::newRow("ended") << now << "dyfpL"_q;
}

void GuiActions::actionsFollowTheRules() {
  QFETCH(Situation, now);
  QFETCH(QString, enabled);
  const QList<std::pair<Action, char>> letters{
      {Action::Restart, 'r'},  {Action::CancelRestart, 'a'}, {Action::Rehearse, 'h'},
      {Action::ShutDown, 's'}, {Action::ShutDownNow, 'S'},   {Action::ShowOldest, 'o'},
      {Action::Extend, 'E'},   {Action::CloseIdle, 'i'},     {Action::CutOff, 'u'},
      {Action::Close, 'c'},    {Action::Cut, 'x'},           {Action::Details, 'd'},
      {Action::CopyRows, 'y'}, {Action::Export, 'e'},        {Action::Filter, 'f'},
      {Action::Pause, 'p'},    {Action::RemoveServer, 'L'}};
  QString result;
  for (const auto& [action, letter] : letters) {
    const auto rule = ruleFor(action, now);
    if (rule.enabled) result += QLatin1Char(letter);
    QCOMPARE(rule.why.isEmpty(), rule.enabled);
  }
  const auto sorted = [](QString text) {
    std::ranges::sort(text);
    return text;
  };
  QCOMPARE(sorted(result), sorted(enabled));
}

void GuiActions::whoObservesOnlyLooks() {
  echo_->setRole("observe"_q);
  beginDraining();
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "levelBannerText"_q).startsWith("You may look at echo"_q),
                           patience);
  QVERIFY(!action("restartAction"_q)->isEnabled());
  QVERIFY(action("restartAction"_q)->toolTip().startsWith("You may look but not change"_q));
  QVERIFY(!visible<QPushButton>(*card(7), "cutOffButton"_q)->isEnabled());
  QCOMPARE(linkText(), "Connected to echo, observing only"_q);
  QVERIFY(click(*window_, "levelBannerButton"_q));
  QVERIFY(!isShown(*window_, "levelBanner"_q));
  // What only looks goes on.
  clickRow(table(), 0);
  QTest::keyClick(&table(), Qt::Key_C, Qt::ControlModifier);
  QVERIFY(clipboard().startsWith("id\t"_q));
}

void GuiActions::readOnlyLooksOnly() {
  echo_->setGeneration(1, 4711, "live"_q, 0);
  QVERIFY(echo_->appear());
  watch_ = std::make_unique<ServerWatch>();
  watch_->servers()->setReadOnly(true);
  window_ = std::make_unique<MainWindow>(watch_.get(), settings_.get());
  window_->show();
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "levelBannerText"_q).contains("--read-only"_q), patience);
  QVERIFY(!action("restartAction"_q)->isEnabled());
  window_->server()->send(RestartCommand{});
  window_->server()->retry();
  QTRY_VERIFY_WITH_TIMEOUT(card(1), patience);
  QCOMPARE(echo_->asked("restart"_q), 0);
}

void GuiActions::aCloseCanBeUndone() {
  beginWithEcho();
  setUndoDelay(60'000);
  clickRow(table(), 1);
  QTest::keyClick(&table(), Qt::Key_Delete);
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "undoBarText"_q).startsWith("Closing 1 connection in "_q),
                           patience);
  QVERIFY(click(*window_, "undoButton"_q));
  QVERIFY(!isShown(*window_, "undoBar"_q));
  // What is asked after it must not have been asked for a close before it.
  QTest::keyClick(window_.get(), Qt::Key_R, Qt::ControlModifier | Qt::AltModifier);
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("restart"_q), 1, patience);
  QCOMPARE(echo_->asked("close"_q), 0);
}

void GuiActions::aCloseIsDoneWhenTheNextIsAskedFor() {
  beginWithEcho();
  setUndoDelay(60'000);
  clickRow(table(), 1);
  QVERIFY(click(*window_, "closeButton"_q));
  clickRow(table(), 2);
  QVERIFY(click(*window_, "closeButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(echo_->closedIds(), QStringList{"7-2"_q}, patience);
  QVERIFY(window_->close());
  QTRY_COMPARE_WITH_TIMEOUT(echo_->closedIds(), (QStringList{"7-2"_q, "7-3"_q}), patience);
}

void GuiActions::manyAreAskedAbout() {
  beginWithEcho();
  for (int number = 10; number < 30; ++number)
    echo_->open("7-%1"_q.arg(number), "192.0.2.9:%1"_q.arg(number));
  QTRY_COMPARE_WITH_TIMEOUT(ids().size(), 23, patience);
  clickRow(table(), 0);
  table().selectAll();
  QTest::keyClick(&table(), Qt::Key_Delete);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "closeDialog"_q), patience);
  QCOMPARE(text(*window_, "question"_q), "Close 23 connections?"_q);
  QVERIFY(text(*window_, "items"_q).startsWith("7-1  192.0.2.1:5000\n"_q));
  QVERIFY(text(*window_, "items"_q).endsWith("and 13 more"_q));
  QVERIFY(click(*window_, "confirmButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(echo_->closedIds().size(), 23, patience);
  QVERIFY(!echo_->params("close"_q).value("now"_q).toBool());
}

void GuiActions::connectionsAreCut() {
  beginWithEcho();
  clickRow(table(), 0);
  QTest::keyClick(&table(), Qt::Key_Delete, Qt::ShiftModifier);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "cutDialog"_q), patience);
  QCOMPARE(text(*window_, "question"_q), "Cut 1 connection now?"_q);
  QVERIFY(visible<QPushButton>(*window_, "cancelButton"_q)->isDefault());
  QCOMPARE(visible<QLineEdit>(*window_, "command"_q)->text(),
           "uninterruptiblectl -s %1/echo.sock close --now 7-1"_q.arg(directory_->path()));
  QVERIFY(click(*window_, "confirmButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(echo_->closedIds(), QStringList{"7-1"_q}, patience);
  QVERIFY(echo_->params("close"_q).value("now"_q).toBool());
}

void GuiActions::theOldestIsShown() {
  beginDraining();
  QVERIFY(click(*card(7), "showOldestButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(ids(), (QStringList{"7-1"_q, "7-2"_q, "7-3"_q}), patience);  // the oldest first
  QCOMPARE(selected(), QStringList{"7-1"_q});
  QVERIFY(click(*window_, "scopeAll"_q));
  QTRY_COMPARE_WITH_TIMEOUT(ids().size(), 4, patience);
  QVERIFY(text(*card(7), "cardOldest"_q).startsWith("oldest "_q));
}

void GuiActions::aDrainIsExtended() {
  beginDraining();
  QVERIFY(text(*card(7), "cardCutOff"_q).contains("(in 9 m"_q));
  auto* const menu = visible<QPushButton>(*card(7), "extendButton"_q)->menu();
  QVERIFY(menu && menu->actions().size() == 3);
  menu->actions().at(1)->trigger();
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("extend_drain"_q), 1, patience);
  QCOMPARE(echo_->params("extend_drain"_q).value("generation"_q).toInt(), 7);
  QCOMPARE(echo_->params("extend_drain"_q).value("by_ms"_q).toInt(), 3'600'000);
  menu->actions().at(2)->trigger();
  QTRY_COMPARE_WITH_TIMEOUT(echo_->params("extend_drain"_q).value("until"_q).toString(), "none"_q, patience);
}

void GuiActions::idleOnesAreClosed() {
  beginDraining();
  setUndoDelay(50);
  QVERIFY(click(*card(7), "closeIdleButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("close"_q), 1, patience);
  QCOMPARE(echo_->params("close"_q).value("generation"_q).toInt(), 7);
  QCOMPARE(echo_->params("close"_q).value("idle_ms"_q).toInt(), 60'000);
}

void GuiActions::aDrainingGenerationIsCutOff() {
  beginDraining();
  QVERIFY(click(*card(7), "cutOffButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "cutDialog"_q), patience);
  QCOMPARE(text(*window_, "question"_q), "Cut 3 connections now?"_q);
  QCOMPARE(text(*window_, "items"_q).count(QLatin1Char('\n')), 2);
  QVERIFY(click(*window_, "confirmButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("close"_q), 1, patience);
  QCOMPARE(echo_->params("close"_q).value("generation"_q).toInt(), 7);
  QVERIFY(echo_->params("close"_q).value("now"_q).toBool());
}

void GuiActions::aShutdownIsHurried() {
  beginWithEcho();
  echo_->stopping();
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "linkBannerButton"_q), patience);
  QVERIFY(click(*window_, "linkBannerButton"_q));  // Cut Off...
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "shutDownNowDialog"_q), patience);
  QCOMPARE(text(*window_, "question"_q), "Cut 3 connections and end echo now?"_q);
  QVERIFY(click(*window_, "confirmButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("shutdown"_q), 1, patience);
  QVERIFY(echo_->params("shutdown"_q).value("now"_q).toBool());
}

void GuiActions::everyActionIsCopiedAsCommand() {
  beginDraining();
  clickRow(table(), 0);
  const auto line = [&](const char* rest) {
    return "uninterruptiblectl -s %1/echo.sock "_q.arg(directory_->path()) + QString::fromLatin1(rest);
  };
  for (const auto& [name, rest] :
       {std::pair("restart", "restart"), std::pair("rehearse", "restart --rehearse"),
        std::pair("extend", "extend-drain 10m"), std::pair("closeIdle", "close --generation 7 --idle 1m"),
        std::pair("cutOff", "close --generation 7 --now"), std::pair("shutDown", "shutdown"),
        std::pair("shutDownNow", "shutdown --now"), std::pair("close", "close 7-1"),
        std::pair("cut", "close --now 7-1")}) {
    auto* const copier = action("copy_%1Action"_q.arg(QString::fromLatin1(name)));
    QVERIFY2(copier && copier->isEnabled(), name);
    copier->trigger();
    QCOMPARE(clipboard(), line(rest));
  }
  echo_->beginRestart(9);
  echo_->step("requested"_q, 0);
  QTRY_VERIFY_WITH_TIMEOUT(action("copy_cancelRestartAction"_q)->isEnabled(), patience);
  action("copy_cancelRestartAction"_q)->trigger();
  QCOMPARE(clipboard(), line("cancel"));
}

QTEST_MAIN(GuiActions)
#include "gui_actions.moc"
