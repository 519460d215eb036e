#include <QAbstractItemModelTester>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>
#include <algorithm>
#include <map>
#include <vector>

#include "base/text.hpp"
#include "core/events/event_feed.hpp"
#include "core/events/event_model.hpp"
#include "core/history/history_feed.hpp"
#include "core/history/history_model.hpp"
#include "core/text/wording.hpp"

using namespace uninterruptible::admin;
namespace control = uninterruptible::control;

namespace {

constexpr auto fatal = QAbstractItemModelTester::FailureReportingMode::QtTest;

EventRow numbered(int number, bool ofLog = false) {
  EventRow row{.at = 1'000'000 + number, .ofLog = ofLog};
  row.text = QString::number(number);
  return row;
}

QStringList texts(const EventModel& model) {
  QStringList result;
  for (int row = 0; row < model.rowCount(); ++row) result += model.at(row).text;
  return result;
}

control::Step step(std::uint64_t number, const char* word, int elapsed = 0) {
  control::Step result;
  result.number = number;
  result.restart = 3;
  result.generation = 8;
  result.step = word;
  result.elapsed = std::chrono::milliseconds(elapsed);
  result.at = control::WallTime(std::chrono::milliseconds(1'000'000 + elapsed));
  return result;
}

QStringList subjects(const QList<EventRow>& rows) {
  QStringList result;
  for (const auto& row : rows) result += subjectWord(row.subject);
  return result;
}

RestartEntry restart(std::uint64_t number, const char* outcome = "finished") {
  RestartEntry entry;
  entry.record.restart = number;
  entry.record.old_generation = number;
  entry.record.generation = number + 1;
  entry.record.outcome = outcome;
  return entry;
}

control::RestartRecord finished(std::optional<std::uint64_t> open, std::uint64_t ended, std::uint64_t cut) {
  auto record = restart(3).record;
  record.ledger.open_at_final = open;
  record.ledger.finished = ended;
  record.ledger.cut = cut;
  return record;
}

}  // namespace

/// What has happened, as models and as words.
class GuiPastModels : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void eventsEqualAPlainVector_data();
  void eventsEqualAPlainVector();
  void eventsComeInOneInsertion();
  void logLinesDoNotPushEventsOut();
  void gapsAreTold();
  void generationsComeAndGo();
  void floodsAreCut();
  void restartsEqualAPlainMap_data();
  void restartsEqualAPlainMap();
  void theHistoryIsAskedForInPages();
  void whoAskedIsNamed();
  void whatWasLostIsTold_data();
  void whatWasLostIsTold();
  void timesAreThoseOfTheCommandLine();
  void everyCellCanBeRead();
};

void GuiPastModels::eventsEqualAPlainVector_data() {
  QTest::addColumn<quint32>("seed");
  QTest::addColumn<int>("largest");
  for (const quint32 seed : {1U, 2U, 3U, 4U, 5U}) QTest::addRow("few at a time, seed %u", seed) << seed << 7;
  for (const quint32 seed : {6U, 7U, 8U}) QTest::addRow("many at a time, seed %u", seed) << seed << 150;
}

void GuiPastModels::eventsEqualAPlainVector() {
  QFETCH(quint32, seed);
  QFETCH(int, largest);
  constexpr int mostEvents = 30;
  constexpr int mostLines = 60;
  QRandomGenerator random(seed);
  EventModel model(nullptr, mostEvents, mostLines);
  const QAbstractItemModelTester tester(&model, fatal);
  std::vector<EventRow> expected;
  const auto count = [&expected](bool ofLog) {
    return static_cast<int>(std::ranges::count(expected, ofLog, &EventRow::ofLog));
  };
  const auto removeOldest = [&](bool ofLog, int number) {
    for (; number > 0; --number) expected.erase(std::ranges::find(expected, ofLog, &EventRow::ofLog));
  };
  int next = 0;
  for (int round = 0; round < 120; ++round) {
    if (random.bounded(15) == 0) {
      model.removeLog();
      removeOldest(true, count(true));
    }
    QList<EventRow> rows;
    for (int number = random.bounded(largest + 1); number > 0; --number) {
      rows += numbered(++next, random.bounded(3) > 0);
    }
    // Room for the new ones first, a tenth at least; then what is too much of the new ones themselves.
    for (const bool ofLog : {false, true}) {
      const int most = ofLog ? mostLines : mostEvents;
      const int coming = std::min(most, static_cast<int>(std::ranges::count(rows, ofLog, &EventRow::ofLog)));
      const int there = count(ofLog);
      if (!rows.isEmpty() && there + coming > most)
        removeOldest(ofLog, std::min(there, std::max(there + coming - most, most / 10)));
    }
    for (const auto& row : rows) expected.push_back(row);
    removeOldest(false, std::max(0, count(false) - mostEvents));
    removeOldest(true, std::max(0, count(true) - mostLines));
    model.append(rows);
    QStringList wanted;
    for (const auto& row : expected) wanted += row.text;
    QCOMPARE(texts(model), wanted);
    quint64 before = 0;
    for (int row = 0; row < model.rowCount(); ++row) {
      QVERIFY(model.at(row).serial > before);
      before = model.at(row).serial;
      QCOMPARE(model.rowFrom(before), row);
    }
    QCOMPARE(model.rowFrom(before + 1), model.rowCount());
  }
}

void GuiPastModels::eventsComeInOneInsertion() {
  EventModel model(nullptr, 100, 100);
  const QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
  const QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
  QList<EventRow> rows;
  for (int number = 0; number < 100; ++number) rows += numbered(number);
  model.append(rows);
  QCOMPARE(inserted.size(), 1);
  model.append({numbered(100)});
  QCOMPARE(removed.size(), 1);
  QCOMPARE(model.rowCount(), 91);  // not one by one from now on
  for (int number = 0; number < 9; ++number) model.append({numbered(200 + number)});
  QCOMPARE(removed.size(), 1);
}

void GuiPastModels::logLinesDoNotPushEventsOut() {
  EventModel model(nullptr, 10, 50);
  for (int number = 0; number < 10; ++number) model.append({numbered(number)});
  for (int batch = 0; batch < 20; ++batch) {
    QList<EventRow> rows;
    for (int number = 0; number < 30; ++number) rows += numbered(1000 + batch * 30 + number, true);
    model.append(rows);
    QVERIFY(model.rowCount() <= 60);
  }
  QCOMPARE(texts(model).first(10).last(), QStringLiteral("9"));
  QCOMPARE(texts(model).last(), QStringLiteral("1599"));
  model.removeLog();
  QCOMPARE(model.rowCount(), 10);
}

void GuiPastModels::gapsAreTold() {
  EventFeed feed;
  feed.take(step(1, "requested"));
  feed.take(step(2, "spawned", 20));
  QCOMPARE(subjects(feed.taken()), (QStringList{QStringLiteral("Restart"), QStringLiteral("Restart")}));
  feed.take(step(500, "requested"));
  auto rows = feed.taken();
  QCOMPARE(subjects(rows), (QStringList{QStringLiteral("Gap"), QStringLiteral("Restart")}));
  QCOMPARE(rows.first().text, QStringLiteral("The steps leap from 2 to 500: what came between is not known"));

  EventFeed late;
  late.take(step(41, "final", 2000));
  rows = late.taken();
  QCOMPARE(rows.first().text, QStringLiteral("What happened before step 41 is not remembered any more"));
  QCOMPARE(rows.last().text, QStringLiteral("3: Final after 2.0 s, generation 8"));

  control::LogLine line{.generation = 8, .level = "warn", .text = "<b>disk</b>", .lost = 7};
  late.take(line);
  rows = late.taken();
  QCOMPARE(rows.first().text, QStringLiteral("7 lines of the log are lost"));
  QVERIFY(rows.first().ofLog && rows.last().ofLog);
  QCOMPARE(rows.last().text, QStringLiteral("8: warn, <b>disk</b>"));
  late.otherServer();
  late.take(step(1, "requested"));
  QCOMPARE(subjects(late.taken()), (QStringList{QStringLiteral("Gap"), QStringLiteral("Restart")}));
}

void GuiPastModels::generationsComeAndGo() {
  EventFeed feed;
  control::ServerStatus status;
  const auto told = [&] {
    feed.take(status);
    QStringList result;
    for (const auto& row : feed.taken()) result += row.text;
    return result;
  };
  status.generations = {{.generation = 7, .pid = 3987, .state = "live", .in_charge = true, .connections = 1}};
  QCOMPARE(told(), QStringList{QStringLiteral("7 (pid 3987): Live, in charge, 1 connection")});
  status.generations.front().connections = 5;  // counts are no event
  QCOMPARE(told(), QStringList());
  status.generations.front().state = "draining";
  status.generations.front().in_charge = false;
  status.generations.push_back({.generation = 8, .pid = 4121, .state = "live", .in_charge = true});
  status.generations.back().version = "2.1.0";
  QCOMPARE(told(),
           (QStringList{QStringLiteral("7 (pid 3987): Draining, 5 connections"),
                        QStringLiteral("8 (pid 4121): Live, in charge, 0 connections, version 2.1.0")}));
  status.generations.erase(status.generations.begin());
  QCOMPARE(told(), QStringList{QStringLiteral("7 (pid 3987): gone")});
}

void GuiPastModels::floodsAreCut() {
  EventFeed feed;
  for (int number = 0; number < EventFeed::mostLogLines + 5; ++number) {
    feed.take(control::LogLine{.generation = 1, .level = "info", .text = std::to_string(number)});
  }
  feed.take(step(1, "requested"));
  auto rows = feed.taken();
  QCOMPARE(rows.size(), EventFeed::mostLogLines + 2);
  QVERIFY(rows.last().text.startsWith(QStringLiteral("5 lines of the log are left out")));
  feed.take(control::LogLine{.generation = 1, .level = "info", .text = "again"});
  QCOMPARE(feed.taken().size(), 1);
}

void GuiPastModels::restartsEqualAPlainMap_data() {
  QTest::addColumn<quint32>("seed");
  for (const quint32 seed : {1U, 2U, 3U, 4U, 5U, 6U}) QTest::addRow("seed %u", seed) << seed;
}

void GuiPastModels::restartsEqualAPlainMap() {
  QFETCH(quint32, seed);
  QRandomGenerator random(seed);
  HistoryModel model;
  const QAbstractItemModelTester tester(&model, fatal);
  std::map<quint64, RestartEntry, std::greater<>> expected;
  for (int round = 0; round < 150; ++round) {
    const bool whole = random.bounded(10) == 0;
    if (whole) expected.clear();
    QList<RestartEntry> entries;
    for (int number = random.bounded(8); number > 0; --number) {
      auto entry = restart(1 + random.bounded(240U), random.bounded(2) ? "finished" : "draining");
      entry.record.ledger.cut = random.bounded(3);
      entries += entry;
      expected[entry.record.restart] = entry;
    }
    while (expected.size() > static_cast<std::size_t>(HistoryModel::mostRestarts))
      expected.erase(std::prev(expected.end()));
    model.apply(entries, whole);
    QCOMPARE(model.rowCount(), static_cast<int>(expected.size()));
    int row = 0;
    for (const auto& [number, entry] : expected) {
      QVERIFY(model.at(row) == entry);
      QCOMPARE(model.rowOf(number), row);
      ++row;
    }
    QVERIFY(!model.find(1000));
  }
  QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
  model.apply({model.at(0)}, false);
  QCOMPARE(changed.size(), 0);  // nothing is different
}

void GuiPastModels::theHistoryIsAskedForInPages() {
  HistoryFeed feed(false);
  QVERIFY(!feed.next());
  feed.startAnew();
  auto question = feed.next();
  QVERIFY(question && question->before == 0);
  QVERIFY(!feed.next());  // one at a time
  feed.want(9);
  feed.take({.request = 1, .restarts = {restart(9, "draining").record, restart(8).record}, .next = 8});
  QVERIFY(feed.isEmpty());  // half a history is none
  question = feed.next();
  QVERIFY(question && question->before == 8);
  feed.take({.request = 2, .restarts = {restart(7).record}, .next = 0});
  QCOMPARE(feed.taken().size(), 3);
  QVERIFY(feed.wasWhole());
  question = feed.next();  // what was wanted meanwhile
  QVERIFY(question && question->before == 10 && question->limit == 1);
  feed.take({.request = 3, .restarts = {restart(9, "draining").record}, .next = 9});
  QCOMPARE(feed.taken().size(), 1);
  QVERIFY(!feed.wasWhole());
  QVERIFY(!feed.next());
  QVERIFY(feed.hasOpen());
  feed.wantOpen();
  QVERIFY(feed.next());
  feed.take({.request = 4, .restarts = {restart(9).record}, .next = 0});
  QVERIFY(!feed.hasOpen());
  feed.want(10);
  QVERIFY(feed.next());
  feed.refused();  // a release that knows no history
  QVERIFY(!feed.next());
}

void GuiPastModels::whoAskedIsNamed() {
  auto entry = restart(1);
  QCOMPARE(history::askedFor(entry), QString());
  entry.record.asker = "control";
  entry.record.asker_uid = 1000;
  QCOMPARE(history::askedFor(entry), QStringLiteral("asked for by uid 1000"));
  entry.user = QStringLiteral("ada");
  QCOMPARE(history::askedFor(entry), QStringLiteral("asked for by ada (uid 1000)"));
  UserNames names;
  QCOMPARE(names.of(0), QStringLiteral("root"));
  entry.record.asker_uid.reset();
  entry.record.asker = "signal";
  QCOMPARE(history::asker(entry), QStringLiteral("signal"));
  QCOMPARE(history::askedFor(entry), QStringLiteral("asked for by signal USR1"));
  entry.record.asker = std::string(10'000, 'x');
  QVERIFY(history::asker(entry).size() < 50);
}

void GuiPastModels::whatWasLostIsTold_data() {
  QTest::addColumn<control::RestartRecord>("record");
  QTest::addColumn<QString>("verdict");
  QTest::addColumn<QString>("inShort");
  QTest::newRow("nothing") << finished(5, 5, 0)
                           << QStringLiteral(
                                  "Nothing was lost: 5 connections at final: 5 finished, 0 were cut")
                           << QStringLiteral("nothing");
  QTest::newRow("one was cut") << finished(1, 0, 1)
                               << QStringLiteral(
                                      "Connections were lost: 1 connection at final: 0 finished, 1 was cut")
                               << QStringLiteral("1 cut");
  QTest::newRow("some died") << finished(1205, 1200, 2)
                             << QStringLiteral(
                                    "Connections were lost: 1205 connections at final: 1200 "
                                    "finished, 2 were cut, 3 not accounted for: the process died")
                             << QStringLiteral("2 cut, 3 died");
  QTest::newRow("not known") << finished({}, 0, 0)
                             << QStringLiteral(
                                    "What became of connections is not known: the program "
                                    "registers none.")
                             << QStringLiteral("not known");
  auto record = finished(5, 2, 0);
  record.outcome = "draining";
  record.ledger.closed = 1;
  QTest::newRow("still going") << record
                               << QStringLiteral(
                                      "Nothing is lost so far: 5 connections at final: 2 finished "
                                      "(1 of them were asked to), 0 were cut, 3 still open")
                               << QString();
  record = restart(3, "failed").record;
  QTest::newRow("failed") << record << QStringLiteral("Nothing was lost: generation 3 served on.")
                          << QStringLiteral("nothing");
  record = restart(3, "rolled_back").record;
  record.term_signal = 9;
  QTest::newRow("rolled back, and dead")
      << record
      << QStringLiteral(
             "Connections that generation 4 had accepted ended with it; those of generation 3 were "
             "served on.")
      << QStringLiteral("the new one's");
  QTest::newRow("goes on") << restart(3, "running").record << QString() << QString();
}

void GuiPastModels::whatWasLostIsTold() {
  QFETCH(control::RestartRecord, record);
  QFETCH(QString, verdict);
  QFETCH(QString, inShort);
  QCOMPARE(history::verdict(record), verdict);
  QCOMPARE(history::lossInShort(record), inShort);
}

void GuiPastModels::timesAreThoseOfTheCommandLine() {
  QRandomGenerator random(1);
  QList<qint64> times{0,      1,      999,       1000,      9'949,     9'950,      9'999,      10'000,
                      59'999, 60'000, 3'599'999, 3'600'000, 3'900'000, 86'399'999, 86'400'000, 400'000'000};
  for (int count = 0; count < 5000; ++count) {
    times += static_cast<qint64>(random.bounded(400'000'000.0)) >> random.bounded(28);
  }
  for (const auto time : times) {
    const std::chrono::milliseconds ms(time);
    QCOMPARE(wording::elapsed(ms), QString::fromStdString(uninterruptible::format_duration(ms)));
    const std::chrono::microseconds us(time);
    QCOMPARE(wording::brief(us), QString::fromStdString(uninterruptible::format_short(us)));
    if (time >= 10'000) QCOMPARE(wording::age(0, time), wording::elapsed(ms));
  }
}

void GuiPastModels::everyCellCanBeRead() {
  HistoryModel model;
  auto entry = restart(3, "rolled_back");
  entry.record.asker = "program";
  entry.record.took = std::chrono::milliseconds(412);
  entry.record.steps = {{"requested", std::chrono::milliseconds(0), {}},
                        {"spawned", std::chrono::milliseconds(20), {}}};
  model.apply({entry}, true);
  for (int column = 0; column < model.columnCount(); ++column) {
    QVERIFY2(!model.index(0, column).data(Qt::AccessibleTextRole).toString().isEmpty(),
             qPrintable(QString::number(column)));
    QVERIFY(!model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().isEmpty());
  }
  QCOMPARE(model.index(0, HistoryModel::Outcome).data(Qt::AccessibleTextRole).toString(),
           QStringLiteral("Outcome: Rolled back"));
  QCOMPARE(model.index(0, HistoryModel::Steps).data(Qt::AccessibleTextRole).toString(),
           QStringLiteral("Steps: Requested 0 ms, Spawned 20 ms"));
}

QTEST_GUILESS_MAIN(GuiPastModels)
#include "gui_past_models.moc"
