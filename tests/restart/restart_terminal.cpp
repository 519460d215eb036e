#include <signal.h>

#include <QtTest>

#include "support/cli.hpp"
#include "support/files.hpp"
#include "support/sandbox.hpp"

using namespace testing;

/// A server that was started by hand in a terminal.
class RestartTerminal : public QObject {
  Q_OBJECT

 private slots:
  void the_new_one_says_that_it_left_the_foreground() {
    const Sandbox sandbox;
    const std::string command = program("echo-server") +
                                " --bind tcp://127.0.0.1:0 --name terminal --pidfile " + (sandbox / "pid") +
                                " --rollback-window 50ms";
    // script(1) gives the server a terminal of its own and writes down what it shows.
    Process terminal = sandbox.start({"script", "-qfec", command, sandbox / "typescript"});
    const pid_t first = wait_for_pidfile(sandbox / "pid");
    ::kill(first, SIGUSR1);
    pid_t second = 0;
    const bool replaced = becomes_true([&] {
      second = read_pidfile(sandbox / "pid").value_or(first);
      return second != first;
    });
    QVERIFY2(replaced, read_file(sandbox / "typescript").c_str());
    const std::string line = wait_for_line(sandbox / "typescript", "no longer in the terminal's foreground");
    QVERIFY2(line.find("kill -TERM " + std::to_string(second)) != std::string::npos, line.c_str());
    QVERIFY2(line.find("uninterruptiblectl -s terminal shutdown") != std::string::npos, line.c_str());
    ::kill(second, SIGTERM);
    eventually([&] { return !is_alive(second); }, "it is stopped as it said");
  }
};

QTEST_GUILESS_MAIN(RestartTerminal)
#include "restart_terminal.moc"
