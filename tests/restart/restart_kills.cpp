#include <signal.h>

#include <QTest>

#include "restart/chain.hpp"

using namespace testing;

namespace {

/// Where a process can be killed in a restart, in the order in which it gets there.
constexpr const char* places_of_old[] = {
    "old.spawned",  "got.HELLO",     "before.OFFER", "sent.OFFER",    "old.offered", "got.READY",
    "old.pausing",  "before.COMMIT", "sent.COMMIT",  "old.committed", "got.SERVING", "old.trial",
    "before.FINAL", "sent.FINAL",    "old.passing",  "got.ACK",       "old.draining"};
constexpr const char* places_of_new[] = {
    "before.HELLO", "sent.HELLO",    "new.connecting", "got.OFFER",      "new.preparing", "before.READY",
    "sent.READY",   "new.ready",     "got.COMMIT",     "before.SERVING", "sent.SERVING",  "new.serving",
    "got.FINAL",    "before.CHARGE", "sent.CHARGE",    "before.ACK",     "sent.ACK",      "new.in_charge"};
/// Steps at which both die: where the old one is, and where the new one is then or comes to next.
constexpr std::pair<const char*, const char*> places_of_both[] = {
    {"old.spawned", "before.HELLO"},  {"got.HELLO", "sent.HELLO"},       {"sent.OFFER", "got.OFFER"},
    {"old.offered", "new.preparing"}, {"got.READY", "sent.READY"},       {"old.pausing", "new.ready"},
    {"sent.COMMIT", "got.COMMIT"},    {"old.committed", "sent.SERVING"}, {"got.SERVING", "new.serving"},
    {"old.trial", "new.serving"},     {"sent.FINAL", "got.FINAL"},       {"old.passing", "new.in_charge"},
    {"old.draining", "sent.ACK"},
};

}  // namespace

/// SIGKILL at every point of a restart: to the old one, to the new one, to both.
class RestartKills : public QObject {
  Q_OBJECT

 private slots:
  void old_one_dies_data() {
    QTest::addColumn<QString>("place");
    for (const char* const place : places_of_old) QTest::newRow(place) << place;
  }
  void old_one_dies() {
    QFETCH(QString, place);
    const std::string problem = problem_with(options(place.toStdString() + "@1:kill"), [](Chain& chain) {
      const pid_t old_one = chain.pid();
      chain.usr1();
      require(chain.first().wait_exit() == killed_by(SIGKILL), "the old one is killed");
      chain.wait_settled();
      require(chain.pid() != old_one, "another one serves");
      goes_on(chain);
    });
    QVERIFY2(problem.empty(), problem.c_str());
  }

  void new_one_dies_data() {
    QTest::addColumn<QString>("place");
    for (const char* const place : places_of_new) QTest::newRow(place) << place;
  }
  void new_one_dies() {
    QFETCH(QString, place);
    const std::string problem = problem_with(options(), [&](Chain& chain) {
      const pid_t old_one = chain.pid();
      chain.good(place.toStdString() + ":kill");
      Client conversation(chain.target());  // the old one must outlive this, also where it drains already
      require(conversation.ask("before") == "before", "a conversation begins");
      chain.usr1();
      eventually([&] { return chain.has_logged("signal 9") || chain.has_logged("died without GOODBYE"); },
                 "the new one is killed");
      chain.wait_settled();
      require(chain.pid() == old_one, "the old one serves");
      eventually([&] { return Chain::zombies_of(old_one).empty(); }, "the dead one is reaped");
      require(conversation.ask("after") == "after", "the conversation goes on");
      conversation.half_close();
      goes_on(chain);
    });
    QVERIFY2(problem.empty(), problem.c_str());
  }

  void both_die_data() {
    QTest::addColumn<QString>("old_place");
    QTest::addColumn<QString>("new_place");
    for (const auto& [old_place, new_place] : places_of_both) {
      QTest::addRow("%s and %s", old_place, new_place) << old_place << new_place;
    }
  }
  void both_die() {
    QFETCH(QString, old_place);
    QFETCH(QString, new_place);
    const std::string problem = problem_with(options(old_place.toStdString() + "@1:kill"), [&](Chain& chain) {
      chain.good(new_place.toStdString() + ":kill");
      chain.usr1();
      // One of the two may die before the other comes to its place: then the survivor serves.
      eventually([&] { return !chain.first().is_alive() || chain.has_logged("signal 9"); },
                 "one of the two dies");
      // A process shows no environment, and so is not found, for the moment in which it executes another
      // program.
      bool nobody = false;
      const auto decided = [&] {
        nobody = chain.pids().empty() && !becomes_true([&] { return !chain.pids().empty(); }, 100ms);
        return nobody || (chain.pids().size() == 1 && chain.answering() != 0);
      };
      eventually(decided, "the survivor serves, or there is none");
      if (nobody) chain.start_again();
      chain.wait_settled();
      goes_on(chain);
    });
    QVERIFY2(problem.empty(), problem.c_str());
  }

 private:
  static Chain::Options options(const std::string& faults = {}) {
    return {
        .transport = transport_from_environment(), .flags = {"--rollback-window", "50ms"}, .faults = faults};
  }

  /// What must hold after every accident: a good restart succeeds, and an ordered end leaves nothing behind.
  static void goes_on(Chain& chain) {
    chain.good_restart();
    require(chain.strays().empty(), "no stray file: " + (chain.strays().empty() ? "" : chain.strays()[0]));
    chain.stop();
    require(chain.left_behind().empty(), "an ordered end leaves no path behind");
  }
};

QTEST_GUILESS_MAIN(RestartKills)
#include "restart_kills.moc"
