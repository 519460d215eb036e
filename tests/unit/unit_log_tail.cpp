#include <QtTest>
#include <string>
#include <thread>
#include <vector>

#include "generation/log_tail.hpp"

using namespace uninterruptible;

class UnitLogTail : public QObject {
  Q_OBJECT

  int woken_ = 0;
  LogTail tail_{[this] { ++woken_; }};

 private slots:
  void init() {
    tail_.follow(std::nullopt);
    woken_ = 0;
  }

  void nothing_is_kept_for_nobody() {
    tail_.add(LogLevel::fatal, "x");
    QVERIFY(tail_.take().empty());
    QCOMPARE(woken_, 0);
  }
  void lines_come_from_the_level_on_and_in_order() {
    tail_.follow(LogLevel::warn);
    tail_.add(LogLevel::info, "no");
    tail_.add(LogLevel::warn, "one");
    tail_.add(LogLevel::error, "two\n\x1b");
    QCOMPARE(woken_, 1);  // the second finds the first still there
    const LogTail::Lines lines = tail_.take();
    QCOMPARE(lines.size(), 2UL);
    QCOMPARE(lines[0].text, std::string("one"));
    QCOMPARE(lines[0].level, std::string("warn"));
    QCOMPARE(lines[1].text, std::string("two\\n\\x1b"));
    QVERIFY(lines[0].lost == 0 && lines[1].lost == 0 && lines[0].at <= lines[1].at);
    QVERIFY(tail_.take().empty());
    tail_.add(LogLevel::warn, "three");
    QCOMPARE(woken_, 2);
  }
  void many_lines_and_long_ones_cost_bounded_memory_and_are_counted() {
    tail_.follow(LogLevel::debug);
    for (int i = 0; i < 10'000; ++i) tail_.add(LogLevel::info, std::to_string(i));
    LogTail::Lines lines = tail_.take();
    QVERIFY(lines.size() <= 256);
    QCOMPARE(lines.front().lost, 10'000 - lines.size());
    QCOMPARE(lines.back().text, std::string("9999"));
    for (int i = 0; i < 100; ++i) tail_.add(LogLevel::info, std::string(100'000, 'x'));
    lines = tail_.take();
    std::size_t bytes = 0;
    for (const auto& line : lines) bytes += line.text.size();
    QVERIFY(bytes <= 24 * 1024);
    QCOMPARE(lines.front().lost, 100 - lines.size());
    tail_.add(LogLevel::info, "next");
    QCOMPARE(tail_.take().front().lost, 0UL);
  }
  void when_nobody_follows_any_more_nothing_stays() {
    tail_.follow(LogLevel::debug);
    for (int i = 0; i < 1000; ++i) tail_.add(LogLevel::info, "x");
    tail_.follow(std::nullopt);
    QVERIFY(tail_.take().empty());
    tail_.follow(LogLevel::debug);
    tail_.add(LogLevel::info, "y");
    QCOMPARE(tail_.take().front().lost, 0UL);
  }
  void any_thread_may_add() {
    std::atomic<int> woken{0};
    LogTail tail([&] { ++woken; });
    tail.follow(LogLevel::debug);
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&tail] {
        for (int n = 0; n < 1000; ++n) tail.add(LogLevel::info, "x");
      });
    }
    std::uint64_t seen = 0;
    const auto take = [&] {
      for (const auto& line : tail.take()) seen += 1 + line.lost;
    };
    while (seen < 3000) take();
    threads.clear();
    take();
    QCOMPARE(seen, 4000UL);
    QVERIFY(woken > 0);
  }
};

QTEST_GUILESS_MAIN(UnitLogTail)
#include "unit_log_tail.moc"
