#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QJsonArray>
#include <QtTest>
#include <filesystem>
#include <functional>
#include <optional>

#include "restart/chain.hpp"
#include "support/client.hpp"
#include "support/control.hpp"
#include "support/files.hpp"

using namespace testing;

namespace {

using Words = std::vector<std::string>;

/// Whether this command can be run here.
bool works(const Sandbox& sandbox, Words command) {
  command.emplace_back("true");
  try {
    return sandbox.start(command).wait_exit() == exited(0);
  } catch (const std::exception&) {
    return false;
  }
}

/// Puts a program under the rules for ordinary users, though it keeps its user: empty when it is one already.
Words unprivileged() {
  if (::geteuid() != 0) return {};
  return {"setpriv", "--bounding-set", "-net_bind_service,-dac_override,-dac_read_search"};
}

/// Runs a command with this hosts file in a mount namespace of its own, and without asking any server for
/// names.
Words with_hosts(const Sandbox& sandbox, const std::string& hosts) {
  write_file(sandbox / "hosts", hosts);
  write_file(sandbox / "nsswitch", "hosts: files\n");
  const std::string mounts = "mount --bind '" + (sandbox / "hosts") + "' /etc/hosts && mount --bind '" +
                             (sandbox / "nsswitch") + R"(' /etc/nsswitch.conf && exec "$@")";
  return {"unshare", "--mount", "sh", "-c", mounts, "sh"};
}

/// What the environment of a start lacks or is full of.
struct Start {
  const char* name;
  Words arguments;                ///< `{}` stands for the sandbox
  std::vector<const char*> said;  ///< on standard error; `{}` again
  std::function<void(const Sandbox&)> prepare{};
  bool as_ordinary_user = false;
  Words wrapper{};
};

std::string in(const Sandbox& sandbox, std::string text) {
  if (const std::size_t at = text.find("{}"); at != std::string::npos)
    text.replace(at, 2, sandbox.directory().path().string());
  return text;
}

void make_closed_directory(const Sandbox& sandbox) {
  std::filesystem::create_directory(sandbox / "closed");
  ::chmod((sandbox / "closed").c_str(), 0500);
}
void make_fifo(const Sandbox& sandbox) { ::mkfifo((sandbox / "fifo").c_str(), 0600); }

const std::vector<Start>& starts() {
  const char* const missing = "No such file or directory";
  const char* const denied = "Permission denied";
  static const std::vector<Start> all{
      {"address not local",
       {"--bind", "tcp://203.0.113.1:0"},
       {"tcp://203.0.113.1:0", "Cannot assign requested address"}},
      {"zone missing", {"--bind", "tcp://[fe80::1%nowhere]:0"}, {"tcp://[fe80::1%nowhere]:0"}},
      {"zone missing, as in a URI",
       {"--bind", "tcp://[fe80::1%25nowhere]:0"},
       {"tcp://[fe80::1%25nowhere]:0"}},
      {"privileged port", {"--bind", "tcp://127.0.0.1:1"}, {"tcp://127.0.0.1:1", denied}, {}, true},
      {"no interface is up",
       {"--bind", "tcp://127.0.0.1:0", "--bind", "tcp://[::1]:0"},
       {"tcp://[::1]:0", "assign requested address"},
       {},
       false,
       {"unshare", "--net"}},
      {"directory of unix path missing", {"--bind", "unix://{}/no/a.sock"}, {"{}/no/a.sock", missing}},
      {"directory of unix path closed",
       {"--bind", "unix://{}/closed/a.sock"},
       {"{}/closed/a.sock", denied},
       make_closed_directory,
       true},
      {"directory of pidfile missing", {"--pidfile", "{}/no/pid"}, {"{}/no/pid", missing}},
      {"directory of pidfile closed",
       {"--pidfile", "{}/closed/pid"},
       {"{}/closed/pid", denied},
       make_closed_directory,
       true},
      {"pidfile is a directory", {"--pidfile", "{}/tmp"}, {"{}/tmp", "directory"}},
      {"pidfile is a FIFO", {"--pidfile", "{}/fifo"}, {"{}/fifo", "not a regular file"}, make_fifo},
      {"pidfile is a device", {"--pidfile", "/dev/full"}, {"/dev/full", "not a regular file"}},
      {"pidfile is a symbolic link",
       {"--pidfile", "{}/link"},
       {"{}/link", "symbolic link"},
       [](const Sandbox& sandbox) { std::filesystem::create_symlink("target", sandbox / "link"); }},
      {"directory of log missing", {"--log", "{}/no/log"}, {"{}/no/log", missing}},
      {"directory of log closed",
       {"--log", "{}/closed/log"},
       {"{}/closed/log", denied},
       make_closed_directory,
       true},
      {"log is a directory", {"--log", "{}/tmp"}, {"{}/tmp", "Is a directory"}},
      {"log is a FIFO that nobody reads",
       {"--log", "{}/fifo"},
       {"{}/fifo", "No such device or address"},
       make_fifo},
      {"port out of range", {"--bind", "tcp://127.0.0.1:65536"}, {"port 65536 is not between 0 and 65535"}},
      {"credentials", {"--bind", "tcp://me:secret@127.0.0.1:0"}, {"a user or password has no place in it"}},
  };
  return all;
}

}  // namespace

/// Starts that cannot succeed: the reason is exact, and nothing is left of them. And addresses that are not
/// plain.
class RestartStarts : public QObject {
  Q_OBJECT

 private slots:
  void refused_data() {
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < starts().size(); ++i) QTest::newRow(starts()[i].name) << static_cast<int>(i);
  }
  void refused() {
    QFETCH(const int, index);
    const Start& start = starts()[static_cast<std::size_t>(index)];
    const Sandbox sandbox;
    Words command = start.as_ordinary_user ? unprivileged() : start.wrapper;
    if (!command.empty() && !works(sandbox, command)) QSKIP("not allowed here");
    if (std::string(start.name) == "privileged port" &&
        std::atoi(read_file("/proc/sys/net/ipv4/ip_unprivileged_port_start").c_str()) <= 1)
      QSKIP("every port is free for everybody here");
    if (start.prepare) start.prepare(sandbox);
    const std::vector<std::string> before = sandbox.directory().entries();

    // A path that is bound first, and goes again.
    command.insert(command.end(), {program("echo-server"), "--bind", "unix://" + (sandbox / "first.sock")});
    if (start.arguments.front() != "--pidfile") command.insert(command.end(), {"--pidfile", sandbox / "pid"});
    for (const std::string& word : start.arguments) command.push_back(in(sandbox, word));
    Process server = sandbox.start(command);
    const std::optional<Exit> exit = server.wait_exit();
    const std::string error = server.standard_error();
    QVERIFY2(exit == exited(2), error.c_str());
    for (const char* const part : start.said)
      QVERIFY2(error.find(in(sandbox, part)) != std::string::npos, error.c_str());
    std::vector<std::string> left = sandbox.directory().entries();
    std::erase(left, "control");  // the directory alone, for the next start
    for (const std::string& there : before) std::erase(left, there);
    QVERIFY2(left.empty(), left.empty() ? "" : left.front().c_str());
  }

  void port_in_use() {
    const Sandbox sandbox;
    Process first = sandbox.start({program("echo-server"), "--bind", "tcp://127.0.0.1:0", "--name", "first"});
    const std::string taken = target_of(sandbox.control_path("first"));
    Process second = sandbox.start({program("echo-server"), "--bind", taken, "--pidfile", sandbox / "pid"});
    QCOMPARE(second.wait_exit(), exited(2));
    const std::string error = second.standard_error();
    QVERIFY2(error.find("cannot listen at " + taken + ": Address already in use") != std::string::npos,
             error.c_str());
    QVERIFY(!std::filesystem::exists(sandbox / "pid"));
    QCOMPARE(Client(taken).ask("still here"), "still here");
  }

  /// It is written last of all, when all else has been made.
  void pidfile_cannot_be_written() {
    const Sandbox sandbox;
    Process server = sandbox.start({program("echo-server"), "--bind", "unix://" + (sandbox / "listen"),
                                    "--name", "unlucky", "--pidfile", sandbox / "pid"},
                                   {{"UNINTERRUPTIBLE_FAULT", "pidfile.replace:fail"}});
    QCOMPARE(server.wait_exit(), exited(2));
    QVERIFY(server.standard_error().find("cannot replace pidfile") != std::string::npos);
    for (const std::string& name : {sandbox / "pid", sandbox / "listen", sandbox.control_path("unlucky")})
      QVERIFY2(!std::filesystem::exists(name), name.c_str());
    QVERIFY(server.standard_output().find("has ended") == std::string::npos);
  }

  /// Each server closes a connection first, which leaves its port in TIME_WAIT.
  void stop_and_start_on_one_port() {
    const Sandbox sandbox;
    // An address that nothing else here uses, so that nobody takes the port meanwhile.
    const int pid = ::getpid();
    std::string bind = "tcp://127." + std::to_string(64 + (pid >> 14U) % 64) + "." +
                       std::to_string((pid >> 7U) % 128) + "." + std::to_string(1 + pid % 128) + ":0";
    for (int round = 0; round < 20; ++round) {
      Process server = sandbox.start(
          {program("echo-server"), "--bind", bind, "--name", "again", "--pidfile", sandbox / "pid"});
      wait_for_pidfile(sandbox / "pid");
      bind = target_of(sandbox.control_path("again"));
      Client client(bind);
      QCOMPARE(client.ask("hello"), "hello");
      QVERIFY(client.at_end());
      server.signal(SIGTERM);
      QCOMPARE(server.wait_exit(), exited(0));
    }
  }

  void link_local_address_with_its_zone() {
    const Sandbox sandbox;
    // A network of its own, where nobody minds one more address.
    const std::string network =
        R"(ip link set lo up && ip -6 address add fe80::1/64 dev lo nodad && exec "$@")";
    const Words wrapper{"unshare", "--net", "sh", "-c", network, "sh"};
    if (!works(sandbox, wrapper)) QSKIP("no network namespaces here");
    for (const char* const bind : {"tcp://[fe80::1%lo]:0", "tcp://[fe80::1%25lo]:0"}) {
      Words command = wrapper;
      command.insert(command.end(), {program("echo-server"), "--bind", bind, "--name", "zone", "--pidfile",
                                     sandbox / "pid", "--rollback-window", "0"});
      Process server = sandbox.start(command);
      const pid_t first = wait_for_pidfile(sandbox / "pid");
      const std::string target = target_of(sandbox.control_path("zone"));
      QVERIFY2(target.starts_with("tcp://[fe80::1%lo]:"), target.c_str());
      ::kill(first, SIGUSR1);
      const pid_t second = wait_for_pidfile(sandbox / "pid", first);
      QCOMPARE(server.wait_exit(), exited(0));
      QCOMPARE(target_of(sandbox.control_path("zone")), target);
      ::kill(second, SIGTERM);
      eventually([&] { return sandbox.tree().pids().empty(); }, "it ends");
    }
  }

  void host_name_data() {
    QTest::addColumn<QString>("hosts");
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("error");
    QTest::newRow("second address is local") << "203.0.113.1 many.test\n127.0.0.1 many.test\n"
                                             << "tcp://127.0.0.1:"
                                             << "";
    QTest::newRow("two local ones") << "127.0.0.2 many.test\n127.0.0.1 many.test\n"
                                    << "tcp://127.0.0."
                                    << "";
    QTest::newRow("none is local") << "203.0.113.1 many.test\n203.0.113.2 many.test\n"
                                   << ""
                                   << "cannot listen at tcp://many.test:0: Cannot assign requested address";
    QTest::newRow("no address") << "127.0.0.1 other.test\n"
                                << ""
                                << "cannot resolve the host of tcp://many.test:0";
  }
  void host_name() {
    QFETCH(const QString, hosts);
    QFETCH(const QString, address);
    QFETCH(const QString, error);
    const Sandbox sandbox;
    Words command = with_hosts(sandbox, hosts.toStdString());
    if (!works(sandbox, command)) QSKIP("no mount namespaces here");
    command.insert(command.end(), {program("echo-server"), "--bind", "tcp://many.test:0", "--name", "names",
                                   "--pidfile", sandbox / "pid"});
    Process server = sandbox.start(command);
    if (error.isEmpty()) {
      const std::string target = target_of(sandbox.control_path("names"));
      QVERIFY2(target.starts_with(address.toStdString()), target.c_str());
      QCOMPARE(Client(target).ask("hello"), "hello");
      server.signal(SIGTERM);
      QCOMPARE(server.wait_exit(), exited(0));
      return;
    }
    QCOMPARE(server.wait_exit(), exited(2));
    const std::string said = server.standard_error();
    QVERIFY2(said.find(error.toStdString()) != std::string::npos, said.c_str());
    QVERIFY(!std::filesystem::exists(sandbox / "pid"));
  }

  /// The listener stays what it was, whatever the name means by now.
  void host_name_means_something_else_at_the_restart() {
    const Sandbox sandbox;
    Words command = with_hosts(sandbox, "127.0.0.1 one.test\n");
    if (!works(sandbox, command)) QSKIP("no mount namespaces here");
    command.insert(command.end(),
                   {program("echo-server"), "--bind", "tcp://one.test:0", "--name", "names", "--lines",
                    "--pidfile", sandbox / "pid", "--rollback-window", "50ms", "--log", sandbox / "log"});
    Process server = sandbox.start(command);
    pid_t pid = wait_for_pidfile(sandbox / "pid");
    const std::string target = target_of(sandbox.control_path("names"));
    int restarts = 0;
    for (const char* hosts : {"203.0.113.1 one.test\n", "127.0.0.1 other.test\n", "::1 one.test\n"}) {
      write_file(sandbox / "hosts", hosts);  // in place: the mount is of this file
      ::kill(pid, SIGUSR1);
      pid = wait_for_pidfile(sandbox / "pid", pid);
      wait_for_line(sandbox / "log", "restart " + std::to_string(++restarts) + ": final");
      QCOMPARE(target_of(sandbox.control_path("names")), target);
      QCOMPARE(Client(target).ask("PID?"), std::to_string(pid));
    }
    ::kill(pid, SIGTERM);
    eventually([&] { return sandbox.tree().pids().empty(); }, "all end");
  }
};

QTEST_GUILESS_MAIN(RestartStarts)
#include "restart_starts.moc"
