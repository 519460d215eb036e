#include <unistd.h>

#include <QTest>
#include <string>

#include "generation/history.hpp"
#include "generation/history_memory.hpp"

using namespace uninterruptible;
using namespace std::chrono_literals;
using control::RestartRecord;
using control::Step;

namespace {

Step step(std::uint64_t restart, const std::string& name, std::chrono::milliseconds elapsed = 0ms) {
  Step made;
  made.restart = restart;
  made.step = name;
  made.elapsed = elapsed;
  return made;
}

History::Entry entry(std::uint64_t restart, std::uint64_t from, std::uint64_t to) {
  History::Entry made;
  made.record.restart = restart;
  made.record.old_generation = from;
  made.record.generation = to;
  made.record.outcome = "running";
  made.requested = Clock::now();
  return made;
}

Tally tally(std::uint64_t open, std::uint64_t finished, std::uint64_t closed, std::uint64_t cut) {
  Tally made;
  made.open_at_final = open;
  made.finished = finished;
  made.closed = closed;
  made.cut = cut;
  return made;
}

RestartRecord with_everything() {
  RestartRecord record{
      12, 7, 4121, 8, 4188, "control", 1000, "failed", control::WallTime(1'796'134'330'123ms)};
  record.took = 400ms;
  record.failed_at = "spawned";
  record.reason = "it \xC3\xA4 \"quoted\" \\n";
  record.exit_status = 3;
  record.term_signal = 9;
  record.output = {"one", "", "two"};
  record.steps = {{"requested", 0ms, "a"}, {"failed", 400ms, "b"}};
  record.ledger = {-3us, 4us, 5us, {{"tcp://[::1]:80", 1, 2, 3}, {"unix:///x", {}, {}, {}}}, 6, 7, 8, 9};
  return record;
}

}  // namespace

/// The restarts so far, and the memory that keeps them.
class UnitHistory : public QObject {
  Q_OBJECT

 private slots:
  void everything_travels() {
    History history;
    history.begin({with_everything(), Clock::time_point(5s)});
    history.begin(entry(13, 7, 8));
    History taken;
    QVERIFY(taken.decode(history.encode()));
    QVERIFY(taken.latest_first() == history.latest_first());
    QVERIFY(taken.latest_first().back() == with_everything());
    QVERIFY(taken.find(12)->requested == Clock::time_point(5s));
  }
  void what_is_not_known_stays_so() {
    History history;
    history.begin(entry(1, 1, 2));
    History taken;
    QVERIFY(taken.decode(history.encode()));
    QVERIFY(taken.latest_first().front().ledger == control::RestartLedger{});
    QVERIFY(!taken.decode("no fields"));
    QCOMPARE(taken.last_number(), std::uint64_t{1});
  }
  void it_is_bounded_in_number_and_in_bytes() {
    History history;
    for (std::uint64_t i = 1; i <= 70; ++i) history.begin(entry(i, i, i + 1));
    QCOMPARE(history.latest_first().size(), History::remembered);
    QCOMPARE(history.latest_first().front().restart, std::uint64_t{70});
    for (std::uint64_t i = 1; i <= 70; ++i) {
      Step failed = step(i, "failed");
      failed.text = std::string(100'000, 'x');
      failed.output.assign(500, std::string(400, 'y'));
      for (int progress = 0; progress < 1000; ++progress) {
        Step slow = step(i, "progress");
        slow.text = failed.text;
        history.take(slow);
      }
      history.take(failed);
    }
    const std::string text = history.encode();
    QVERIFY(text.size() <= HistoryMemory::largest_text);
    History taken;
    QVERIFY(taken.decode(text));
    QVERIFY(taken.latest_first().size() > 5);
    QCOMPARE(taken.latest_first().front().restart, std::uint64_t{70});  // the oldest are left out
  }
  void a_text_is_cut_between_characters() {
    History history;
    history.begin(entry(1, 1, 2));
    Step failed = step(1, "failed");
    failed.text = std::string(1'999, 'x') + "\xC3\xA4\xC3\xA4";
    history.take(failed);
    QCOMPARE(history.latest_first()[0].reason, std::string(1'999, 'x') + "...");
  }

  void outcomes_follow_from_steps_data() {
    QTest::addColumn<QStringList>("steps");
    QTest::addColumn<QString>("outcome");
    QTest::addColumn<int>("took");
    QTest::newRow("running") << QStringList{"requested", "spawned"} << "running" << -1;
    QTest::newRow("final") << QStringList{"requested", "final"} << "draining" << 1;
    QTest::newRow("draining") << QStringList{"requested", "final", "draining"} << "draining" << 1;
    QTest::newRow("claimed") << QStringList{"requested", "trial", "draining"} << "draining" << 2;
    QTest::newRow("failed") << QStringList{"requested", "failed"} << "failed" << 1;
    QTest::newRow("rolled back") << QStringList{"trial", "rolled_back"} << "rolled_back" << 1;
    QTest::newRow("rehearsed") << QStringList{"ready", "rehearsed"} << "rehearsed" << 1;
  }
  void outcomes_follow_from_steps() {
    QFETCH(QStringList, steps);
    History history;
    history.begin(entry(4, 1, 2));
    for (int i = 0; i < steps.size(); ++i)
      history.take(step(4, steps[i].toStdString(), std::chrono::milliseconds(i)));
    history.take(step(5, "failed"));  // of a restart that is not known
    const RestartRecord record = history.latest_first()[0];
    QTEST(QString::fromStdString(record.outcome), "outcome");
    QTEST(record.took ? static_cast<int>(record.took->count()) : -1, "took");
    QCOMPARE(record.steps.size(), static_cast<std::size_t>(steps.size()));
  }
  void a_draining_generation_counts_until_its_end() {
    History history;
    history.begin(entry(1, 1, 2));
    history.take(step(1, "final"));
    history.begin(entry(2, 2, 3));
    history.take(step(2, "failed"));
    history.begin(entry(3, 2, 3));
    history.take(step(3, "final"));
    history.take(1, tally(9, 1, 0, 0));
    history.take(2, tally(5, 4, 1, 1));
    history.take(3, tally(7, 7, 7, 7));  // does not drain
    history.take(1, Tally{});            // of a release that says nothing
    QVERIFY(history.draining_generations() == (std::vector<std::uint64_t>{1, 2}));
    const RestartRecord* const finished = history.finish(2, "has ended");
    QVERIFY(finished != nullptr);
    QCOMPARE(finished->restart, std::uint64_t{3});
    QCOMPARE(finished->outcome, std::string("finished"));
    QCOMPARE(finished->steps.back().step, std::string("finished"));
    QVERIFY(finished->ledger.finished == 4U && finished->ledger.closed == 1U && finished->ledger.cut == 1U);
    QVERIFY(history.finish(2, "again") == nullptr);
    history.take(2, tally(1, 1, 1, 1));
    QVERIFY(history.find(3)->record.ledger.open_at_final == 5U);
    QVERIFY(history.find(1)->record.ledger.open_at_final == 9U);
  }
  void who_takes_over_ends_what_the_dead_one_had_begun() {
    History history;
    history.begin(entry(1, 1, 2));
    history.take(step(1, "final"));
    history.begin(entry(2, 2, 3));
    history.take(step(2, "final"));
    history.begin(entry(3, 3, 4));
    history.take(step(3, "requested"));
    history.take(step(3, "offered"));
    const std::vector<RestartRecord> ended = history.take_over(2, "generation 3 died");
    QCOMPARE(ended.size(), std::size_t{2});
    QCOMPARE(ended[0].outcome, std::string("crashed"));
    QCOMPARE(ended[0].restart, std::uint64_t{2});
    QCOMPARE(ended[1].outcome, std::string("failed"));
    QCOMPARE(ended[1].failed_at, std::string("offered"));
    QCOMPARE(ended[1].reason, std::string("generation 3 died"));
    QCOMPARE(history.find(1)->record.outcome, std::string("draining"));
  }
  void the_log_says_the_same_in_one_line() {
    RestartRecord record = with_everything();
    QCOMPARE(
        ledger_text(record),
        std::string("ledger of restart 12: failed at 'spawned', generation 7 to 8, asked by uid 1000, took "
                    "400 ms, gap 0.005 ms, queued 1, turned away 3, open at final 6, finished 7, closed 8, "
                    "cut 9"));
    record = entry(1, 1, 2).record;
    QCOMPARE(ledger_text(record), std::string("ledger of restart 1: running, generation 1 to 2"));
  }

  void memory_keeps_what_was_written_last() {
    const HistoryMemory memory = HistoryMemory::make();
    QVERIFY(memory);
    QVERIFY(!memory.read());
    for (const std::string& text :
         {std::string("one"), std::string(200'000, 'x'), std::string(), std::string("4")}) {
      QVERIFY(memory.write(text));
      QVERIFY(memory.read() == text);
      QVERIFY(HistoryMemory(UniqueFd(::dup(memory.fd()))).read() == text);  // as another generation sees it
    }
    QVERIFY(!memory.write(std::string(HistoryMemory::largest_text + 1, 'x')));
    QVERIFY(memory.read() == "4");
    QVERIFY(!HistoryMemory().write("x"));
    QVERIFY(!HistoryMemory().read());
  }
  void half_written_texts_leave_the_one_before() {
    const HistoryMemory memory = HistoryMemory::make();
    const auto damage = [&](const std::string& text) {
      const std::size_t size = 3 * HistoryMemory::largest_text;
      std::string all(size, '\0');
      const ssize_t length = ::pread(memory.fd(), all.data(), size, 0);
      const std::size_t at = all.find(text);
      return length > 0 && at != std::string::npos &&
             ::pwrite(memory.fd(), "#", 1, static_cast<off_t>(at + 2)) == 1;
    };
    QVERIFY(memory.write("first text"));
    QVERIFY(memory.write("second text"));
    QVERIFY(damage("second text"));
    QVERIFY(memory.read() == "first text");
    QVERIFY(memory.write("third text"));  // over the damaged one
    QVERIFY(memory.read() == "third text");
    QVERIFY(damage("third text"));
    QVERIFY(memory.read() == "first text");
    QVERIFY(damage("first text"));
    QVERIFY(!memory.read());
    QVERIFY(memory.write("fourth text"));
    QVERIFY(memory.read() == "fourth text");
  }
};

QTEST_GUILESS_MAIN(UnitHistory)
#include "unit_history.moc"
