#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <QJsonArray>
#include <QtTest>
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "restart/service.hpp"
#include "support/campaign.hpp"
#include "support/client.hpp"
#include "support/control.hpp"
#include "support/files.hpp"

using namespace testing;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

std::string pid_text(pid_t pid) { return std::to_string(pid); }

int generations(const Service& service) {
  return static_cast<int>(status_of(service.control())["generations"].toArray().size());
}

void every_program() {
  QTest::addColumn<QString>("program");
  QTest::addColumn<QString>("bind");
  for (const char* const program : {"echo-server", "thread-pool-server", "any-loop-server"}) {
    for (const char* const bind : {"tcp://127.0.0.1:0", "unix://echo.sock"}) {
      QTest::addRow("%s %.4s", program, bind) << program << bind;
    }
  }
  for (const char* const program : {"echo-server", "thread-pool-server"})
    QTest::addRow("%s tls", program) << program << "tls://127.0.0.1:0";
}

/// The plan that a row of every_program() says.
Plan plan_of_row() {
  QFETCH(const QString, program);
  QFETCH(const QString, bind);
  return {.program = program.toStdString(), .binds = {bind.toStdString()}};
}

/// A socket at a path, as a program that knows nothing of us would leave it or listen on it.
class ForeignSocket {
 public:
  explicit ForeignSocket(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    if (::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(fd_, 8) != 0)
      throw std::system_error(errno, std::generic_category(), path);
  }
  ~ForeignSocket() { ::close(fd_); }
  ForeignSocket(const ForeignSocket&) = delete;
  ForeignSocket& operator=(const ForeignSocket&) = delete;

 private:
  int fd_;
};

ino_t inode_of(const std::string& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0 ? found.st_ino : 0;
}

}  // namespace

/// What the original does, and what every restart promises, on real processes.
class RestartParity : public QObject {
  Q_OBJECT

 private slots:
  void life_data() { every_program(); }
  void life();
  void term_with_nobody_connected_data() { every_program(); }
  void term_with_nobody_connected();
  void term_waits_for_a_client_data() { every_program(); }
  void term_waits_for_a_client();
  void second_term_ends_at_once_data() { every_program(); }
  void second_term_ends_at_once();
  void one_line_a_connection();
  void several_binds_and_their_ports_stay();
  void requests_during_a_restart_are_remembered_once();
  void request_in_the_trial_is_remembered();
  void request_counts_from_the_pidfile_on_data();
  void request_counts_from_the_pidfile_on();
  void several_generations_drain();
  void too_many_draining_generations_are_refused();
  void term_ends_all_generations();
  void wrappers_data();
  void wrappers();
  void stale_unix_socket_is_taken_over();
  void live_unix_socket_is_left_alone();
  void foreign_files_are_left_alone();
  void two_starts_at_once();
  void replaced_unix_socket_is_told_and_left_alone();
};

void RestartParity::life() {
  Service service(plan_of_row());
  const pid_t first = service.pid();
  Client early(service.target());
  QCOMPARE(early.ask("PID?"), pid_text(first));
  QCOMPARE(early.ask("hello"), "hello");

  const pid_t second = service.restart();
  QVERIFY(second != first);
  Client late(service.target());
  QCOMPARE(late.ask("PID?"), pid_text(second));
  QCOMPARE(early.ask("PID?"), pid_text(first));
  early.half_close();
  QVERIFY(early.at_end());
  QCOMPARE(service.ended(first), exited(0));
  QCOMPARE(late.ask("still there"), "still there");

  const pid_t third = service.restart();
  QCOMPARE(Client(service.target()).ask("PID?"), pid_text(third));
  late.half_close();
  QVERIFY(late.at_end());
  QCOMPARE(service.shut_down(), exited(0));
  QVERIFY(is_refused(service.target()));
  QCOMPARE(service.left_behind(), std::vector<std::string>{});
  QVERIFY(std::filesystem::is_empty(service.sandbox().control_directory()));
  QVERIFY(std::filesystem::is_empty(service.sandbox() / "tmp"));
}

void RestartParity::term_with_nobody_connected() {
  for (const int signal : {SIGTERM, SIGINT}) {
    Service service(plan_of_row());
    QCOMPARE(Client(service.target()).ask("PID?"), pid_text(service.pid()));
    const pid_t pid = service.pid();
    const auto begun = Clock::now();
    ::kill(pid, signal);
    QCOMPARE(service.ended(pid), exited(0));
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
    qInfo("ended after %lld ms", static_cast<long long>(took.count()));
    QVERIFY(took < 5s);
    QCOMPARE(service.left_behind(), std::vector<std::string>{});
  }
}

void RestartParity::term_waits_for_a_client() {
  for (const int signal : {SIGTERM, SIGINT}) {
    Service service(plan_of_row());
    const pid_t pid = service.pid();
    Client client(service.target());
    QCOMPARE(client.ask("PID?"), pid_text(pid));
    ::kill(pid, signal);
    wait_for_line(service.log(), "shutting down: 1 connections may finish");
    eventually([&] { return is_refused(service.target()); }, "new clients are refused");
    QCOMPARE(client.ask("served to the end"), "served to the end");
    QVERIFY(is_alive(pid));
    const auto begun = Clock::now();
    client.half_close();
    QVERIFY(client.at_end());
    QCOMPARE(service.ended(pid), exited(0));
    QVERIFY(Clock::now() - begun < 5s);
    QCOMPARE(service.left_behind(), std::vector<std::string>{});
  }
}

void RestartParity::second_term_ends_at_once() {
  Service service(plan_of_row());
  const pid_t pid = service.pid();
  Client client(service.target());
  QCOMPARE(client.ask("PID?"), pid_text(pid));
  ::kill(pid, SIGTERM);
  wait_for_line(service.log(), "shutting down");
  ::kill(pid, SIGTERM);
  QCOMPARE(service.ended(pid), exited(1));
  QCOMPARE(service.left_behind(), std::vector<std::string>{});
}

void RestartParity::one_line_a_connection() {
  Service service({.binds = {"tcp://127.0.0.1:0", "unix://echo.sock"}, .more = {}});
  for (const std::size_t bind : {0U, 1U}) {
    Client client(service.target(bind));
    QCOMPARE(client.ask("PID?"), "PID?");
    QVERIFY(client.at_end());
  }
  QCOMPARE(service.shut_down(), exited(0));
}

void RestartParity::several_binds_and_their_ports_stay() {
  Service service({.binds = {"tcp://127.0.0.1:0", "unix://a.sock", "tcp://[::1]:0", "tcp://127.0.0.1:0",
                             "unix://b.sock"}});
  const QJsonArray addresses = status_of(service.control())["addresses"].toArray();
  QVERIFY(service.target(0) != service.target(3));
  for (int round = 0; round < 3; ++round) {
    for (std::size_t bind = 0; bind < 5; ++bind)
      QCOMPARE(Client(service.target(bind)).ask("PID?"), pid_text(service.pid()));
    QVERIFY(service.target(2).starts_with("tcp://[::1]:"));
    service.restart();
    QCOMPARE(status_of(service.control())["addresses"].toArray(), addresses);
  }
  QCOMPARE(service.shut_down(), exited(0));
  QCOMPARE(service.left_behind(), std::vector<std::string>{});
}

/// The new process is kept from starting by a gate, so that all of it happens during one restart.
void RestartParity::requests_during_a_restart_are_remembered_once() {
  Service service({.start_command = R"(sh -c "while [ ! -e gate ]; do sleep 0.02; done; exec {}")"});
  const pid_t first = service.pid();
  ::kill(first, SIGUSR1);
  service.wait_for_step(1, "spawned");
  for (int times = 1; times <= 3; ++times) {
    ::kill(first, SIGUSR1);
    eventually([&] { return service.logged("another one is remembered") == times; }, "it is remembered");
  }
  QCOMPARE(Client(service.target()).ask("PID?"), pid_text(first));
  write_file(service.sandbox() / "gate", "");
  service.wait_for_step(2, "final");
  QCOMPARE(service.ended(first), exited(0));
  eventually([&] { return generations(service) == 1; }, "one generation is left");
  const QJsonObject status = status_of(service.control());
  QCOMPARE(status["generation"].toInt(), 3);
  QCOMPARE(status["restart_step"].toString(), "");
  QCOMPARE(service.logged("restart 3"), 0);
  QCOMPARE(service.shut_down(), exited(0));
}

void RestartParity::request_in_the_trial_is_remembered() {
  Service service({.trial = "300ms"});
  const pid_t first = service.pid();
  ::kill(first, SIGUSR1);
  const pid_t second = wait_for_pidfile(service.pidfile(), first);
  ::kill(second, SIGUSR1);  // whoever reads the pidfile now reaches the new one: it tells the other
  ::kill(first, SIGUSR1);
  service.wait_for_step(2, "final");
  QCOMPARE(service.ended(first), exited(0));
  QCOMPARE(service.ended(second), exited(0));
  QCOMPARE(Client(service.target()).ask("PID?"), pid_text(service.pid()));
  QCOMPARE(status_of(service.control())["generation"].toInt(), 3);
  QCOMPARE(service.logged("restart 3"), 0);
  QCOMPARE(service.shut_down(), exited(0));
}

void RestartParity::request_counts_from_the_pidfile_on_data() {
  QTest::addColumn<QString>("trial");
  QTest::newRow("no trial") << "0";
  QTest::newRow("short trial") << "20ms";
}

/// Each request comes as early as anybody can know whom to ask: while the one in charge still is the old one.
void RestartParity::request_counts_from_the_pidfile_on() {
  QFETCH(const QString, trial);
  Service service({.trial = trial.toStdString()});
  pid_t pid = service.pid();
  for (int round = 0; round < 25; ++round) {
    ::kill(pid, SIGUSR1);
    pid = wait_for_pidfile(service.pidfile(), pid);
  }
  service.wait_for_step(25, "draining");
  QCOMPARE(status_of(service.control())["generation"].toInt(), 26);
  QCOMPARE(service.shut_down(), exited(0));
}

void RestartParity::several_generations_drain() {
  Service service({.binds = {"tcp://127.0.0.1:0", "unix://echo.sock"}});
  std::vector<pid_t> pids;
  std::vector<Client> clients;
  for (int generation = 0; generation < 4; ++generation) {
    pids.push_back(generation == 0 ? service.pid() : service.restart());
    clients.emplace_back(service.target(static_cast<std::size_t>(generation % 2)));
    QCOMPARE(clients.back().ask("PID?"), pid_text(pids.back()));
  }
  QCOMPARE(generations(service), 4);
  for (const std::size_t index : {1U, 0U, 2U}) {  // in no order of age
    for (std::size_t other = 0; other < 4; ++other) {
      if (is_alive(pids[other])) QCOMPARE(clients[other].ask("PID?"), pid_text(pids[other]));
    }
    clients[index].half_close();
    QVERIFY(clients[index].at_end());
    eventually([&] { return !is_alive(pids[index]); }, "the generation of the client that left ends");
  }
  QCOMPARE(clients[3].ask("PID?"), pid_text(pids[3]));
  eventually([&] { return generations(service) == 1; }, "one generation is left");
  clients[3].half_close();
  QVERIFY(clients[3].at_end());
  QCOMPARE(service.shut_down(), exited(0));
}

void RestartParity::too_many_draining_generations_are_refused() {
  Service service({.environment = {{"UNINTERRUPTIBLE_MAX_DRAINING_GENERATIONS", "2"}}});
  const pid_t first = service.pid();
  Client oldest(service.target());
  QCOMPARE(oldest.ask("PID?"), pid_text(first));
  const pid_t second = service.restart();
  Client older(service.target());
  QCOMPARE(older.ask("PID?"), pid_text(second));
  const pid_t third = service.restart();

  ::kill(third, SIGUSR1);
  const std::string refusal =
      wait_for_line(service.log(), "the restart is refused: 2 generations drain already");
  for (const pid_t pid : {first, second}) {
    QVERIFY2(refusal.find("pid " + pid_text(pid) + ", 1 connections") != std::string::npos, refusal.c_str());
  }
  QVERIFY_EXCEPTION_THROWN(ControlClient(service.control()).ask("restart"), std::runtime_error);
  QCOMPARE(Client(service.target()).ask("PID?"), pid_text(third));

  oldest.half_close();
  QVERIFY(oldest.at_end());
  eventually([&] { return generations(service) == 2; }, "the oldest is gone");
  QVERIFY(service.restart() != third);
  QCOMPARE(older.ask("PID?"), pid_text(second));
  older.half_close();
  QVERIFY(older.at_end());
  QCOMPARE(service.shut_down(), exited(0));
}

void RestartParity::term_ends_all_generations() {
  Service service;
  const pid_t first = service.pid();
  Client older(service.target());
  QCOMPARE(older.ask("PID?"), pid_text(first));
  const pid_t second = service.restart();
  Client newer(service.target());
  QCOMPARE(newer.ask("PID?"), pid_text(second));
  ::kill(second, SIGTERM);
  wait_for_line(service.log(), "shutting down: 2 connections may finish");
  eventually([&] { return is_refused(service.target()); }, "new clients are refused");
  newer.half_close();
  QVERIFY(newer.at_end());
  QCOMPARE(older.ask("served to the end"), "served to the end");
  QVERIFY(is_alive(second));  // the live one leaves last
  older.half_close();
  QVERIFY(older.at_end());
  QCOMPARE(service.ended(first), exited(0));
  QCOMPARE(service.ended(second), exited(0));
  QCOMPARE(service.left_behind(), std::vector<std::string>{});
}

void RestartParity::wrappers_data() {
  QTest::addColumn<QString>("start_command");
  QTest::newRow("sh exec") << R"(sh -c "exec {}")";
  QTest::newRow("sh stays") << R"(sh -c "{}; true")";
  QTest::newRow("env") << R"(env SOMETHING=else {})";
  QTest::newRow("nice env sh") << R"(nice -n 1 env A=1 sh -c '{}; exit 3')";
}

void RestartParity::wrappers() {
  QFETCH(const QString, start_command);
  Service service({.start_command = start_command.toStdString()});
  for (int round = 0; round < 3; ++round) {
    const pid_t before = service.pid();
    Client client(service.target());
    QCOMPARE(client.ask("PID?"), pid_text(before));
    const pid_t after = service.restart();
    QCOMPARE(client.ask("PID?"), pid_text(before));
    QCOMPARE(Client(service.target()).ask("PID?"), pid_text(after));
    client.half_close();
    QVERIFY(client.at_end());
    eventually([&] { return !is_alive(before); }, "the old one goes");
  }
  ::kill(service.pid(), SIGTERM);
  eventually([&] { return service.sandbox().tree().pids().empty(); }, "nobody is left");
  QCOMPARE(service.left_behind(), std::vector<std::string>{});
}

void RestartParity::stale_unix_socket_is_taken_over() {
  const Plan plan{.binds = {"unix://echo.sock"}};
  Service service(plan);
  ::kill(service.pid(), SIGKILL);
  QCOMPARE(service.ended(service.pid()), killed_by(SIGKILL));
  const int crashes = rounds(2);
  for (int crash = 1; crash <= crashes; ++crash) {
    QVERIFY(is_refused(service.target()));
    QVERIFY(inode_of(service.sandbox() / "echo.sock") != 0);
    QVERIFY(inode_of(service.pidfile()) != 0);
    const pid_t before = service.pid();
    Process next = service.sandbox().start(service.command());
    wait_for_pidfile(service.pidfile(), before);
    QCOMPARE(Client(service.target()).ask("PID?"), pid_text(next.pid()));
    next.signal(crash < crashes ? SIGKILL : SIGTERM);
    QCOMPARE(next.wait_exit(), crash < crashes ? killed_by(SIGKILL) : exited(0));
  }
  QCOMPARE(service.left_behind(), std::vector<std::string>{});
}

void RestartParity::live_unix_socket_is_left_alone() {
  Service service({.binds = {"unix://echo.sock"}});
  const std::string path = service.sandbox() / "echo.sock";
  const ino_t inode = inode_of(path);
  for (const bool restarted : {false, true}) {
    if (restarted) service.restart();
    Process second =
        service.sandbox().start({program("echo-server"), "--name", "other", "--bind", "unix://" + path});
    QCOMPARE(second.wait_exit(), exited(2));
    QVERIFY2(second.standard_error().find(path) != std::string::npos, second.standard_error().c_str());
    QCOMPARE(inode_of(path), inode);
    QCOMPARE(Client(service.target()).ask("still here"), "still here");
  }
  QCOMPARE(service.shut_down(), exited(0));
}

void RestartParity::foreign_files_are_left_alone() {
  const Sandbox sandbox;
  const std::string path = sandbox / "there";
  const std::vector<std::string> command{program("echo-server"), "--bind", "unix://" + path};
  const auto refused = [&] {
    Process server = sandbox.start(command);
    const std::optional<Exit> exit = server.wait_exit();
    return exit == exited(2) && server.standard_error().find(path) != std::string::npos;
  };
  write_file(path, "precious");
  QVERIFY(refused());
  QCOMPARE(read_file(path), "precious");
  std::filesystem::remove(path);

  std::filesystem::create_directory(path);
  QVERIFY(refused());
  QVERIFY(std::filesystem::is_directory(path));
  std::filesystem::remove(path);

  {
    const ForeignSocket listening(path);
    const ino_t inode = inode_of(path);
    QVERIFY(refused());
    QCOMPARE(inode_of(path), inode);
  }
  Process server = sandbox.start(command);  // now nobody listens on it any more
  eventually([&] { return !is_refused("unix://" + path); }, "the stale one is taken over");
  server.signal(SIGTERM);
  QCOMPARE(server.wait_exit(), exited(0));
  QVERIFY(!std::filesystem::exists(path));
}

void RestartParity::two_starts_at_once() {
  for (int round = 0; round < 5; ++round) {
    const Sandbox sandbox;
    const std::vector<std::string> command = server_command(sandbox, {.binds = {"unix://echo.sock"}});
    Process one = sandbox.start(command);
    Process other = sandbox.start(command);
    eventually([&] { return !one.is_alive() || !other.is_alive(); }, "one of them gives up");
    Process& winner = one.is_alive() ? one : other;
    Process& loser = one.is_alive() ? other : one;
    QCOMPARE(loser.wait_exit(), exited(2));
    QCOMPARE(wait_for_pidfile(sandbox / "pid"), winner.pid());
    QCOMPARE(Client("unix://" + (sandbox / "echo.sock")).ask("PID?"), pid_text(winner.pid()));
    QCOMPARE(status_of(sandbox.control_path("served"))["pid"].toInt(), winner.pid());
    winner.signal(SIGTERM);
    QCOMPARE(winner.wait_exit(), exited(0));
    QVERIFY(!std::filesystem::exists(sandbox / "pid"));
    QVERIFY(!std::filesystem::exists(sandbox / "echo.sock"));
  }
}

void RestartParity::replaced_unix_socket_is_told_and_left_alone() {
  Service service({.binds = {"unix://echo.sock", "tcp://127.0.0.1:0"}});
  const std::string path = service.sandbox() / "echo.sock";
  Client before(service.target());
  QCOMPARE(before.ask("PID?"), pid_text(service.pid()));
  service.restart();
  QCOMPARE(service.logged("was removed or replaced"), 0);
  std::filesystem::remove(path);
  {
    const ForeignSocket other(path);
    const ino_t inode = inode_of(path);
    service.restart();
    QCOMPARE(service.logged("the socket " + path + " was removed or replaced by another program"), 1);
    QCOMPARE(Client(service.target(1)).ask("PID?"), pid_text(service.pid()));
    QCOMPARE(before.ask("still there"), "still there");
    before.half_close();
    QVERIFY(before.at_end());
    QCOMPARE(service.shut_down(), exited(0));
    QCOMPARE(inode_of(path), inode);
  }
  QCOMPARE(service.left_behind(), std::vector<std::string>{"echo.sock"});
}

QTEST_GUILESS_MAIN(RestartParity)
#include "restart_parity.moc"
