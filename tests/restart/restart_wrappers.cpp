#include <signal.h>
#include <sys/stat.h>

#include <QTest>
#include <algorithm>
#include <filesystem>
#include <functional>

#include "restart/chain.hpp"

using namespace testing;
namespace fs = std::filesystem;

namespace {

void check(Chain::Options options, const std::function<void(Chain&)>& body) {
  const std::string problem = problem_with(std::move(options), body);
  QVERIFY2(problem.empty(), problem.c_str());
}

void check(const std::function<void(Chain&)>& body) {
  check({.flags = {"--rollback-window", "0", "--drain-timeout", "0"}}, body);
}

/// What a restart starts: wrapper.py in that mode, around a sane version.
void wrapped(Chain& chain, const std::string& mode) {
  chain.script("eval \"exec python3 '" + fixture_file("wrapper.py") + "' " + mode + " -- $SERVER\"");
}

/// Directories of handoff paths in the sandbox.
std::vector<std::string> doorways(const Chain& chain) {
  std::vector<std::string> found;
  for (const std::string& name : chain.strays()) {
    if (name.find("uninterruptible-handoff-") != std::string::npos && name.find('/') == name.rfind('/'))
      found.push_back(chain.sandbox() / name);
  }
  return found;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += name + " ";
  return text;
}

void require_nothing_stray(const Chain& chain) {
  const std::vector<std::string> strays = chain.strays();
  require(strays.empty(), "nothing lies about: " + joined(strays));
}

void require_restart(const Chain& chain) {
  const CliResult result = chain.restart();
  require(result.exit == exited(0),
          "the restart succeeds: " + to_string(result.exit) + "\n" + result.out + result.err);
}

/// Restarts, which must fail for that reason while the old one serves.
void require_refusal(Chain& chain, const std::string& reason) {
  const pid_t old_one = chain.pid();
  const CliResult result = chain.restart();
  require(!(result.exit == exited(0)), "the restart fails");
  require(result.out.find(reason) != std::string::npos, "'" + reason + "' is told: " + result.out);
  chain.wait_settled();
  require(chain.pid() == old_one, "the old one serves");
  require_nothing_stray(chain);
}

}  // namespace

/// Launchers that close or replace what the new process should inherit: it comes by the handoff path.
class RestartWrappers : public QObject {
  Q_OBJECT

 private slots:
  void launchers_that_close_descriptors_data() {
    QTest::addColumn<QString>("mode");
    for (const char* mode : {"stay", "exec", "orphan", "replace /dev/null", "replace /etc/passwd", "socket"})
      QTest::newRow(mode) << mode;
  }
  void launchers_that_close_descriptors() {
    QFETCH(QString, mode);
    check([&](Chain& chain) {
      wrapped(chain, mode.toStdString());
      for (int round = 1; round <= 3; ++round) {
        const pid_t old_one = chain.pid();
        Client client(chain.target());
        require(client.ask("PID?") == std::to_string(old_one), "the old one answers");
        require_restart(chain);
        chain.wait_settled();
        require(chain.pid() != old_one, "another process serves");
        require(client.ask("still there?") == "still there?", "the conversation goes on");
        require(client.ask("PID?") == std::to_string(old_one), "with the old one");
        require_nothing_stray(chain);
        client.half_close();
        require(client.at_end(), "the conversation ends in peace");
        eventually([&] { return !is_alive(old_one); }, "the old one ends");
      }
      require(!chain.has_logged("handoff path"), "nobody was taken for a stranger");
      chain.stop();
      require(chain.left_behind().empty(), "nothing is left: " + joined(chain.left_behind()));
    });
  }

  /// Who finds the descriptor gets along without; who does not is told.
  void no_place_for_the_path() {
    check({.flags = {"--rollback-window", "0"}, .faults = "doorway:fail"}, [](Chain& chain) {
      wrapped(chain, "exec");
      require_refusal(chain, "there is no path beside it");
      chain.good();
      const pid_t old_one = chain.pid();
      require_restart(chain);
      chain.wait_settled();
      require(chain.pid() != old_one, "another process serves");
      require(chain.has_logged("no handoff path, so that a wrapper must not close descriptor 3"),
              "it is told in the log");
      chain.stop();
    });
  }

  void paths_that_lead_nowhere_data() {
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QString>("preparation");
    QTest::addColumn<QString>("reason");
    QTest::newRow("directory removed") << "remove"
                                       << "true"
                                       << "it is gone, as the restart that it is for has ended";
    QTest::newRow("FIFO") << "lie \"$PWD/f\""
                          << "mkfifo f"
                          << "it is not a socket";
    QTest::newRow("regular file") << "lie \"$PWD/f\""
                                  << "echo >f"
                                  << "it is not a socket";
    QTest::newRow("stream socket") << "lie \"$UNINTERRUPTIBLE_CONTROL_DIR/chain.sock\""
                                   << "true"
                                   << "a socket of another kind";
    QTest::newRow("no path") << "lie ''"
                             << "true"
                             << "there is no path beside it";
  }
  void paths_that_lead_nowhere() {
    QFETCH(QString, mode);
    QFETCH(QString, preparation);
    QFETCH(QString, reason);
    check([&](Chain& chain) {
      chain.script(preparation.toStdString() + "\neval \"exec python3 '" + fixture_file("wrapper.py") + "' " +
                   mode.replace("\"", "\\\"").toStdString() + " -- $SERVER\"");
      const pid_t old_one = chain.pid();
      const CliResult result = chain.restart();
      require(!(result.exit == exited(0)), "the restart fails");
      require(result.out.find("UNINTERRUPTIBLE_HANDOFF: descriptor 3 is not the socket") != std::string::npos,
              "what is wrong with the descriptor is told: " + result.out);
      require(result.out.find(reason.toStdString()) != std::string::npos, "and the path: " + result.out);
      chain.wait_settled();
      require(chain.pid() == old_one, "the old one serves");
      fs::remove(chain.sandbox() / "f");
      require_nothing_stray(chain);
      chain.good_restart();
      chain.stop();
    });
  }

  void strangers_on_the_path_data() {
    QTest::addColumn<QString>("mode");
    QTest::newRow("16 silent") << "crowd 16";
    QTest::newRow("100 with nonsense") << "rabble 100";
  }
  void strangers_on_the_path() {
    QFETCH(QString, mode);
    check([&](Chain& chain) {
      wrapped(chain, mode.toStdString());
      require_restart(chain);
      chain.wait_settled();
      require(chain.has_logged("came to the handoff path"), "they were noticed");
      require_nothing_stray(chain);
      chain.stop();
    });
  }

  void the_path_goes_with_a_restart_that_fails() {
    check([](Chain& chain) {
      chain.script("exit 3");
      require_refusal(chain, "status 3");
      chain.missing();
      require_refusal(chain, "No such file");
      chain.good("new.preparing:exit:7");
      require_refusal(chain, "status 7");
      chain.good();
      require_restart(chain);
      chain.wait_settled();
      require_nothing_stray(chain);
      chain.stop();
    });
  }

  void the_path_goes_with_a_restart_that_takes_too_long() {
    check({.flags = {"--rollback-window", "0", "--restart-timeout", "500ms"}}, [](Chain& chain) {
      chain.script("trap '' TERM; while :; do sleep 0.1; done");
      const CliResult result = chain.restart();
      require(result.out.find("no HELLO within") != std::string::npos, "it fails: " + result.out);
      require(chain.pids().size() > 1, "the new one is still to be killed");
      require(doorways(chain).empty(), "and cannot come in any more");
      chain.wait_settled();
      chain.stop();
    });
  }

  void the_path_goes_with_a_rollback() {
    check({.flags = {"--rollback-window", "50ms"}}, [](Chain& chain) {
      chain.good("sent.SERVING:kill");
      require_refusal(chain, "killed by signal 9");
      chain.good();
      require_restart(chain);
      chain.wait_settled();
      require_nothing_stray(chain);
      chain.stop();
    });
  }

  void the_path_goes_with_an_ordered_end() {
    check([](Chain& chain) {
      chain.script("exec sleep 60");
      chain.usr1();
      wait_for_line(chain.log(), "restart 1: spawned");
      require(doorways(chain).size() == 1, "the path is there");
      chain.stop();
      require(chain.left_behind().empty(), "nothing is left: " + joined(chain.left_behind()));
    });
  }

  void a_killed_ones_path_is_swept_by_the_next_restart() {
    check([](Chain& chain) {
      chain.script("exec sleep 60");
      chain.usr1();
      wait_for_line(chain.log(), "restart 1: spawned");
      const std::vector<std::string> left = doorways(chain);
      require(left.size() == 1, "the path is there");
      struct stat found {};
      require(::stat(left[0].c_str(), &found) == 0 && (found.st_mode & 07777U) == 0700U, "and private");
      chain.first().signal(SIGKILL);
      require(chain.first().wait_exit().has_value(), "it dies");
      for (const pid_t orphan : chain.pids()) ::kill(orphan, SIGKILL);
      require(doorways(chain) == left, "nobody could remove it");
      chain.start_again();
      chain.good_restart();
      require_nothing_stray(chain);
      chain.stop();
    });
  }
};

QTEST_GUILESS_MAIN(RestartWrappers)
#include "restart_wrappers.moc"
