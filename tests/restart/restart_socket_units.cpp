#include <signal.h>

#include <QJsonArray>
#include <QTest>
#include <filesystem>
#include <functional>

#include "restart/chain.hpp"

using namespace testing;
namespace fs = std::filesystem;

namespace {

/// A server started by socket_manager.py, with the given sockets and binds.
class Unit {
 public:
  Unit(std::vector<std::string> sockets, const std::vector<std::string>& binds,
       const std::string& program_name = "echo-server") {
    for (std::string& text : sockets) {
      if (const std::size_t at = text.find("@"); at != std::string::npos)
        text.replace(at, 1, sandbox_.directory().path().string() + "/");
    }
    std::vector<std::string> words{"python3", fixture_file("socket_manager.py")};
    words.insert(words.end(), sockets.begin(), sockets.end());
    words.insert(words.end(), {"--", program(program_name)});
    Sandbox::Environment environment;
    if (program_name == "echo-server") {
      words.insert(words.end(), {"--name", "unit", "--pidfile", pidfile(), "--log", log(), "--lines",
                                 "--rollback-window", "0"});
      for (const std::string& bind : binds) words.insert(words.end(), {"--bind", bind});
    } else {
      environment = {{"UNINTERRUPTIBLE_BIND", binds.at(0)},
                     {"PID_FILE", pidfile()},
                     {"UNINTERRUPTIBLE_LOG_PATH", log()},
                     {"UNINTERRUPTIBLE_NAME", "unit"}};
    }
    first_.emplace(sandbox_.start(words, environment));
  }

  /// Waits until it serves; its addresses.
  std::vector<std::string> addresses() {
    QJsonArray all;
    const auto serves = [&] {
      try {
        all = status_of(control())["addresses"].toArray();
      } catch (const std::exception&) {
        if (pid() == 0 && !first_->is_alive())
          throw std::runtime_error("it ended:\n" + first_->standard_error() + read_file(log()));
      }
      return !all.isEmpty();
    };
    eventually(serves, "it serves");
    std::vector<std::string> found;
    for (const auto& address : all) found.push_back(address.toString().toStdString());
    return found;
  }
  pid_t restart() {
    const pid_t before = pid();
    const CliResult result = run_cli(sandbox_, {"-s", "unit", "restart", "--json"});
    require(result.exit == exited(0), "the restart succeeds:\n" + result.out + result.err);
    return wait_for_pidfile(pidfile(), before);
  }
  void stop() {
    ::kill(wait_for_pidfile(pidfile()), SIGTERM);
    eventually([&] { return sandbox_.tree().pids().empty(); }, "all processes end after TERM");
  }

  [[nodiscard]] const Sandbox& sandbox() const { return sandbox_; }
  [[nodiscard]] std::string pidfile() const { return sandbox_ / "pid"; }
  [[nodiscard]] std::string log() const { return sandbox_ / "log"; }
  [[nodiscard]] std::string control() const { return sandbox_.control_path("unit"); }
  [[nodiscard]] pid_t pid() const { return read_pidfile(pidfile()).value_or(0); }
  [[nodiscard]] Process& first() { return first_.value(); }

 private:
  Sandbox sandbox_;
  std::optional<Process> first_;
};

void check(const std::function<void()>& body) {
  std::string problem;
  try {
    body();
  } catch (const std::exception& error) {
    problem = error.what();
  }
  QVERIFY2(problem.empty(), problem.c_str());
}

void require_answer(const std::string& target, pid_t from) {
  Client client(target);
  require(client.ask("PID?") == std::to_string(from), target + " is served by " + std::to_string(from));
}

}  // namespace

/// Sockets that a service manager opened (LISTEN_FDS).
class RestartSocketUnits : public QObject {
  Q_OBJECT

 private slots:
  void matched_by_address_and_passed_on() {
    check([] {
      Unit unit({"tcp"}, {"{0}"});
      const std::string target = unit.addresses().at(0);
      require_answer(target, unit.first().pid());
      Client client(target);
      require(client.ask("before").has_value(), "a conversation begins");
      for (int round = 0; round < 3; ++round) {
        require_answer(target, unit.restart());
        require(unit.addresses().at(0) == target, "the address stays");
      }
      require(client.ask("after") == "after", "the conversation goes on");
      client.half_close();
      require(client.at_end(), "and ends");
      unit.stop();
    });
  }

  void matched_by_name() {
    check([] {
      Unit unit({"--names", "web", "tcp"}, {"fd://web"});
      const std::string target = unit.addresses().at(0);
      require(target.starts_with("tcp://127.0.0.1:"), "the real address is shown: " + target);
      require_answer(target, unit.first().pid());
      require_answer(target, unit.restart());
      unit.stop();
    });
  }

  void several_of_every_kind() {
    check([] {
      Unit unit({"--names", "web:web:local:admin", "tcp", "tcp", "unix:@local.sock", "tcp"},
                {"fd://web", "{3}", "fd://web", "fd://local", "tcp://127.0.0.1:0"});
      const std::vector<std::string> targets = unit.addresses();
      require(targets.size() == 5, "all are served");
      require(targets[0] != targets[2], "two of one name are two");
      require(targets[3] == "unix://" + (unit.sandbox() / "local.sock"), "the unix one: " + targets[3]);
      for (const std::string& target : targets) require_answer(target, unit.first().pid());
      const pid_t next = unit.restart();
      require(unit.addresses() == targets, "they stay what they were");
      for (const std::string& target : targets) require_answer(target, next);
      unit.stop();
    });
  }

  /// Its file is the service manager's, also after restarts and after the end.
  void unix_paths_are_never_unlinked_data() {
    QTest::addColumn<QString>("bind");
    QTest::newRow("by name") << "fd://local";
    QTest::newRow("by path") << "{0}";
  }
  void unix_paths_are_never_unlinked() {
    QFETCH(QString, bind);
    check([&] {
      Unit unit({"--names", "local", "unix:@local.sock"}, {bind.toStdString()});
      const std::string target = unit.addresses().at(0);
      const std::string path = unit.sandbox() / "local.sock";
      const auto written = fs::last_write_time(path);
      require_answer(target, unit.first().pid());
      require_answer(target, unit.restart());
      require_answer(target, unit.restart());
      require(!fs::exists(path + ".lock"), "no lock file beside it");
      unit.stop();
      require(fs::exists(path) && fs::last_write_time(path) == written, "it is the one it was");
    });
  }

  void those_meant_for_another_process_are_ignored() {
    check([] {
      Unit unit({"--pid", "1", "--names", "web", "tcp"}, {"tcp://127.0.0.1:0"});
      const std::string target = unit.addresses().at(0);
      require_answer(target, unit.first().pid());
      require_answer(target, unit.restart());
      unit.stop();
    });
  }

  void what_is_wrong_is_refused_and_nothing_written_data() {
    QTest::addColumn<QStringList>("sockets");
    QTest::addColumn<QStringList>("binds");
    QTest::addColumn<QStringList>("said");
    const auto row = [](const char* name, const QStringList& sockets, const QStringList& binds,
                        const QStringList& said) { QTest::newRow(name) << sockets << binds << said; };
    row("garbage", {"--fds", "x", "tcp"}, {"{0}"}, {"LISTEN_FDS 'x'", "whole number"});
    row("empty", {"--fds", "", "tcp"}, {"{0}"}, {"LISTEN_FDS ''", "set but empty"});
    row("more than there are", {"--fds", "2", "tcp"}, {"{0}"}, {"LISTEN_FDS '2'", "descriptor 4"});
    row("a datagram socket", {"udp"}, {"tcp://127.0.0.1:0"},
        {"LISTEN_FDS '1'", "descriptor 3", "not a stream socket", "ListenStream="});
    row("a packet socket", {"packet:@p"}, {"tcp://127.0.0.1:0"}, {"descriptor 3", "not a stream socket"});
    row("not listening", {"tcp", "idle"}, {"{0}"},
        {"LISTEN_FDS '2'", "descriptor 4", "not listening", "Accept=no"});
    row("a file", {"file"}, {"tcp://127.0.0.1:0"}, {"LISTEN_FDS '1'", "descriptor 3", "not a socket"});
    row("names for others", {"--names", "a:b", "tcp"}, {"fd://a"}, {"LISTEN_FDNAMES 'a:b'", "2 names for 1"});
    row("no such name", {"--names", "web", "tcp"}, {"fd://admin"},
        {"bind 'fd://admin'", "FileDescriptorName=", "(fd://web)"});
    row("a name twice", {"--names", "web", "tcp"}, {"fd://web", "fd://web"},
        {"bind 'fd://web'", "taken already", "taken by bind 'fd://web'"});
    row("nobody's", {"--names", "web:admin", "tcp", "tcp"}, {"fd://web"},
        {"LISTEN_FDS: the passed socket tcp://127.0.0.1:", "(fd://admin)",
         "belongs to none of the binds ('fd://web')"});
    row("another address", {"tcp"}, {"tcp://127.0.0.1:0"},
        {"LISTEN_FDS: the passed socket", "belongs to none of the binds ('tcp://127.0.0.1:0')"});
    row("no manager", {"--pid", "-", "tcp"}, {"fd://web"}, {"bind 'fd://web'", "not both set"});
    row("meant for another", {"--pid", "1", "--names", "web", "tcp"}, {"fd://web"},
        {"bind 'fd://web'", "meant for process 1", "must exec it"});
  }
  void what_is_wrong_is_refused_and_nothing_written() {
    QFETCH(QStringList, sockets);
    QFETCH(QStringList, binds);
    QFETCH(QStringList, said);
    const auto plain = [](const QStringList& list) {
      std::vector<std::string> texts;
      for (const QString& one : list) texts.push_back(one.toStdString());
      return texts;
    };
    check([&] {
      Unit unit(plain(sockets), plain(binds));
      const std::optional<Exit> exit = unit.first().wait_exit();
      require(exit == exited(2),
              "it is refused as a configuration: " + (exit ? to_string(*exit) : "it runs"));
      const std::string text = unit.first().standard_error();
      for (const std::string& part : plain(said))
        require(text.find(part) != std::string::npos, "'" + part + "' is told: " + text);
      for (const std::string& name : unit.sandbox().directory().entries())
        require(name == "log" || name == "tmp" || name == "control" || name == "p",
                "nothing is left: " + name);
    });
  }

  void nobody_inherits_the_variables() {
    check([] {
      Unit unit({"--names", "web", "tcp"}, {"fd://web"}, "command-server");
      const std::string target = unit.addresses().at(0);
      const auto require_clean = [&] {
        Client client(target);
        client.send_line("RUN env");
        const std::string variables = client.read_all();
        require(variables.find("UNINTERRUPTIBLE_NAME=unit") != std::string::npos, "env works: " + variables);
        require(variables.find("LISTEN_") == std::string::npos, "nothing of LISTEN_*: " + variables);
        Client again(target);
        again.send_line("RUN ls /proc/self/fd | tr '\\n' ' '");
        const std::string open = again.read_all();
        require(open == "0 1 2 3 ", "no descriptor but 0 to 2 and the directory that ls reads: " + open);
      };
      require_clean();
      const pid_t next = unit.restart();
      require_clean();
      const std::string given = read_file("/proc/" + std::to_string(next) + "/environ");
      require(given.find("UNINTERRUPTIBLE_HANDOFF=") != std::string::npos, "it was started by a restart");
      require(given.find("LISTEN_") == std::string::npos, "and got nothing of LISTEN_*");
      unit.stop();
    });
  }
};

QTEST_GUILESS_MAIN(RestartSocketUnits)
#include "restart_socket_units.moc"
