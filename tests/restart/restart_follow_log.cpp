#include <QTest>
#include <csignal>

#include "restart/chain.hpp"

using namespace testing;

namespace {

void wait_for_line(ControlClient& watcher, const QString& text) {
  while (!watcher.next("log")["text"].toString().contains(text)) {
  }
}

Chain::Options options() { return {.flags = {"--rollback-window", "0", "--log-requests"}}; }

}  // namespace

/// Whoever follows the log by the control socket gets the lines of all generations.
class RestartFollowLog : public QObject {
  Q_OBJECT

 private slots:
  void lines_of_draining_generations_come_too() {
    const std::string problem = problem_with(options(), [](Chain& chain) {
      Client early(chain.target());
      require(early.ask("before") == "before", "a client of the first generation");
      chain.good_restart();
      ControlClient watcher(chain.control());
      watcher.ask("subscribe", {{"log", "info"}});
      Client late(chain.target());
      // The first generation keeps lines from when it is asked for them, which may be a moment away.
      QJsonObject old;
      const auto end = std::chrono::steady_clock::now() + patience;
      for (int i = 0; old.isEmpty(); ++i) {
        require(std::chrono::steady_clock::now() < end, "a line of the draining one comes");
        const std::string number = std::to_string(i);
        require(early.ask("old" + number).has_value() && late.ask("new" + number).has_value(), "both answer");
        for (QJsonObject line; !line["text"].toString().endsWith(QString::fromStdString(" new" + number));) {
          line = watcher.next("log");
          if (line["generation"] == 1) old = line;
        }
      }
      require(old["text"].toString().startsWith("answered 1-"), "its own line");
      require(old["level"] == "info" && old["at_ms"].toInteger() > 1'700'000'000'000 && !old.contains("lost"),
              "with all it has");
      early.half_close();
    });
    QVERIFY2(problem.empty(), problem.c_str());
  }

  void a_generation_that_stands_still_costs_the_one_in_charge_nothing() {
    const std::string problem = problem_with(options(), [](Chain& chain) {
      Client early(chain.target());
      require(early.ask("before") == "before", "a client of the first generation");
      const pid_t old = chain.pid();
      chain.good_restart();
      ControlClient watcher(chain.control());
      watcher.ask("subscribe", {{"log", "debug"}});
      ::kill(old, SIGSTOP);
      for (int i = 0; i < 20; ++i) {
        Client late(chain.target());
        require(late.ask("new") == "new", "it serves");
        wait_for_line(watcher, "answered 2-");
      }
      ::kill(old, SIGCONT);
      early.half_close();
      wait_for_line(watcher, "generation 1 has ended");
    });
    QVERIFY2(problem.empty(), problem.c_str());
  }
};

QTEST_GUILESS_MAIN(RestartFollowLog)
#include "restart_follow_log.moc"
