#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QtTest>
#include <filesystem>
#include <system_error>

#include "seed/seed_support.hpp"

using namespace testing;

namespace {

const std::string any_port = "tcp://127.0.0.1:0";

/// A port of this machine that is ours while this object lives.
class TakenPort {
 public:
  TakenPort() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    socklen_t length = sizeof address;
    if (::bind(fd_, reinterpret_cast<const sockaddr*>(&address), length) != 0 || ::listen(fd_, 1) != 0 ||
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length) != 0)
      throw std::system_error(errno, std::generic_category(), "take a port");
    number_ = ntohs(address.sin_port);
  }
  ~TakenPort() { ::close(fd_); }
  TakenPort(const TakenPort&) = delete;
  TakenPort& operator=(const TakenPort&) = delete;

  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int fd_;
  int number_ = 0;
};

}  // namespace

/// What the gem's README says of a server before it is restarted.
class SeedServing : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { forget_configuration(); }
  void to_build_a_server_all_you_need_to_do_is_implement_handle_request();
  void a_simple_echo_server_gets_a_line_and_puts_it_back();
  void configure_a_port_and_a_start_command_and_call_run();
  void bind_port_is_the_port_to_listen_on();
  void tcp_and_unix_sockets_are_both_supported();
  void a_unix_bind_is_a_path();
  void term_kills_the_server_allowing_all_connections_to_finish();
  void a_second_term_exits_immediately_with_1();
};

void SeedServing::to_build_a_server_all_you_need_to_do_is_implement_handle_request() {
  const Sandbox sandbox;
  Process server = sandbox.start({program("seed-server")}, {{"UNINTERRUPTIBLE_BIND", any_port}});
  const std::string target = serves_on(server.output_path());
  for (const std::string line : {"first", "second"}) QCOMPARE(Client(target).ask(line), line);
  server.signal(SIGTERM);
  QCOMPARE(server.wait_exit(), exited(0));
}

void SeedServing::a_simple_echo_server_gets_a_line_and_puts_it_back() {
  const Sandbox sandbox;
  Process server = sandbox.start({program("seed-server")}, {{"UNINTERRUPTIBLE_BIND", any_port}});
  const std::string target = serves_on(server.output_path());

  Client client(target);
  client.send("hello\nignored\n");
  QCOMPARE(client.read_all(), "hello\n");  // one line, then handle_request returns and the connection closes

  Client last(target);
  last.send("the end counts as the line's");
  last.half_close();
  QCOMPARE(last.read_all(), "the end counts as the line's\n");

  Client windows(target);
  windows.send("hello\r\n");
  QCOMPARE(windows.read_all(), "hello\n");

  Client silent(target);
  silent.half_close();
  QCOMPARE(silent.read_all(), "");
}

void SeedServing::configure_a_port_and_a_start_command_and_call_run() {
  const Sandbox sandbox;
  const std::string again = program("seed-server") + " 0";
  Process server = sandbox.start({program("seed-server"), "0", again},
                                 {{"PID_FILE", sandbox / "pid"}, {"UNINTERRUPTIBLE_ROLLBACK_WINDOW", "0"}});
  const std::string target = serves_on(server.output_path());
  QCOMPARE(Client(target).ask("hello"), "hello");
  QVERIFY(server.is_alive());  // run() stays until it is told to end

  server.signal(SIGUSR1);
  const pid_t next = wait_for_pidfile(sandbox / "pid", server.pid());
  QCOMPARE(server.wait_exit(), exited(0));
  QCOMPARE(command_line_of(next), (std::vector<std::string>{program("seed-server"), "0"}));
  QCOMPARE(Client(target).ask("hello again"), "hello again");
  ::kill(next, SIGTERM);
  QCOMPARE(wait_exit(next), exited(0));
}

/// Somebody else has the port, so that what is configured is what it finds taken.
void SeedServing::bind_port_is_the_port_to_listen_on() {
  const Sandbox sandbox;
  const TakenPort taken;
  const std::string number = std::to_string(taken.number());
  Process refused = sandbox.start({program("seed-server"), number});
  const std::string reason = refusal_of(refused);
  QVERIFY2(reason.find("tcp://0.0.0.0:" + number) != std::string::npos, reason.c_str());

  Process free = sandbox.start({program("seed-server"), "0"}, {{"PORT", number}});  // code before environment
  const std::string target = serves_on(free.output_path());
  QVERIFY2(target.starts_with("tcp://0.0.0.0:") && !target.ends_with(":" + number), target.c_str());
}

void SeedServing::tcp_and_unix_sockets_are_both_supported() {
  for (const char* const bind : {"tcp://127.0.0.1:0", "unix://echo.sock"}) {
    Service service({.binds = {bind}});
    QVERIFY(service.target().starts_with(std::string(bind).substr(0, 6)));
    QCOMPARE(answering(service.target()), service.pid());
    const pid_t next = service.restart();
    QCOMPARE(answering(service.target()), next);
    QCOMPARE(service.shut_down(), exited(0));
  }
}

void SeedServing::a_unix_bind_is_a_path() {
  const Sandbox sandbox;
  const std::string path = sandbox / "echo_server.sock";
  Process server = sandbox.start({program("echo-server"), "--bind", "unix://" + path});
  QCOMPARE(serves_on(server.output_path()), "unix://" + path);
  QVERIFY(std::filesystem::is_socket(path));
  QCOMPARE(Client("unix://" + path).ask("hello"), "hello");
  server.signal(SIGTERM);
  QCOMPARE(server.wait_exit(), exited(0));
  QVERIFY(!std::filesystem::exists(path));

  write_file(path, "somebody's work");  // the gem deletes what lies there; here it is refused
  Process other = sandbox.start({program("echo-server"), "--bind", "unix://" + path});
  const std::string reason = refusal_of(other);
  QVERIFY2(reason.find(path) != std::string::npos, reason.c_str());
  QCOMPARE(read_file(path), "somebody's work");
}

void SeedServing::term_kills_the_server_allowing_all_connections_to_finish() {
  Service service;
  const pid_t pid = service.pid();
  Client one(service.target());
  Client other(service.target());
  QCOMPARE(one.ask("before"), "before");
  QCOMPARE(other.ask("before"), "before");
  ::kill(pid, SIGTERM);
  eventually([&] { return is_refused(service.target()); }, "new clients are refused");
  for (Client* const client : {&one, &other}) {
    QVERIFY(is_alive(pid));
    QCOMPARE(client->ask("to the end"), "to the end");
    client->half_close();
    QVERIFY(client->at_end());
  }
  QCOMPARE(service.ended(pid), exited(0));
}

void SeedServing::a_second_term_exits_immediately_with_1() {
  Service service;
  const pid_t pid = service.pid();
  Client client(service.target());
  QCOMPARE(client.ask("stays"), "stays");
  ::kill(pid, SIGTERM);
  wait_for_line(service.log(), "shutting down");
  ::kill(pid, SIGTERM);
  QCOMPARE(service.ended(pid), exited(1));
}

QTEST_GUILESS_MAIN(SeedServing)
#include "seed_serving.moc"
