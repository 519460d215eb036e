#include <unistd.h>
#include <QAccessible>
#include <QAction>
#include <QJsonArray>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QSplitter>

#include "core/events/event_model.hpp"
#include "core/history/history_model.hpp"
#include "core/servers/server_monitor.hpp"
#include "core/text/user_names.hpp"
#include "gui/window_fixture.hpp"

using namespace uninterruptible::admin;
using namespace acting;

/// What has happened to a server, as its page shows it: events, log lines, and restarts.
class GuiPast : public WindowFixture {
  Q_OBJECT

 private Q_SLOTS:
  void eventsAreToldAsTheyCome();
  void theLogIsMixedIn();
  void whoObservesGetsNoLog();
  void thePlaceIsKept();
  void eventsAreCopied();
  void thePastIsHiddenAndRemembered();
  void aRestartIsToldInTheHistory();
  void aFailureIsToldWithItsLastWords();
  void theChosenRestartStays();
  void aLongHistoryComesInPages();
  void aServerWithoutHistoryIsNotAskedAgain();
  void versionsStandInTheCards();
  void hostileTextStaysInItsPlace();
  void whatIsPaintedCanBeHeard();

 private:
  [[nodiscard]] QTableView& events() const { return *window_->findChild<QTableView*>("eventView"_q); }
  [[nodiscard]] QTableView& history() const { return *window_->findChild<QTableView*>("historyTable"_q); }
  [[nodiscard]] QStringList told() const { return column(events(), EventModel::Text); }
  [[nodiscard]] bool waitFor(const QString& event) const {
    return QTest::qWaitFor([&] { return told().contains(event); }, patience);
  }
  void showHistory() const { action("showHistoryAction"_q)->trigger(); }
  /// A restart into generation 8 from its request to its end, which lost nothing.
  void restart(const QJsonObject& more = {});
};

void GuiPast::restart(const QJsonObject& more) {
  echo_->beginRestart(8);
  for (const auto& [word, elapsed] : {std::pair("requested"_q, 0),
                                      {"spawned"_q, 20},
                                      {"ready"_q, 840},
                                      {"final"_q, 2030},
                                      {"draining"_q, 2031},
                                      {"finished"_q, 5000}}) {
    echo_->step(word, elapsed);
  }
  QJsonObject record{
      {"outcome"_q, "finished"_q},
      {"asker_uid"_q, static_cast<qint64>(::getuid())},
      {"took_ms"_q, 2030},
      {"ledger"_q, QJsonObject{{"gap_us"_q, 412},
                               {"open_at_final"_q, 3},
                               {"finished"_q, 3},
                               {"cut"_q, 0},
                               {"listeners"_q, QJsonArray{QJsonObject{{"bind"_q, "tcp://127.0.0.1:6789"_q},
                                                                      {"queued"_q, 0},
                                                                      {"queue_limit"_q, 4096},
                                                                      {"turned_away"_q, 0}}}}}}};
  for (auto field = more.begin(); field != more.end(); ++field) record.insert(field.key(), field.value());
  if (more.contains("asker"_q)) record.remove("asker_uid"_q);
  echo_->remember(record);
}

void GuiPast::eventsAreToldAsTheyCome() {
  beginWithEcho();
  QVERIFY(isShown(*window_, "eventView"_q));
  QVERIFY(waitFor("7 (pid 3987): Live, in charge, 3 connections"_q));
  QVERIFY(!isShown(*window_, "eventsNote"_q));
  echo_->beginRestart(8);
  echo_->step("requested"_q, 0, {{"text"_q, "generation 7 is to be replaced"_q}});
  QVERIFY(waitFor("1: Requested after 0 ms, generation 8: generation 7 is to be replaced"_q));
  echo_->step("failed"_q, 1412, {{"failed_at"_q, "requested"_q}, {"pid"_q, 4188}});
  QVERIFY(waitFor("1: Failed after 1.4 s, generation 8 (pid 4188), at \"Requested\""_q));
  echo_->leap(5);
  echo_->step("requested"_q, 0);
  QVERIFY(waitFor("The steps leap from 2 to 8: what came between is not known"_q));
  echo_->setGeneration(7, 3987, "draining"_q, 3);
  QVERIFY(waitFor("7 (pid 3987): Draining, in charge, 3 connections"_q));
  echo_->stopping();
  QVERIFY(waitFor("shuts down, 3 connections open may finish"_q));
  echo_->vanish();
  QVERIFY(waitFor("has ended"_q));
  QCOMPARE(column(events(), EventModel::Subject).last(), "Server"_q);
}

void GuiPast::theLogIsMixedIn() {
  beginWithEcho();
  QVERIFY(!echo_->isLogFollowed());
  echo_->log("info"_q, "nobody hears this"_q);
  QTest::keyClick(window_.get(), Qt::Key_L, Qt::ControlModifier);
  QTRY_VERIFY_WITH_TIMEOUT(echo_->isLogFollowed(), patience);
  QCOMPARE(echo_->params("subscribe"_q).value("log"_q).toString(), "debug"_q);
  echo_->log("warn"_q, "the disk is nearly full"_q, 2);
  QVERIFY(waitFor("7: warn, the disk is nearly full"_q));
  QVERIFY(told().contains("2 lines of the log are lost"_q));
  QVERIFY(!told().contains("7: info, nobody hears this"_q));
  QTRY_COMPARE_WITH_TIMEOUT(ids().size(), 3, patience);
  const auto others = told().size() - 2;
  // After the next generation has taken over the log goes on.
  echo_->setGeneration(8, 4121, "live"_q, 0);
  echo_->move(8);
  QTRY_VERIFY_WITH_TIMEOUT(echo_->isLogFollowed(), patience);
  echo_->log("info"_q, "hello from the next one"_q);
  QVERIFY(waitFor("8: info, hello from the next one"_q));

  QVERIFY(action("showLogAction"_q)->isChecked());
  action("showLogAction"_q)->trigger();
  QTRY_VERIFY_WITH_TIMEOUT(!echo_->isLogFollowed(), patience);
  QVERIFY(told().filter("info, "_q).isEmpty() && told().filter("lost"_q).isEmpty());
  QVERIFY(told().size() >= others);
}

void GuiPast::whoObservesGetsNoLog() {
  settings_->setShowsLog(true);
  echo_->setRole("observe"_q);
  beginWithEcho();  // who had asked for the log would have been refused the rest too
  QVERIFY(!action("showLogAction"_q)->isEnabled());
  QVERIFY(action("showLogAction"_q)->toolTip().contains("but not at the program's log"_q));
  QVERIFY(!echo_->isLogFollowed());
}

void GuiPast::thePlaceIsKept() {
  beginWithEcho();
  action("showLogAction"_q)->trigger();
  QTRY_VERIFY_WITH_TIMEOUT(echo_->isLogFollowed(), patience);
  echo_->log(600);
  auto& view = events();
  const auto lines = [&] { return view.model()->rowCount(); };
  QTRY_VERIFY_WITH_TIMEOUT(lines() >= 600, patience);
  const auto* const bar = view.verticalScrollBar();
  const auto atEnd = [&] { return bar->maximum() > 0 && bar->value() == bar->maximum(); };
  QTRY_VERIFY_WITH_TIMEOUT(atEnd(), patience);
  const auto top = [&] { return view.model()->index(view.rowAt(0), EventModel::Text).data().toString(); };

  view.scrollTo(view.model()->index(550, 0), QAbstractItemView::PositionAtTop);
  const auto place = top();
  echo_->log(700);
  QTRY_VERIFY_WITH_TIMEOUT(lines() >= 1300, patience);
  QCOMPARE(top(), place);
  // Also while the oldest ones go above it.
  for (int batch = 0; batch < 4; ++batch) {
    const auto last = lines();
    echo_->log(950);
    QTRY_VERIFY_WITH_TIMEOUT(lines() > last + 800 || lines() > 4500, patience);
    QCOMPARE(top(), place);
  }
  QTRY_VERIFY_WITH_TIMEOUT(!told().contains("7: info, request 0 from"_q), patience);
  view.scrollToBottom();
  echo_->log(10);
  echo_->log("info"_q, "the last one"_q);
  QVERIFY(waitFor("7: info, the last one"_q));
  QTRY_VERIFY_WITH_TIMEOUT(atEnd(), patience);
  // A window that is made smaller goes on following.
  window_->resize(window_->width(), window_->height() - 20);
  QTRY_VERIFY_WITH_TIMEOUT(atEnd(), patience);
  QVERIFY(lines() <= EventModel::keptEvents + EventModel::keptLogLines);
}

void GuiPast::eventsAreCopied() {
  beginWithEcho();
  echo_->beginRestart(8);
  echo_->step("requested"_q, 0);
  QVERIFY(waitFor("1: Requested after 0 ms, generation 8"_q));
  auto& view = events();
  clickRow(view, view.model()->rowCount() - 1);
  QTest::keyClick(&view, Qt::Key_C, Qt::ControlModifier);
  QVERIFY(clipboard().endsWith("  Restart     1: Requested after 0 ms, generation 8\n"_q));
  QTest::keyClick(&view, Qt::Key_A, Qt::ControlModifier);
  QTest::keyClick(&view, Qt::Key_C, Qt::ControlModifier);
  QCOMPARE(clipboard().count(QLatin1Char('\n')), view.model()->rowCount());
  // The same key in the table is about connections.
  clickRow(table(), 0);
  QTest::keyClick(&table(), Qt::Key_C, Qt::ControlModifier);
  QVERIFY(clipboard().contains("192.0.2.1:5000"_q));
}

void GuiPast::thePastIsHiddenAndRemembered() {
  beginWithEcho();
  QVERIFY(action("showEventsAction"_q)->isChecked());
  QTest::keyClick(window_.get(), Qt::Key_H, Qt::ControlModifier);
  QVERIFY(isShown(*window_, "historyTable"_q) && !isShown(*window_, "eventView"_q));
  QVERIFY(action("showHistoryAction"_q)->isChecked() && !action("showEventsAction"_q)->isChecked());
  QTest::keyClick(window_.get(), Qt::Key_H, Qt::ControlModifier);
  QVERIFY(!isShown(*window_, "pastPanel"_q));
  QVERIFY(!action("showHistoryAction"_q)->isChecked());
  QTest::keyClick(window_.get(), Qt::Key_H, Qt::ControlModifier);
  auto* const splitter = window_->findChild<QSplitter*>("pastSplitter"_q);
  const auto height = splitter->sizes().last();
  splitter->setSizes({splitter->sizes().first() - 40, height + 40});
  const auto sizes = splitter->sizes();
  QVERIFY(sizes.last() > height);
  QVERIFY(window_->close());
  window_.reset();
  watch_.reset();
  show();
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "historyTable"_q), patience);
  QTRY_COMPARE_WITH_TIMEOUT(window_->findChild<QSplitter*>("pastSplitter"_q)->sizes(), sizes, patience);
  QTest::keyClick(window_.get(), Qt::Key_T, Qt::ControlModifier);
  QVERIFY(isShown(*window_, "eventView"_q));
}

void GuiPast::aRestartIsToldInTheHistory() {
  beginWithEcho();
  showHistory();
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "historyNote"_q), patience);
  restart();
  QTRY_COMPARE_WITH_TIMEOUT(column(history(), HistoryModel::Outcome), QStringList{"Finished"_q}, patience);
  const auto user = UserNames().of(::getuid());
  const auto asker = "%1 (uid %2)"_q.arg(user).arg(::getuid());
  if (!user.isEmpty()) QCOMPARE(column(history(), HistoryModel::AskedBy), QStringList{asker});
  QCOMPARE(column(history(), HistoryModel::Generations), QStringList{"7 -> 8"_q});
  QCOMPARE(column(history(), HistoryModel::Took), QStringList{"2.0 s"_q});
  QCOMPARE(column(history(), HistoryModel::Lost), QStringList{"nothing"_q});
  // The latest is chosen by itself.
  const auto verdict = "Nothing was lost: 3 connections at final: 3 finished, 0 were cut"_q;
  QCOMPARE(text(*window_, "restartSheetVerdict"_q), verdict);
  QVERIFY(text(*window_, "restartSheetTitle"_q).startsWith("Restart 1: Finished, asked for by "_q));
  QVERIFY(click(*window_, "copyHistoryReportButton"_q));
  QVERIFY(clipboard().startsWith("echo: restart 1: Finished\n"_q));
  QVERIFY(clipboard().contains("gap           nobody accepted for 0.412 ms at most\n"_q));
  QVERIFY(clipboard().contains(
      "listener      tcp://127.0.0.1:6789: 0 queued at commit (limit 4096), 0 turned away\n"_q));
  // And the strip says it as long as it is there.
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "restartLedger"_q),
                            verdict + " - nobody accepted for 0.412 ms at most"_q, patience);
  QVERIFY(text(*window_, "restartAsker"_q).startsWith("asked for by "_q));
}

void GuiPast::aFailureIsToldWithItsLastWords() {
  beginWithEcho();
  showHistory();
  echo_->beginRestart(8);
  echo_->step("requested"_q, 0);
  echo_->step("failed"_q, 412, {{"failed_at"_q, "requested"_q}});
  echo_->remember({{"outcome"_q, "failed"_q},
                   {"took_ms"_q, 412},
                   {"failed_at"_q, "requested"_q},
                   {"reason"_q, "the new process ended early"_q},
                   {"exit_status"_q, 3},
                   {"output"_q, QJsonArray{"config.yml:12: unknown key 'prot'"_q}}});
  QTRY_COMPARE_WITH_TIMEOUT(column(history(), HistoryModel::Outcome), QStringList{"Failed"_q}, patience);
  const auto* const report = visible<QPlainTextEdit>(*window_, "restartSheetReport"_q);
  QVERIFY(report);
  const auto lines = report->toPlainText();
  QVERIFY(lines.contains("reason        the new process ended early\n"_q));
  QVERIFY(lines.contains("Process 4121 exited with status 3."_q));
  QVERIFY(lines.contains("  | config.yml:12: unknown key 'prot'\n"_q));
  QVERIFY(lines.contains("lost          Nothing was lost: generation 7 served on.\n"_q));
}

void GuiPast::theChosenRestartStays() {
  beginWithEcho();
  showHistory();
  restart();
  QTRY_COMPARE_WITH_TIMEOUT(history().model()->rowCount(), 1, patience);
  restart();
  QTRY_COMPARE_WITH_TIMEOUT(history().model()->rowCount(), 2, patience);
  const auto chosen = [&] { return history().currentIndex().data(HistoryModel::RestartRole).toInt(); };
  QTRY_COMPARE_WITH_TIMEOUT(chosen(), 2, patience);
  clickRow(history(), 1);
  QCOMPARE(chosen(), 1);
  restart();
  QTRY_COMPARE_WITH_TIMEOUT(history().model()->rowCount(), 3, patience);
  QCOMPARE(chosen(), 1);
  QVERIFY(text(*window_, "restartSheetTitle"_q).startsWith("Restart 1: "_q));
}

void GuiPast::aLongHistoryComesInPages() {
  for (int count = 0; count < 45; ++count) {
    echo_->beginRestart(static_cast<quint64>(count) + 8);
    echo_->remember({{"outcome"_q, "finished"_q}});
  }
  beginWithEcho();
  QTRY_COMPARE_WITH_TIMEOUT(history().model()->rowCount(), 45, patience);
  QCOMPARE(echo_->asked("history"_q), 3);
  QCOMPARE(history().model()->index(0, 0).data(HistoryModel::RestartRole).toInt(), 45);
}

void GuiPast::aServerWithoutHistoryIsNotAskedAgain() {
  echo_->forgetHistory();
  beginWithEcho();
  showHistory();
  echo_->beginRestart(8);
  echo_->step("requested"_q, 0);
  QVERIFY(waitFor("1: Requested after 0 ms, generation 8"_q));
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "restartStrip"_q), patience);
  QVERIFY(!isShown(*window_, "restartAsker"_q));
  QVERIFY(isShown(*window_, "historyNote"_q));
  QVERIFY(!isShown(*window_, "noticeBanner"_q));
  QVERIFY(echo_->asked("history"_q) <= 2);
}

void GuiPast::versionsStandInTheCards() {
  beginWithEcho();
  QVERIFY(!isShown(*card(7), "cardVersion"_q));
  echo_->setVersion(7, "2.0.4"_q);
  QTRY_COMPARE_WITH_TIMEOUT(text(*card(7), "cardVersion"_q), "version 2.0.4"_q, patience);
  clickRow(table(), 0);
  action("detailsAction"_q)->trigger();
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "detailsGeneration"_q), "7 (version 2.0.4)"_q, patience);
  // The report of a restart names both, also when the old one is gone.
  echo_->setGeneration(8, 4121, "live"_q, 0);
  echo_->setVersion(8, "2.1.0"_q);
  QTRY_VERIFY_WITH_TIMEOUT(card(8), patience);
  echo_->setInCharge(8);
  echo_->removeGeneration(7);
  restart();
  showHistory();
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "restartSheetReport"_q), patience);
  QVERIFY(visible<QPlainTextEdit>(*window_, "restartSheetReport"_q)
              ->toPlainText()
              .contains("versions      2.0.4 -> 2.1.0\n"_q));
}

void GuiPast::hostileTextStaysInItsPlace() {
  const auto hostile = "<b>bold</b>\u202e\n\x1b[31m<img src=x>"_q + QString(10'000, QLatin1Char('W'));
  const auto begin = "<b>bold</b>\uFFFD\uFFFD\uFFFD[31m<img src=x>WWW"_q;
  beginWithEcho();
  action("showLogAction"_q)->trigger();
  showHistory();
  clickRow(table(), 0);
  action("detailsAction"_q)->trigger();
  QTRY_VERIFY_WITH_TIMEOUT(echo_->isLogFollowed(), patience);
  // The same with harmless text and with that: the window asks for no more room.
  QSize room;
  for (const auto& said : {"harmless"_q, hostile}) {
    echo_->setVersion(7, said);
    echo_->log("info"_q, said);
    const auto before = history().model()->rowCount();
    restart({{"asker"_q, said}, {"reason"_q, said}, {"outcome"_q, said}, {"output"_q, QJsonArray{said}}});
    QTRY_COMPARE_WITH_TIMEOUT(history().model()->rowCount(), before + 1, patience);
    const auto shown = said == hostile ? begin : said;
    QTRY_COMPARE_WITH_TIMEOUT(told().filter("7: info, "_q + shown).size(), 1, patience);
    QTRY_VERIFY_WITH_TIMEOUT(text(*card(7), "cardVersion"_q).startsWith("version "_q + shown), patience);
    QTRY_VERIFY_WITH_TIMEOUT(
        text(*window_, "detailsGeneration"_q).startsWith("7 (version "_q + shown.left(8)), patience);
    QVERIFY(column(history(), HistoryModel::AskedBy).first().startsWith(shown.left(30)));
    const auto report = visible<QPlainTextEdit>(*window_, "restartSheetReport"_q)->toPlainText();
    QVERIFY(report.contains("  | "_q + shown));
    for (const auto& line : report.split(QLatin1Char('\n'))) QVERIFY(line.size() < 2100);
    QTest::qWait(0);
    if (room.isEmpty()) room = window_->minimumSizeHint();
    QVERIFY(window_->minimumSizeHint().width() <= room.width() + 20);
    QVERIFY(window_->minimumSizeHint().height() <= room.height() + 20);
  }
  for (const auto* const label : window_->findChildren<QLabel*>()) {
    QVERIFY2(label->textFormat() == Qt::PlainText, qPrintable(label->objectName()));
  }
}

void GuiPast::whatIsPaintedCanBeHeard() {
  beginWithEcho();
  showHistory();
  restart();
  QTRY_COMPARE_WITH_TIMEOUT(history().model()->rowCount(), 1, patience);
  auto* const spoken = QAccessible::queryAccessibleInterface(&history());
  QVERIFY(spoken && spoken->tableInterface());
  QStringList heard;
  for (int column = 0; column < HistoryModel::ColumnCount; ++column) {
    auto* const cell = spoken->tableInterface()->cellAt(0, column);
    QVERIFY(cell);
    heard += cell->text(QAccessible::Name);
  }
  QVERIFY(heard.contains("Outcome: Finished"_q));
  QVERIFY2(heard.contains("Steps: Requested 0 ms, Spawned 20 ms, Ready 840 ms, Final 2.0 s, Draining 2.0 s, "
                          "Finished 5.0 s"_q),
           qPrintable(heard.join(QLatin1Char('|'))));
  QVERIFY(!heard.contains(QString()));
  // And it is painted, in either palette.
  const auto before = QApplication::palette();
  for (const auto& ground : {QColor(0xef, 0xef, 0xef), QColor(0x2b, 0x2b, 0x2b)}) {
    QPalette palette(ground);
    palette.setColor(QPalette::Base, ground);
    QApplication::setPalette(palette);
    QTest::qWait(0);
    const auto bar = history().visualRect(history().model()->index(0, HistoryModel::Steps));
    const auto image = history().viewport()->grab(bar).toImage();
    const auto paper = image.pixelColor(1, 1);
    const auto ink = image.pixelColor(image.width() / 2, image.height() / 2);
    QVERIFY(std::abs(paper.lightness() - ink.lightness()) > 30);
  }
  QApplication::setPalette(before);
}

QTEST_MAIN(GuiPast)
#include "gui_past.moc"
