#include <signal.h>
#include <sys/socket.h>

#include <QTest>
#include <algorithm>
#include <filesystem>
#include <functional>

#include "restart/chain.hpp"
#include "support/load.hpp"
#include "support/snapshot.hpp"

using namespace testing;

namespace {

const std::string variable = "FILE_DESCRIPTOR_SERVER_PATH";

/// A stand-in for a server of the Ruby gem, whose start command runs whatever next() has said last.
class Gem {
 public:
  explicit Gem(const std::string& bind, const std::string& hand_over = "listener")
      : process_(sandbox_.start({"python3", fixture_file("gem_server.py"), "--bind",
                                 bind == "unix" ? "unix://" + (sandbox_ / "listen") : "tcp://127.0.0.1:0",
                                 "--pidfile", pidfile(), "--start-command",
                                 "sh " + (sandbox_ / "next") + " {bind}", "--hand-over", hand_over})) {
    target_ = after("serves ");
    fds_ = after("fds ");
  }

  /// What USR1 is to start; $1 is the server's bind.
  void next(const std::string& script) { write_file(sandbox_ / "next", script + "\n"); }
  /// The command line of a sane replacement.
  [[nodiscard]] std::string good(const std::string& name = "echo-server") const {
    return "exec '" + program(name) + "' --name from-gem --pidfile '" + pidfile() + "' --log '" + log() +
           "' --log-level debug --rollback-window 0 ";
  }
  void usr1() const { process_.signal(SIGUSR1); }
  /// Starts a sane replacement and waits until it is in charge; its pid.
  pid_t replace(const std::string& command) {
    next(command);
    usr1();
    const pid_t live = wait_for_pidfile(pidfile(), process_.pid());
    wait_for_line(log(), "generation 1 serves");
    return live;
  }
  /// USR1 to the one that the pidfile names; waits for the end of restart number `number`.
  pid_t restart(int number) const {
    const pid_t before = live();
    ::kill(before, SIGUSR1);
    wait_for_line(log(), "restart " + std::to_string(number) + ": draining");
    return wait_for_pidfile(pidfile(), before);
  }
  /// It serves as if nothing had happened.
  void require_undisturbed() const {
    require(Client(target_).ask("PID?") == std::to_string(process_.pid()), "it goes on serving");
    require(live() == process_.pid(), "the pidfile still names it");
    require(!std::filesystem::exists(sandbox_ / "listen.lock"), "no lock is left beside its path");
  }

  [[nodiscard]] const Sandbox& sandbox() const { return sandbox_; }
  [[nodiscard]] Process& process() { return process_; }
  [[nodiscard]] std::string pidfile() const { return sandbox_ / "pid"; }
  [[nodiscard]] std::string log() const { return sandbox_ / "log"; }
  [[nodiscard]] const std::string& target() const { return target_; }
  [[nodiscard]] const std::string& fds() const { return fds_; }
  [[nodiscard]] pid_t live() const { return read_pidfile(pidfile()).value_or(0); }

 private:
  std::string after(const std::string& word) const {
    const std::string line = wait_for_line(process_.output_path(), word);
    return line.substr(line.find(word) + word.size());
  }

  Sandbox sandbox_;
  Process process_;
  std::string target_;
  std::string fds_;
};

void check(const std::string& bind, const std::function<void(Gem&)>& body) {
  std::string problem;
  std::optional<Gem> gem;
  try {
    gem.emplace(bind);
    body(*gem);
  } catch (const std::exception& error) {
    problem = error.what();
    if (gem) std::fputs((read_file(gem->log()) + gem->process().standard_error()).c_str(), stderr);
  }
  QVERIFY2(problem.empty(), problem.c_str());
}

bool handles(pid_t pid, int signal) {
  const std::string status = read_file("/proc/" + std::to_string(pid) + "/status");
  const std::string word = "SigCgt:\t";
  const std::size_t at = status.find(word);
  if (at == std::string::npos) return false;
  return (std::stoull(status.substr(at + word.size()), nullptr, 16) >> (signal - 1) & 1) != 0;
}

bool mentions_variable(pid_t pid) {
  const std::vector<std::string> all = Snapshot::of(pid).environment;
  return std::any_of(all.begin(), all.end(), [](const auto& one) { return one.starts_with(variable); });
}

}  // namespace

/// A running server of the Ruby gem is replaced, and nobody notices.
class RestartFromGem : public QObject {
  Q_OBJECT

 private slots:
  void under_load_data() {
    QTest::addColumn<QString>("program");
    QTest::addColumn<QString>("bind");
    for (const char* const bind : {"tcp", "unix"}) {
      for (const char* const program : {"echo-server", "thread-pool-server", "any-loop-server"})
        QTest::addRow("%s %s", program, bind) << program << bind;
    }
  }
  void under_load() {
    QFETCH(QString, program);
    QFETCH(QString, bind);
    check(bind.toStdString(), [&](Gem& gem) {
      const std::string its_pid = std::to_string(gem.process().pid());
      Client early(gem.target());
      require(early.ask("PID?") == its_pid, "a conversation with the gem begins");
      // New connections all the time, and conversations that end and begin anew.
      Load load(gem.sandbox(), {"--target", gem.target(), "--short", "--half-close", "--rate", "200",
                                "--long", "30", "--turns", "10", "--pace", "0.02", "--timeout", "20"});
      const pid_t first = gem.replace(gem.good(program.toStdString()) + "--lines --bind $1");
      const std::string line = wait_for_line(gem.log(), "took over from the Ruby server");
      require(line.find("(process " + its_pid + "): " + gem.target()) != std::string::npos,
              "it is said who was replaced and where: " + line);
      require(Client(gem.target()).ask("PID?") == std::to_string(first), "the new one serves");
      wait_for_line(gem.log(), "listening on " + gem.target());

      require(early.ask("still there") == "still there", "the conversation with the gem goes on");
      early.half_close();
      require(early.at_end(), "and ends properly");
      require(gem.process().wait_exit() == exited(0), "the gem drains and exits");

      const pid_t second = gem.restart(1);
      require(!mentions_variable(second), "the variable is not handed on");
      const pid_t third = gem.restart(2);
      require(third != second && second != first, "restarts go on as always");
      require(!mentions_variable(third), "nor to later ones");
      const QJsonObject account = load.finish();
      require(Load::lost(account) == 0, "nothing is lost: " + Load::text(account));

      require(!std::filesystem::exists(gem.sandbox() / "listen.lock"), "the path is nobody's of ours");
      ::kill(third, SIGTERM);
      eventually([&] { return gem.sandbox().tree().pids().empty(); }, "all processes end");
      require(bind == "tcp" || std::filesystem::is_socket(gem.sandbox() / "listen"),
              "the path is not removed, since it was not ours");
    });
  }

  /// Whatever is wrong with the new program, and can be known before, the gem never learns of it.
  void failures_leave_it_serving_data() {
    QTest::addColumn<QString>("bind");
    QTest::addColumn<QString>("script");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("reason");
    for (const char* const bind : {"tcp", "unix"}) {
      const auto add = [bind](const char* name, const QString& script, int code, const QString& reason) {
        QTest::addRow("%s, %s", bind, name) << bind << script << code << reason;
      };
      add("program is missing", "exec /nowhere/server", 127, "not found");
      add("bad option", "GOOD --bind $1 --backlog 0", 2, "backlog");
      add("pidfile in a directory that is missing", "ECHO --bind $1 --pidfile /nowhere/pid", 2,
          "/nowhere/pid");
      add("another bind fails", "GOOD --bind $1 --bind unix:///nowhere/socket", 2, "/nowhere/socket");
      add("bind that nobody uses", "GOOD --bind tcp://127.0.0.1:0", 2, "it listens on GEM)");
      add("bind of another program", "GOOD --bind OTHER", 2, "another program listens there");
      add("bind of another program beside the right one", "GOOD --bind $1 --bind OTHER", 2,
          "hands one socket over");
      add("path of a server of ours", "GOOD --bind unix://OURS", 2, "in use by a living server");
    }
    QTest::newRow("tcp, another address at that port")
        << "tcp"
        << "GOOD --bind tcp://0.0.0.0:${1##*:}" << 2 << "it listens on GEM)";
  }
  void failures_leave_it_serving() {
    QFETCH(QString, bind);
    QFETCH(QString, script);
    QFETCH(int, code);
    QFETCH(QString, reason);
    check(bind.toStdString(), [&](Gem& gem) {
      const Gem other("tcp");
      const std::string ours = gem.sandbox() / "ours";
      std::optional<Process> of_ours;
      if (script.contains("OURS")) {
        of_ours.emplace(gem.sandbox().start({program("echo-server"), "--bind", "unix://" + ours}));
        wait_for_line(of_ours->output_path(), "generation 1 serves");
      }
      script.replace("GOOD", QString::fromStdString(gem.good()));
      script.replace("ECHO", QString::fromStdString("exec '" + program("echo-server") + "'"));
      script.replace("OTHER", QString::fromStdString(other.target()));
      script.replace("OURS", QString::fromStdString(ours));
      reason.replace("GEM", QString::fromStdString(gem.target()));
      Client early(gem.target());
      gem.next(script.toStdString());
      gem.usr1();
      const std::string line = wait_for_line(gem.process().output_path(), " ended with ");
      require(line.ends_with(" ended with " + std::to_string(code)), "it fails as expected: " + line);
      const std::string said = gem.process().standard_error();
      require(said.find(reason.toStdString()) != std::string::npos, "it says why: " + said);
      gem.require_undisturbed();
      require(early.ask("hello") == "hello", "a conversation goes on");
      require(Client(other.target()).ask("hello") == "hello", "and others were left alone");
      // The next one is better.
      const pid_t live = gem.replace(gem.good() + "--lines --bind $1");
      require(Client(gem.target()).ask("PID?") == std::to_string(live), "the next attempt succeeds");
    });
  }

  void garbage_in_the_variable_data() {
    QTest::addColumn<QString>("preparation");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("reason");
    const auto add = [](const char* name, const QString& preparation, const QString& value,
                        const QString& reason) { QTest::newRow(name) << preparation << value << reason; };
    const auto python = [](const QString& socket_type, const QString& then) {
      return "python3 -c 'import socket, time\ns = socket.socket(socket.AF_UNIX, socket." + socket_type +
             ")\ns.bind(\"made\")\n" + then + "'";
    };
    const QString listening = "s.listen()\nopen(\"listens\", \"w\")\ntime.sleep(1000)";
    const QString wait = " &\nuntil [ -e listens ]; do sleep 0.01; done\nrm listens";
    add("empty", "", "", "is set but empty");
    add("relative", "", "made", "not an absolute path");
    add("too long", "", "/" + QString(107, 'x'), "108 bytes");
    add("missing", "", "$PWD/made", "there is nothing");
    add("FIFO", "mkfifo made", "$PWD/made", "not a socket");
    add("regular file", "touch made", "$PWD/made", "not a socket");
    add("directory", "mkdir made", "$PWD/made", "not a socket");
    add("link to a socket", python("SOCK_STREAM", "s.listen()") + "; ln -s made link", "$PWD/link",
        "not a socket");
    add("nobody listens", python("SOCK_STREAM", "s.listen()"), "$PWD/made", "nobody listens there");
    add("socket of another kind", python("SOCK_SEQPACKET", listening) + wait, "$PWD/made", "cannot connect");
    add("never answers", python("SOCK_STREAM", listening) + wait, "$PWD/made", "within restart_timeout");
    add("full queue",
        python("SOCK_STREAM", "s.listen(0)\nc = socket.socket(socket.AF_UNIX)\nc.connect(\"made\")\n" +
                                  listening.section('\n', 1)) +
            wait,
        "$PWD/made", "cannot connect");
  }
  void garbage_in_the_variable() {
    QFETCH(QString, preparation);
    QFETCH(QString, value);
    QFETCH(QString, reason);
    const Gem gem("tcp");  // whose address is in use, so that the variable is followed to its end
    const Sandbox sandbox;
    write_file(sandbox / "run", preparation.toStdString() + "\nls -R >tmp/before\n" + variable + "=\"" +
                                    value.toStdString() + "\" exec '" + program("echo-server") +
                                    "' --bind '" + gem.target() + "' --pidfile pid --restart-timeout 0.2\n");
    Process process = sandbox.start({"/bin/bash", sandbox / "run"});
    const auto said = [&] { return process.standard_error(); };
    QCOMPARE(process.wait_exit(), exited(2));
    QVERIFY2(said().starts_with("error: " + variable + " '"), said().c_str());
    QVERIFY2(said().find(reason.toStdString()) != std::string::npos, said().c_str());
    std::vector<std::string> left = sandbox.directory().entries();
    std::erase_if(left, [](const std::string& name) {
      return name == "run" || name == "tmp" || name == "tmp/before" || name == "made" || name == "link" ||
             name == "control";
    });
    std::string names;
    for (const std::string& name : left) names += name + " ";
    QVERIFY2(names.empty(), names.c_str());
    gem.require_undisturbed();
  }

  /// What comes is not what was promised. By then it is too late for the gem, so it is said clearly.
  void garbage_instead_of_the_listener_data() {
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("bind");
    QTest::addColumn<QString>("reason");
    QTest::newRow("two descriptors") << "two"
                                     << "right"
                                     << "sent 2 descriptors instead of its one listening socket";
    QTest::newRow("a pipe") << "pipe"
                            << "right"
                            << "it is not a socket. By now it does not accept any more";
    QTest::newRow("no descriptor") << "data"
                                   << "right"
                                   << "sent 0 descriptors";
    QTest::newRow("nothing") << "nothing"
                             << "right"
                             << "sent no descriptor before it closed the connection";
    QTest::newRow("silence") << "silence"
                             << "right"
                             << "within restart_timeout";
    QTest::newRow("another listener") << "listener"
                                      << "other"
                                      << "is not the socket of bind";
  }
  void garbage_instead_of_the_listener() {
    QFETCH(QString, what);
    QFETCH(QString, bind);
    QFETCH(QString, reason);
    const Gem gem("tcp", what.toStdString());
    const Gem other("tcp");
    // Started by somebody else than the gem, it cannot look into the gem's process before.
    Process process = gem.sandbox().start(
        {program("echo-server"), "--bind", bind == "other" ? other.target() : gem.target(), "--pidfile",
         gem.sandbox() / "new-pid", "--restart-timeout", "0.2"},
        {{variable, gem.fds()}});
    QCOMPARE(process.wait_exit(), exited(2));
    const std::string said = process.standard_error();
    QVERIFY2(said.starts_with("error: " + variable + " '" + gem.fds() + "': "), said.c_str());
    QVERIFY2(said.find(reason.toStdString()) != std::string::npos, said.c_str());
    QVERIFY(!std::filesystem::exists(gem.sandbox() / "new-pid"));
    other.require_undisturbed();
  }

  /// While the gem takes its time, whoever stops the new one is heard.
  void told_to_stop_while_the_gem_takes_its_time_data() {
    QTest::addColumn<bool>("twice");
    QTest::newRow("once") << false;
    QTest::newRow("twice") << true;
  }
  void told_to_stop_while_the_gem_takes_its_time() {
    QFETCH(const bool, twice);
    check("tcp", [&](Gem& gem) {
      Client early(gem.target());
      require(early.ask("PID?") == std::to_string(gem.process().pid()), "a conversation with the gem begins");
      gem.process().signal(SIGSTOP);
      Process process =
          gem.sandbox().start({program("echo-server"), "--bind", gem.target(), "--pidfile",
                               gem.sandbox() / "new-pid", "--log", gem.log(), "--restart-timeout", "60"},
                              {{variable, gem.fds()}});
      // A signal that comes before there is a handler would simply end it.
      eventually([&] { return handles(process.pid(), SIGTERM); }, "it handles signals");
      Client waiting(gem.target());
      waiting.send_line("served before the end");
      waiting.half_close();
      process.signal(SIGTERM);
      wait_for_line(gem.log(), "ending in order as soon as the Ruby server has handed its socket over");
      if (twice) {
        process.signal(SIGTERM);
        require(process.wait_exit() == exited(1), "the second time ends it at once");
        gem.process().signal(SIGCONT);
        return;
      }
      gem.process().signal(SIGCONT);
      require(waiting.read_all() == "served before the end\n", "who waited in the queue is served");
      require(process.wait_exit() == exited(0), "it ends in order");
      early.half_close();
      require(early.at_end(), "so does the conversation with the gem");
      require(gem.process().wait_exit() == exited(0), "and the gem itself");
      require(!std::filesystem::exists(gem.sandbox() / "new-pid"), "no pidfile is left");
    });
  }

  void handlers_do_not_see_the_variable() {
    check("tcp", [](Gem& gem) {
      gem.replace("export UNINTERRUPTIBLE_BIND=$1 UNINTERRUPTIBLE_LOG_PATH='" + gem.log() + "' PID_FILE='" +
                  gem.pidfile() + "'\nexec '" + program("command-server") + "'");
      Client client(gem.target());
      client.send_line("RUN env");
      const std::string environment = client.read_all();
      require(environment.find("PID_FILE=") != std::string::npos, "that is an environment");
      require(environment.find(variable) == std::string::npos, "without the variable: " + environment);
    });
  }

  /// A restart by our own kind wins over a leftover of the gem's.
  void restart_of_our_own_wins() {
    const Sandbox sandbox;
    Process old_one = sandbox.start({"python3", fixture_file("peer.py"), "old", program("echo-server"),
                                     "--bind", "tcp://127.0.0.1:0", "--log", sandbox / "log"},
                                    {{variable, "garbage"}});
    QVERIFY2(old_one.wait_exit() == exited(0),
             (old_one.standard_error() + read_file(sandbox / "log")).c_str());
  }
};

QTEST_GUILESS_MAIN(RestartFromGem)
#include "restart_from_gem.moc"
