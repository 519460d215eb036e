#include <QtTest>

#include "control/allowance.hpp"

using namespace uninterruptible;
using namespace std::chrono_literals;
using control::Allowance;

/// How many requests may be handled at which time.
class UnitAllowance : public QObject {
  Q_OBJECT

 private slots:
  void a_burst_then_a_rate() {
    Allowance allowance(500, 100);
    const auto start = Clock::time_point(1h);
    const auto used_at = [&](Clock::time_point now) {
      int used = 0;
      for (; allowance.is_left(now); ++used) allowance.use(now);
      return used;
    };
    QCOMPARE(used_at(start), 100);
    QCOMPARE(used_at(start + 1ms), 0);
    QCOMPARE(used_at(start + 2ms), 1);
    QCOMPARE(used_at(start + 22ms), 10);
    QVERIFY(allowance.ready(8) == start + 38ms);
    // What is not used is kept, as far as the burst goes.
    QCOMPARE(used_at(start + 10min), 100);
  }
};

QTEST_APPLESS_MAIN(UnitAllowance)
#include "unit_allowance.moc"
