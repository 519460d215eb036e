#include <fcntl.h>

#include <QtTest>

#include "generation/contest.hpp"

using namespace uninterruptible;

namespace {

UniqueFd duplicate(int fd) { return UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, 0)); }

/// As a later generation has it.
Contest passed_on(const Contest& first) {
  return {duplicate(first.memory()), duplicate(first.seek_fd()), duplicate(first.take_fd())};
}

}  // namespace

/// Who may accept. The locks are those of single openings, so that one process can play all the parts.
class UnitContest : public QObject {
  Q_OBJECT

 private slots:
  void one_at_a_time_accepts() {
    Contest first;
    Contest second = passed_on(first);
    QVERIFY(first.try_lock() && first.try_lock());
    QVERIFY(!second.try_lock());
    first.unlock();
    QVERIFY(second.try_lock());
    QVERIFY(!first.try_lock());
  }

  void nobody_wins_while_one_is_in_charge_or_about_to_be() {
    Contest old_one;
    old_one.take_place();
    QVERIFY(old_one.try_lock());
    Contest third = passed_on(old_one);
    QVERIFY(!third.try_win());
    auto new_one = std::make_unique<Contest>(passed_on(old_one));
    new_one->take_place();
    old_one.unlock();  // COMMIT
    QVERIFY(!third.try_win());
    QVERIFY(new_one->try_lock());  // SERVING
    old_one.leave_place();         // FINAL
    QVERIFY(!third.try_win());
    new_one->unlock();  // the next COMMIT
    QVERIFY(!third.try_win());
    new_one.reset();  // it dies
    QVERIFY(third.try_win());
    QVERIFY(third.holds_lock());
  }

  void one_of_several_wins() {
    Contest dead;
    Contest third = passed_on(dead);
    Contest fourth = passed_on(dead);
    QVERIFY(third.try_win());
    QVERIFY(!fourth.try_win());
    third.unlock();
    QVERIFY(!fourth.try_win());
  }

  void the_winner_leaves_a_place_to_the_next() {
    Contest dead;
    Contest winner = passed_on(dead);
    QVERIFY(winner.try_win());
    Contest next = passed_on(dead);
    next.take_place();
    winner.unlock();
    winner.leave_place();
    Contest other = passed_on(dead);
    QVERIFY(!other.try_win());
  }

  void a_place_is_taken_once() {
    Contest first;
    first.take_place();
    first.take_place();
    Contest second = passed_on(first);
    second.take_place();
    second.leave_place();
    first.leave_place();
    Contest third = passed_on(first);
    QVERIFY(third.try_win());
  }
};

QTEST_GUILESS_MAIN(UnitContest)
#include "unit_contest.moc"
