#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QTest>
#include <algorithm>
#include <functional>

#include "restart/chain.hpp"

using namespace testing;

namespace {

/// Runs a shell script that ends in starting the server with something wrong in its environment.
std::pair<Exit, std::string> run_with(const std::string& preparation, const std::string& value) {
  const Sandbox sandbox;
  write_file(sandbox / "run",
             preparation + "\nUNINTERRUPTIBLE_HANDOFF='" + value + "' exec '" + program("echo-server") +
                 "' --bind tcp://127.0.0.1:0 --name handoff --log '" + (sandbox / "log") + "'\n");
  Process process = sandbox.start({"/bin/bash", sandbox / "run"});
  const std::optional<Exit> exit = process.wait_exit(5s);
  require(exit.has_value(), "it ends rather than hangs or serves");
  return {*exit, process.standard_error()};
}

std::string value_with(int fd, const std::string& token = std::string(32, 'a')) {
  char text[100];
  std::snprintf(text, sizeof text, "1:%05d:%s:%020d:%020d:", fd, token.c_str(), 1, 1);
  return text + std::string(107, '/');
}

void check(Chain::Options options, const std::function<void(Chain&)>& body) {
  const std::string problem = problem_with(std::move(options), body);
  QVERIFY2(problem.empty(), problem.c_str());
}

/// What `ls` and `env` say in a child of a handler of the server.
std::string run_in_handler(const Chain& chain, const std::string& command) {
  Client client(chain.target());
  client.send_line("RUN " + command);
  return client.read_all();
}

}  // namespace

/// What must not disturb a restart, and what a restart must not leave to others.
class RestartHandoff : public QObject {
  Q_OBJECT

 private slots:
  void garbage_in_the_variable_data() {
    QTest::addColumn<QString>("preparation");
    QTest::addColumn<QString>("value");
    const auto add = [](const char* name, const std::string& preparation, const std::string& value) {
      QTest::newRow(name) << QString::fromStdString(preparation) << QString::fromStdString(value);
    };
    add("empty", "", "");
    add("text", "", "yes please");
    add("a path", "", "/run/some/socket");
    add("too long", "", std::string(20000, 'x'));
    add("another version", "", "2" + value_with(3).substr(1));
    add("closed descriptor", "", value_with(77));
    add("/dev/null", "exec 7</dev/null", value_with(7));
    add("standard input", "", value_with(0));
    add("a FIFO", "mkfifo fifo; exec 7<>fifo", value_with(7));
    add("a pipe that nobody writes", "exec 7< <(sleep 60)", value_with(7));
    add("a stranger's path", "mkfifo fifo", value_with(7).substr(0, 83) + std::string(101, '/') + "x/fifo");
  }
  void garbage_in_the_variable() {
    QFETCH(QString, preparation);
    QFETCH(QString, value);
    try {
      const auto [exit, said] = run_with(preparation.toStdString(), value.toStdString());
      QCOMPARE(to_string(exit), to_string(exited(2)));
      QVERIFY2(said.find("UNINTERRUPTIBLE_HANDOFF") != std::string::npos, said.c_str());
      QVERIFY2(said.size() < 1000, said.c_str());
    } catch (const std::exception& problem) {
      QFAIL(problem.what());
    }
  }

  /// Strangers on the inherited channel are ignored or refused; the old one serves, and the next restart
  /// succeeds.
  void strangers_data() {
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QString>("logged");
    QTest::newRow("wrong token") << "token"
                                 << "not the HELLO expected: ignored";
    QTest::newRow("garbage") << "garbage"
                             << "not the HELLO expected: ignored";
    QTest::newRow("silent") << "silent"
                            << "no HELLO within";
    QTest::newRow("version 99") << "version"
                                << "no common version of the handoff protocol";
  }
  void strangers() {
    QFETCH(QString, mode);
    QFETCH(QString, logged);
    check({.flags = {"--rollback-window", "0", "--restart-timeout", mode == "silent" ? "1s" : "6s"}},
          [&](Chain& chain) {
            const pid_t old_one = chain.pid();
            chain.script("exec python3 '" + fixture_file("peer.py") + "' new " + mode.toStdString());
            chain.usr1();
            wait_for_line(chain.log(), logged.toStdString());
            wait_for_line(chain.log(), "restart 1 failed at 'spawned'");
            chain.wait_settled();
            require(chain.pid() == old_one, "the old one serves");
            eventually([&] { return chain.pids().size() == 1; }, "the stranger is ended");
            chain.good_restart();
            chain.stop();
          });
  }

  /// One that has the token, but comes by way of a wrapper that stays.
  void wrapper_that_stays() {
    check({.flags = {"--rollback-window", "0"}}, [](Chain& chain) {
      chain.script("eval \"$SERVER\"; sleep 0.1; exit 5");
      const pid_t old_one = chain.pid();
      chain.usr1();
      eventually([&] { return chain.pid() != old_one && !is_alive(old_one); }, "the restart succeeds");
      chain.wait_settled();
      chain.stop();
    });
  }

  /// A descriptor or field of a newer version is closed, or skipped, by an older one.
  void surplus_in_the_offer() {
    const Sandbox sandbox;
    const std::vector<std::string> server{
        program("echo-server"), "--bind", "tcp://127.0.0.1:0", "--name", "peer", "--log", sandbox / "log"};
    std::vector<std::string> command{"python3", fixture_file("peer.py"), "old"};
    command.insert(command.end(), server.begin(), server.end());
    Process peer = sandbox.start(command);
    const std::optional<Exit> exit = peer.wait_exit();
    const std::string said = peer.standard_output() + peer.standard_error() + read_file(sandbox / "log");
    QVERIFY2(exit == exited(0), said.c_str());
    QVERIFY2(peer.standard_output().find("socket") != std::string::npos, said.c_str());
    QVERIFY2(peer.standard_output().find("/dev/zero") == std::string::npos, said.c_str());
    QVERIFY(becomes_true([&] { return sandbox.tree().pids().empty(); }));
  }

  void version_of_the_far_future() {
    const Sandbox sandbox;
    Process peer = sandbox.start({"python3", fixture_file("peer.py"), "refusing", program("echo-server"),
                                  "--bind", "tcp://127.0.0.1:0", "--name", "peer", "--log", sandbox / "log"});
    const std::optional<Exit> exit = peer.wait_exit();
    const std::string said = peer.standard_output() + peer.standard_error() + read_file(sandbox / "log");
    QVERIFY2(exit == exited(1), said.c_str());
    QVERIFY2(said.find("version 99 of the handoff protocol") != std::string::npos, said.c_str());
  }

  /// USR1 to the new one before it has a handler: neither does it die of it, nor is the restart disturbed.
  void usr1_at_the_very_start() {
    check({.flags = {"--rollback-window", "0"}}, [](Chain& chain) {
      chain.script("kill -USR1 $$; kill -USR1 $$\neval \"exec $SERVER\"");
      const pid_t old_one = chain.pid();
      chain.usr1();
      eventually([&] { return chain.pid() != old_one; }, "the restart succeeds");
      chain.wait_settled();
      chain.good_restart();  // and the new one's own handler is in place
      chain.stop();
    });
  }

  void children_of_handlers_inherit_nothing() {
    check({.flags = {"--rollback-window", "0"}}, [](Chain& chain) {
      chain.fixture();
      const pid_t old_one = chain.pid();
      chain.usr1();
      eventually([&] { return chain.status()["pid"].toInteger() != old_one; }, "the fixture is in charge");
      chain.wait_settled();
      const std::string variables = run_in_handler(chain, "env");
      require(variables.find("UNINTERRUPTIBLE_NAME=chain") != std::string::npos, "env works: " + variables);
      require(variables.find("UNINTERRUPTIBLE_HANDOFF") == std::string::npos, "no trace: " + variables);
      const std::string mask = run_in_handler(chain, "grep -E 'SigBlk|SigIgn' /proc/self/status");
      require(mask.find("SigBlk:\t0000000000000000") != std::string::npos, "no signal blocked: " + mask);
      // 3 is the directory that ls reads.
      const std::string open = run_in_handler(chain, "ls /proc/self/fd | tr '\\n' ' '");
      require(open == "0 1 2 3 ",
              "no descriptor beside 0 to 2: " + open + run_in_handler(chain, "ls -l /proc/self/fd"));
    });
  }

  void closed_standard_descriptors() {
    const std::string problem = [] {
      try {
        const Sandbox sandbox;
        const std::string server = "'" + program("echo-server") +
                                   "' --bind tcp://127.0.0.1:0 --name bare --pidfile '" + (sandbox / "pid") +
                                   "' --log '" + (sandbox / "log") + "' --lines --rollback-window 50ms";
        write_file(sandbox / "run", "exec " + server + " <&- >&- 2>&-\n");
        Process process = sandbox.start({"/bin/sh", sandbox / "run"});
        const std::string control = sandbox.control_path("bare");
        for (int round = 0; round < 3; ++round) {
          const pid_t before = wait_for_pidfile(sandbox / "pid");
          Client client(target_of(control));
          require(client.ask("PID?") == std::to_string(before), "it serves");
          client.half_close();
          require(client.at_end(), "the conversation ends");
          ::kill(before, SIGUSR1);
          wait_for_pidfile(sandbox / "pid", before);
          eventually([&] { return !is_alive(before); }, "the old one goes");
        }
        const pid_t last = wait_for_pidfile(sandbox / "pid");
        Client client(target_of(control));
        require(client.ask("a line") == "a line", "nothing was mixed up with descriptors 0 to 2");
        ::kill(last, SIGTERM);
        require(client.ask("another") == "another", "it drains");
        return std::string();
      } catch (const std::exception& error) {
        return std::string(error.what());
      }
    }();
    QVERIFY2(problem.empty(), problem.c_str());
  }
};

QTEST_GUILESS_MAIN(RestartHandoff)
#include "restart_handoff.moc"
