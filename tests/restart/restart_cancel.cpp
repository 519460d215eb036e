#include <signal.h>

#include <QJsonArray>
#include <QTest>
#include <optional>

#include "restart/chain.hpp"
#include "support/cli.hpp"
#include "support/files.hpp"

using namespace testing;

namespace {

void check(Chain::Options options, const std::function<void(Chain&)>& body) {
  const std::string problem = problem_with(std::move(options), body);
  QVERIFY2(problem.empty(), problem.c_str());
}

Chain::Options with_trial(const std::string& trial) { return {.flags = {"--rollback-window", trial}}; }

CliResult ctl(const Chain& chain, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"-s", "chain"});
  return run_cli(chain.sandbox(), std::move(arguments));
}

/// `uninterruptiblectl restart --json` that goes on while the test does something else.
class Asker {
 public:
  Asker(const Chain& chain, std::vector<std::string> flags = {})
      : process_(chain.sandbox().start(command(std::move(flags)))) {}

  QJsonObject result(const Exit& expected) {
    const std::optional<Exit> exit = process_.wait_exit();
    require(exit == expected, "the asker ends as expected: " + (exit ? to_string(*exit) : "not at all") +
                                  "\n" + process_.standard_output() + process_.standard_error());
    return CliResult{*exit, process_.standard_output(), {}}.json();
  }
  [[nodiscard]] bool is_waiting() const { return process_.is_alive(); }

 private:
  static std::vector<std::string> command(std::vector<std::string> flags) {
    std::vector<std::string> words{program("uninterruptiblectl"), "-s", "chain", "restart", "--json"};
    words.insert(words.end(), flags.begin(), flags.end());
    return words;
  }
  Process process_;
};

void wait_for_step(const Chain& chain, const QString& step) {
  eventually([&] { return chain.status()["restart_step"].toString() == step; },
             "the restart comes to " + step.toStdString());
}

std::string steps_of(const QJsonObject& result) {
  std::string text;
  for (const auto& step : result["steps"].toArray())
    text += (text.empty() ? "" : " ") + step.toObject()["step"].toString().toStdString();
  return text;
}

void require_unchanged(const Chain& chain, pid_t pid) {
  chain.wait_settled();
  require(chain.pid() == pid, "generation 1 serves");
  eventually([&] { return chain.generations() == "1:live"; }, "the other generation has ended");
  eventually([&] { return chain.pids() == std::vector<pid_t>{pid}; }, "nobody else is left");
  require(chain.strays().empty(), "nothing lies about");
}

}  // namespace

/// A restart that is taken back, rehearsed, queued, or goes by rules of its own.
class RestartCancel : public QObject {
  Q_OBJECT

 private slots:
  void before_hello() {
    check(with_trial("0"), [](Chain& chain) {
      const pid_t old_one = chain.pid();
      chain.script("sleep 1000");
      Asker asker(chain);
      wait_for_step(chain, "spawned");
      const CliResult cancelled = ctl(chain, {"cancel"});
      require(cancelled.exit == exited(0), "it can be cancelled: " + cancelled.out + cancelled.err);
      require(
          cancelled.out.find("was given up at \"spawned\". Generation 1 keeps serving") != std::string::npos,
          "who cancels is told: " + cancelled.out);
      const QJsonObject result = asker.result(exited(1));
      require(result["reason"].toString().startsWith("cancelled by uid"),
              "who asked for it is told: " + result["reason"].toString().toStdString());
      require_unchanged(chain, old_one);
    });
  }

  /// What it says after it was given up is not heard.
  void a_rehearsal_that_is_ready_too_late() {
    check(with_trial("0"), [](Chain& chain) {
      const pid_t old_one = chain.pid();
      chain.good("before.READY:hang");
      Asker asker(chain, {"--rehearse"});
      wait_for_step(chain, "offered");
      pid_t new_one = 0;
      const auto hangs = [&] {
        for (const pid_t pid : chain.pids()) {
          const std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat");
          if (stat.find(") T ") != std::string::npos) return new_one = pid, true;
        }
        return false;
      };
      eventually(hangs, "the new one hangs before READY");
      ControlClient(chain.control()).ask("cancel");
      ::kill(new_one, SIGCONT);
      const QJsonObject result = asker.result(exited(1));
      require(steps_of(result) == "requested spawned connected offered failed",
              "the rehearsal ends with its being given up: " + steps_of(result));
      require_unchanged(chain, old_one);
      require(!chain.has_logged("restart 1: ready"), "nothing is told of it afterwards");
    });
  }

  void before_ready() {
    check(with_trial("0"), [](Chain& chain) {
      const pid_t old_one = chain.pid();
      chain.good("before.READY:hang");
      Asker asker(chain);
      wait_for_step(chain, "offered");
      const CliResult cancelled = ctl(chain, {"cancel", "--json"});
      require(cancelled.exit == exited(0), "it can be cancelled: " + cancelled.out + cancelled.err);
      require(cancelled.json()["outcome"] == "failed" && cancelled.json()["step"] == "offered" &&
                  cancelled.json()["generation"] == 2,
              "who cancels is told: " + cancelled.out);
      require(asker.result(exited(1))["failed_at"] == "offered", "who asked is told the step");
      require_unchanged(chain, old_one);
    });
  }

  void in_the_trial() {
    check(with_trial("10m"), [](Chain& chain) {
      const pid_t old_one = chain.pid();
      chain.good();
      Asker asker(chain);
      wait_for_step(chain, "trial");
      eventually([&] { return chain.answering() != old_one; }, "the new one serves");
      Client with_the_new_one(chain.target());
      require(with_the_new_one.ask("hello") == "hello", "it has a client");
      const CliResult cancelled = ctl(chain, {"cancel"});
      require(cancelled.exit == exited(0), "it can be cancelled: " + cancelled.out + cancelled.err);
      require(
          cancelled.out.find("was rolled back at \"trial\". Generation 1 serves again") != std::string::npos,
          "who cancels is told: " + cancelled.out);
      require(asker.result(exited(8))["reason"].toString().startsWith("cancelled by uid"),
              "who asked is told");
      chain.wait_settled();
      require(chain.pid() == old_one, "the old one serves");
      require(with_the_new_one.ask("still here") == "still here", "no connection of the new one is lost");
      with_the_new_one.half_close();
      require(with_the_new_one.at_end(), "it ends properly");
      require_unchanged(chain, old_one);
    });
  }

  void without_a_restart() {
    check(with_trial("0"), [](Chain& chain) {
      const CliResult refused = ctl(chain, {"cancel"});
      require(refused.exit == exited(1), "there is nothing to cancel");
      require(refused.err.find("no restart is going on") != std::string::npos, refused.err);
      chain.good_restart();
      require(ctl(chain, {"cancel"}).exit == exited(1), "one that is over cannot be cancelled");
    });
  }

  void the_next_restart_after_a_cancelled_one() {
    check(with_trial("10m"), [](Chain& chain) {
      chain.good();
      for (int i = 0; i < 3; ++i) {
        Asker asker(chain);
        wait_for_step(chain, "trial");
        require(ctl(chain, {"cancel"}).exit == exited(0), "it can be cancelled");
        (void)asker.result(exited(8));
        eventually([&] { return chain.generations() == "1:live"; }, "the cancelled one is gone");
      }
      require(ctl(chain, {"restart", "--trial", "0"}).exit == exited(0),
              "one that is let alone goes through");
    });
  }

  void rehearsal() {
    check(with_trial("0"), [](Chain& chain) {
      const pid_t old_one = chain.pid();
      const std::string added = chain.sandbox() / "added";
      chain.good({}, "--bind unix://" + added + " --allow 127.0.0.1");
      Client staying(chain.target());
      require(staying.ask("before") == "before", "a client of the old one");
      const CliResult rehearsed = ctl(chain, {"restart", "--rehearse", "--json"});
      require(rehearsed.exit == exited(0), "it succeeds: " + rehearsed.out + rehearsed.err);
      const QJsonObject result = rehearsed.json();
      require(result["outcome"] == "rehearsed", rehearsed.out);
      require(steps_of(result) == "requested spawned connected offered ready rehearsed", steps_of(result));
      const std::string said = result["steps"].toArray().last().toObject()["text"].toString().toStdString();
      require(said.find("was ready after") != std::string::npos &&
                  said.find("add unix:" + added) != std::string::npos &&
                  said.find("state allowed_networks 127.0.0.1/32") != std::string::npos,
              "what would change is told: " + said);
      require(staying.ask("after") == "after", "the old one has served all the time");
      require_unchanged(chain, old_one);
      staying.half_close();
    });
  }

  /// Whose process takes its time to go.
  void a_restart_right_after_a_rehearsal() {
    check(with_trial("0"), [](Chain& chain) {
      chain.good("sent.READY:hang");
      require(ctl(chain, {"restart", "--rehearse"}).exit == exited(0), "the rehearsal succeeds");
      chain.good();
      Asker next(chain, {"--trial", "10ms"});
      eventually([&] { return chain.has_logged("it begins when the last one's process is gone"); },
                 "it is accepted before the rehearsed process is gone");
      require(ctl(chain, {"restart"}).err.find("a restart is going on") != std::string::npos,
              "one more is refused");
      const QJsonObject result = next.result(exited(0));
      require(result["restart"] == 2 && result["generation"] == 2, "it follows its own restart to the end");
      eventually([&] { return chain.generations() == "2:live"; }, "the new one serves");
    });
  }

  void rehearsal_of_a_bad_version() {
    check(with_trial("0"), [](Chain& chain) {
      const pid_t old_one = chain.pid();
      chain.script("echo 'unknown key prot' >&2; exit 3");
      const CliResult rehearsed = ctl(chain, {"restart", "--rehearse", "--json"});
      require(rehearsed.exit == exited(1), "it fails");
      require(
          rehearsed.json()["exit_status"] == 3 && rehearsed.out.find("unknown key prot") != std::string::npos,
          "with status and last words: " + rehearsed.out);
      require_unchanged(chain, old_one);
    });
  }

  void queued_behind_a_running_one() {
    check(with_trial("10m"), [](Chain& chain) {
      chain.good();
      Asker first(chain, {"--trial", "1s"});
      wait_for_step(chain, "trial");
      require(ctl(chain, {"restart"}).exit == exited(1), "without --queue it is refused");
      Asker second(chain, {"--queue"});
      require(first.result(exited(0))["generation"] == 2, "the first one goes through");
      wait_for_step(chain, "trial");
      require(second.is_waiting(), "the second one has begun");
      require(ctl(chain, {"cancel"}).exit == exited(0), "and can be cancelled");
      const QJsonObject result = second.result(exited(8));
      require(result["restart"] == 2 && result["generation"] == 3 && result["serving"] == 2,
              "its asker has followed it");
    });
  }

  void queued_behind_one_that_fails() {
    check(with_trial("10m"), [](Chain& chain) {
      chain.good("before.READY:hang");
      Asker first(chain);
      wait_for_step(chain, "offered");
      Asker second(chain, {"--queue"});
      eventually([&] { return chain.has_logged("remembered until the one that is going on has ended"); },
                 "the second request is taken");
      chain.good();
      require(ctl(chain, {"cancel"}).exit == exited(0), "the first one is cancelled");
      (void)first.result(exited(1));
      wait_for_step(chain, "trial");
      require(ctl(chain, {"cancel"}).exit == exited(0), "the second one has begun");
      require(second.result(exited(8))["generation"] == 2, "its asker has followed it");
    });
  }

  void a_trial_of_its_own_length() {
    check(with_trial("10m"), [](Chain& chain) {
      chain.good();
      require(ctl(chain, {"restart", "--trial", "0"}).exit == exited(0), "without a trial");
      chain.wait_settled();
      require(chain.status()["rollback_window_ms"].toInt() == 600'000, "the configuration stays");
    });
  }

  void a_drain_of_its_own_length() {
    check(with_trial("0"), [](Chain& chain) {
      chain.good();
      Client staying(chain.target());
      require(staying.ask("hello") == "hello", "a client that stays");
      require(ctl(chain, {"restart", "--drain", "100ms"}).exit == exited(0), "a restart with a limit");
      require(!staying.read_line().has_value(), "it is cut off, although there is no drain timeout");
      eventually([&] { return chain.generations() == "2:live"; }, "the old one is gone");
    });
  }

  void options_that_make_no_sense() {
    check(with_trial("0"), [](Chain& chain) {
      const pid_t old_one = chain.pid();
      for (const std::vector<std::string>& flags :
           std::vector<std::vector<std::string>>{{"--queue", "--rehearse"},
                                                 {"--queue", "--trial", "1s"},
                                                 {"--trial", "soon"},
                                                 {"--drain", "-1"}}) {
        std::vector<std::string> words{"restart"};
        words.insert(words.end(), flags.begin(), flags.end());
        const CliResult refused = ctl(chain, words);
        require(refused.exit == exited(2), "wrong usage: " + flags[0] + ": " + refused.out + refused.err);
      }
      require_unchanged(chain, old_one);
    });
  }
};

QTEST_GUILESS_MAIN(RestartCancel)
#include "restart_cancel.moc"
