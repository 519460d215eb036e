#include <signal.h>
#include <unistd.h>

#include <QJsonArray>
#include <QTest>
#include <filesystem>
#include <functional>

#include "restart/chain.hpp"

using namespace testing;

namespace {

Chain::Options options(const std::string& trial = "0", const std::string& faults = {}) {
  return {.transport = transport_from_environment(), .flags = {"--rollback-window", trial}, .faults = faults};
}

/// A client in conversation with the generation that is live now.
struct Conversation {
  explicit Conversation(const Chain& chain) : client(chain.target()) {
    with = static_cast<pid_t>(std::stol(client.ask("PID?").value_or("0")));
    require(with != 0, "a conversation begins");
  }
  void goes_on() { require(client.ask("still there") == "still there", "the conversation goes on"); }
  void end() {
    client.half_close();
    require(client.at_end(), "the conversation ends properly");
  }

  Client client;
  pid_t with = 0;
};

/// Two draining generations, each held by a conversation, and a live one.
struct Family {
  explicit Family(Chain& chain) : oldest(chain), youngest(begin_next(chain)) {
    chain.good_restart();
    live = chain.pid();
    eventually([&] { return chain.generations() == "1:draining 2:draining 3:live"; },
               "two generations drain");
  }
  static Conversation begin_next(Chain& chain) {
    chain.good_restart();
    return Conversation(chain);
  }

  Conversation oldest;
  Conversation youngest;
  pid_t live = 0;
};

bool all_threads_stopped(pid_t pid) {
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  for (const auto& task : std::filesystem::directory_iterator(tasks)) {
    if (read_file(task.path() / "stat").find(") T ") == std::string::npos) return false;
  }
  return true;
}

void wait_for_generations(const Chain& chain, const std::string& wanted) {
  std::string seen;
  const auto are = [&] {
    try {
      seen = chain.generations();
    } catch (const std::exception& problem) {
      seen = problem.what();
    }
    return seen == wanted;
  };
  if (!becomes_true(are)) throw std::runtime_error("generations are " + seen + " instead of " + wanted);
}

/// A restart into a version whose trial has begun; its pid.
pid_t begin_trial(Chain& chain) {
  const pid_t before = chain.pid();
  chain.usr1();
  const pid_t next = wait_for_pidfile(chain.pidfile(), before);
  eventually([&] { return chain.has_logged("old side: committed --serving--> trial"); }, "the trial begins");
  return next;
}

void all_end(Chain& chain) {
  eventually([&] { return chain.pids().empty(); }, "all processes end");
  require(chain.left_behind().empty(), "nothing is left behind");
}

void check(const Chain::Options& chosen, const std::function<void(Chain&)>& body) {
  const std::string problem = problem_with(chosen, body);
  QVERIFY2(problem.empty(), problem.c_str());
}

}  // namespace

/// Who is in charge after a crash, a stop or a signal that comes at a bad moment.
class RestartTakeover : public QObject {
  Q_OBJECT

 private slots:
  void youngest_accepts_again() {
    check(options(), [](Chain& chain) {
      Family family(chain);
      ::kill(family.live, SIGKILL);
      chain.wait_settled();
      require(chain.pid() == family.youngest.with, "the youngest is in charge");
      wait_for_generations(chain, "1:draining 2:live");
      family.oldest.goes_on();
      family.youngest.goes_on();
      // Its numbers go on after those of the dead one, and it can be replaced like any other.
      chain.good_restart();
      wait_for_generations(chain, "1:draining 2:draining 4:live");
      family.oldest.end();
      family.youngest.end();
      wait_for_generations(chain, "4:live");
      chain.stop();
      all_end(chain);
    });
  }

  void second_crash() {
    check(options(), [](Chain& chain) {
      Family family(chain);
      ::kill(family.live, SIGKILL);
      wait_for_generations(chain, "1:draining 2:live");
      ::kill(family.youngest.with, SIGKILL);
      chain.wait_settled();
      require(chain.pid() == family.oldest.with, "the oldest is in charge");
      wait_for_generations(chain, "1:live");
      family.oldest.goes_on();
      family.oldest.end();
      chain.good_restart();
      chain.stop();
      all_end(chain);
    });
  }

  void crash_and_youngest_is_dead_too() {
    check(options(), [](Chain& chain) {
      Family family(chain);
      ::kill(family.youngest.with, SIGKILL);
      wait_for_generations(chain, "1:draining 3:live");
      ::kill(family.live, SIGKILL);
      chain.wait_settled();
      require(chain.pid() == family.oldest.with, "the only one left is in charge");
      family.oldest.goes_on();
    });
  }

  /// Whoever is served by one that serves again is not told that it drains.
  void handlers_know_who_is_drained() {
    check(options(), [](Chain& chain) {
      chain.fixture();
      chain.usr1();
      wait_for_generations(chain, "2:live");
      Conversation before(chain);
      require(before.client.ask("DRAINING?") == "no", "the live one does not drain");
      chain.good_restart();
      eventually([&] { return before.client.ask("DRAINING?") == "yes"; }, "FINAL informs handlers");
      ::kill(chain.pid(), SIGKILL);
      chain.wait_settled();
      Conversation after(chain);
      require(after.with == before.with, "the draining one took over");
      require(after.client.ask("DRAINING?") == "no", "new connections are not drained");
    });
  }

  /// Those in the queue of a live one that crashed are served by the one that takes over.
  void queued_clients_are_served() {
    check(options(), [](Chain& chain) {
      Family family(chain);
      const std::string target = chain.target();
      ::kill(family.live, SIGSTOP);
      eventually([&] { return all_threads_stopped(family.live); }, "the live one accepts no more");
      Client waiting(target);
      // Over TLS nothing can be said before somebody answers.
      if (!target.starts_with("tls:")) waiting.send_line("anybody there?");
      ::kill(family.live, SIGKILL);
      if (target.starts_with("tls:")) waiting.send_line("anybody there?");
      require(waiting.read_line() == "anybody there?", "a client in the queue is served");
    });
  }

  void ordered_end_takes_all_along() {
    check(options(), [](Chain& chain) {
      Family family(chain);
      const std::string target = chain.target();
      ::kill(family.live, SIGTERM);
      eventually([&] { return is_refused(target); },
                 "nobody can connect any more, rather than hang in a queue");
      family.oldest.goes_on();
      family.youngest.goes_on();
      family.oldest.end();
      family.youngest.end();
      require(wait_exit(family.live).value_or(exited(0)) == exited(0), "the live one exits with 0");
      all_end(chain);
      require(!chain.has_logged("accepts again and takes charge"), "nobody takes an ordered end for a crash");
    });
  }

  /// The old one dies in a restart while older ones drain: one of them, or the new one, is in charge
  /// afterwards, and the restart is done or repeated.
  void old_one_dies_in_a_restart_data() {
    QTest::addColumn<QString>("place");
    for (const char* const place : {"old.spawned", "sent.OFFER", "old.offered", "old.pausing", "sent.COMMIT",
                                    "old.trial", "sent.FINAL", "old.passing", "old.draining"}) {
      QTest::newRow(place) << place;
    }
  }
  void old_one_dies_in_a_restart() {
    QFETCH(QString, place);
    check(options("50ms"), [&](Chain& chain) {
      Conversation oldest(chain);
      chain.good(place.toStdString() + ":kill");
      const pid_t first = chain.pid();
      chain.usr1();
      eventually([&] { return chain.status()["pid"].toInteger() != first; }, "the second is in charge");
      chain.wait_settled();
      const pid_t second = chain.pid();
      chain.good();
      chain.usr1();
      eventually([&] { return !is_alive(second); }, "the second dies in the next restart");
      const auto done = [&] {
        try {
          const qint64 now = chain.status()["generation"].toInteger();
          return now > 2;
        } catch (const std::exception&) {
          return false;
        }
      };
      eventually(done, "the restart is done or repeated");
      chain.wait_settled();
      oldest.goes_on();
      wait_for_generations(
          chain, "1:draining " + std::to_string(chain.status()["generation"].toInteger()) + ":live");
      // One that started cold and found the oldest back in charge looks for a second before it leaves.
      eventually([&] { return chain.pids().size() == 2; }, "nobody else is left");
      oldest.end();
      chain.stop();
      all_end(chain);
    });
  }

  /// The same where two drain: the one that takes over repeats the restart, and the other one, which attaches
  /// later, is neither overlooked nor does it take over as well.
  void old_one_dies_in_a_restart_and_two_drain_data() { old_one_dies_in_a_restart_data(); }
  void old_one_dies_in_a_restart_and_two_drain() {
    QFETCH(QString, place);
    check(options("0"), [&](Chain& chain) {
      Conversation oldest(chain);
      chain.good_restart();
      Conversation youngest(chain);
      chain.good(place.toStdString() + ":kill");
      const pid_t second = chain.pid();
      chain.usr1();
      eventually([&] { return chain.status()["pid"].toInteger() != second; }, "the third is in charge");
      chain.wait_settled();
      const pid_t third = chain.pid();
      chain.good();
      chain.usr1();
      eventually([&] { return !is_alive(third); }, "the third dies in the next restart");
      const auto done = [&] {
        try {
          return chain.status()["generation"].toInteger() > 3;
        } catch (const std::exception&) {
          return false;
        }
      };
      eventually(done, "the restart is done or repeated");
      chain.wait_settled();
      const std::string live = std::to_string(chain.status()["generation"].toInteger());
      wait_for_generations(chain, "1:draining 2:draining " + live + ":live");
      require(!chain.has_logged("generation 1 accepts again"), "only one took over");
      oldest.goes_on();
      youngest.goes_on();
      eventually([&] { return chain.pids().size() == 3; }, "nobody else is left");
      oldest.end();
      youngest.end();
      chain.stop();
      all_end(chain);
    });
  }

  void rolled_back_one_drains_and_takes_over() {
    check(options("20s"), [](Chain& chain) {
      chain.fixture();
      const pid_t old_one = chain.pid();
      const pid_t rolled_back = begin_trial(chain);
      Conversation held(chain);
      require(held.with == rolled_back, "the new one serves in its trial");
      require(Client(chain.target()).ask("FAIL it is ill") == "failed", "it finds itself unhealthy");
      chain.wait_settled();
      require(chain.pid() == old_one, "the old one serves again");
      wait_for_generations(chain, "1:live 2:draining");
      held.goes_on();
      ::kill(old_one, SIGKILL);
      chain.wait_settled();
      require(chain.pid() == rolled_back, "better one that was rolled back than none");
      held.goes_on();
      // From here on it is a generation like any other.
      chain.good();
      chain.usr1();
      eventually([&] { return chain.generations() == "2:standby 3:live"; }, "it can be replaced");
      ::kill(chain.pid(), SIGTERM);
      held.goes_on();
      held.end();
      all_end(chain);
    });
  }

  void final_is_overdue() {
    check(options("50ms", "before.FINAL@1:hang"), [](Chain& chain) {
      const pid_t old_one = chain.pid();
      Conversation held(chain);
      chain.usr1();
      wait_for_line(chain.log(), "takes charge by itself");
      chain.wait_settled();
      const pid_t next = chain.pid();
      require(next != old_one, "the new one is in charge");
      ::kill(old_one, SIGCONT);
      wait_for_generations(chain, "1:draining 2:live");
      held.goes_on();
      chain.wait_settled();
      held.end();
      wait_for_generations(chain, "2:live");
      require(chain.pid() == next, "the new one stays in charge");
      chain.stop();
      all_end(chain);
    });
  }

  void stop_of_the_one_standing_by() {
    check(options("20s"), [](Chain& chain) {
      const pid_t old_one = chain.pid();
      Conversation held(chain);
      const pid_t next = begin_trial(chain);
      // Within half a second of the pidfile's change it would be passed on: wait for what the test is about.
      ::usleep(700'000);
      ::kill(old_one, SIGTERM);
      wait_for_generations(chain, "1:draining 2:live");
      chain.wait_settled();
      require(chain.pid() == next, "the new one is in charge at once");
      held.goes_on();
      held.end();
      require(chain.first().wait_exit() == exited(0), "the old one exits with 0");
      require(is_alive(next), "the new one serves on");
    });
  }

  void stop_just_after_the_pidfile_changed() {
    check(options("20s"), [](Chain& chain) {
      const pid_t old_one = chain.pid();
      chain.usr1();
      const pid_t next = wait_for_pidfile(chain.pidfile(), old_one);
      wait_for_line(chain.log(), "committed --serving--> trial");
      ::kill(old_one, SIGTERM);
      require(chain.first().wait_exit() == exited(0), "the old one exits with 0");
      eventually([&] { return !is_alive(next); }, "the new one stops too");
      all_end(chain);
    });
  }

  void stop_just_after_a_restart_without_trial() {
    check(options("0"), [](Chain& chain) {
      const pid_t old_one = chain.pid();
      Conversation held(chain);
      chain.usr1();
      const pid_t next = wait_for_pidfile(chain.pidfile(), old_one);
      wait_for_line(chain.log(), "passing --ack--> draining");
      ::kill(old_one, SIGTERM);
      eventually([&] { return chain.generations().find("2:stopping") != std::string::npos; },
                 "the new one stops too");
      held.goes_on();
      held.end();
      require(chain.first().wait_exit() == exited(0), "the old one exits with 0");
      eventually([&] { return !is_alive(next); }, "the new one ends");
      all_end(chain);
    });
  }

  void stop_in_the_trial() {
    check(options("20s"), [](Chain& chain) {
      Conversation held(chain);
      const pid_t next = begin_trial(chain);
      Conversation with_the_new_one(chain);
      ::kill(next, SIGTERM);
      held.goes_on();
      with_the_new_one.goes_on();
      held.end();
      with_the_new_one.end();
      require(chain.first().wait_exit() == exited(0), "the old one exits with 0");
      all_end(chain);
      require(!chain.has_logged("accepts again"), "the old one never accepts again");
    });
  }

  void stop_before_ready_data() {
    QTest::addColumn<QString>("version");
    QTest::newRow("slow set-up") << "new.preparing:delay:60000";
    QTest::newRow("stopped") << "new.preparing:hang";
    QTest::newRow("no HELLO") << "before.HELLO:delay:60000";
  }
  void stop_before_ready() {
    QFETCH(QString, version);
    check(options("20s"), [&](Chain& chain) {
      chain.good(version.toStdString());
      chain.usr1();
      wait_for_line(chain.log(), version.startsWith("new") ? "restart 1: offered" : "restart 1: spawned");
      ::kill(chain.pid(), SIGTERM);
      require(chain.first().wait_exit() == exited(0), "the old one exits with 0");
      all_end(chain);
    });
  }

  void steps_are_told_by_the_next_one() {
    check(options(), [](Chain& chain) {
      chain.good_restart();
      ControlClient client(chain.control());
      client.send("subscribe", {{"since", 0}});
      std::string told;
      while (!told.ends_with("draining ")) told += client.next("step")["step"].toString().toStdString() + " ";
      require(told == "requested spawned connected offered ready committed trial final draining ",
              "no step is missed: " + told);
    });
  }

  void requests_in_a_restart_are_remembered() {
    check(options("200ms"), [](Chain& chain) {
      const pid_t next = begin_trial(chain);
      ::kill(next, SIGUSR1);  // to the new one in its trial
      const auto third = [&] {
        try {
          return chain.status()["generation"].toInteger() >= 3;
        } catch (const std::exception&) {
          return false;
        }
      };
      eventually(third, "the remembered restart follows");
      chain.wait_settled();
    });
  }
};

QTEST_GUILESS_MAIN(RestartTakeover)
#include "restart_takeover.moc"
