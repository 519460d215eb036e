#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QJsonArray>
#include <QtTest>
#include <system_error>

#include "seed/seed_support.hpp"
#include "support/control.hpp"

using namespace testing;

namespace {

/// A client with an address of its choice; those of 127.0.0.0/8 are all ours.
class ClientFrom {
 public:
  ClientFrom(const std::string& source, const std::string& target)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    ::inet_pton(AF_INET, source.c_str(), &address.sin_addr);
    const bool bound = ::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    address.sin_port = htons(static_cast<in_port_t>(std::stoi(target.substr(target.rfind(':') + 1))));
    if (!bound || ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::system_error(errno, std::generic_category(), "connect from " + source + " to " + target);
    const timeval limit{.tv_sec = patience.count() / 1000, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  ClientFrom(ClientFrom&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ClientFrom& operator=(ClientFrom&&) = delete;
  ~ClientFrom() {
    if (fd_ >= 0) ::close(fd_);
  }

  void half_close() const { ::shutdown(fd_, SHUT_WR); }
  /// The answer to "hello"; "closed" when the server has closed the connection.
  [[nodiscard]] std::string ask() const {
    static_cast<void>(::send(fd_, "hello\n", 6, MSG_NOSIGNAL));
    char answer[6];
    const ssize_t got = ::recv(fd_, answer, sizeof answer, MSG_WAITALL);
    if (got == 6) return std::string(answer, 5);
    if (got == 0 || (got < 0 && (errno == ECONNRESET || errno == EPIPE))) return "closed";
    throw std::system_error(errno, std::generic_category(), "receive");
  }
  /// Waits for the end without having sent anything.
  [[nodiscard]] bool is_closed() const {
    char byte = 0;
    return ::recv(fd_, &byte, 1, 0) == 0;
  }

 private:
  int fd_;
};

std::string ask(const std::string& source, const std::string& target) {
  return ClientFrom(source, target).ask();
}

int connections_of(const Service& service) {
  return status_of(service.control())["generations"].toArray().at(0).toObject()["connections"].toInt();
}

}  // namespace

/// What the gem's README says of network restrictions.
class SeedNetworks : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { forget_configuration(); }
  void allowed_networks_lists_the_networks_that_clients_may_connect_from();
  void if_allowed_networks_is_blank_all_networks_are_allowed();
  void allowed_networks_falls_back_to_a_comma_separated_list_from_env();
  void process_request_tracks_the_number_of_active_connections_and_handles_network_restrictions_data();
  void process_request_tracks_the_number_of_active_connections_and_handles_network_restrictions();
  void network_restrictions_can_only_be_used_on_tcp_servers();
};

/// The README's own list, whose first network has host bits.
void SeedNetworks::allowed_networks_lists_the_networks_that_clients_may_connect_from() {
  const Sandbox sandbox;
  Process server = sandbox.start({program("echo-server"), "--bind", "tcp://127.0.0.1:0", "--bind",
                                  "tcp://[::1]:0", "--allow", "127.0.0.1/8", "--allow", "2001:db8::/32"});
  const std::string both = serves_on(server.output_path());
  const std::string v4 = both.substr(0, both.find(','));
  const std::string v6 = both.substr(both.find("tcp://[::1]"));
  for (const char* const source : {"127.0.0.1", "127.0.0.2", "127.200.3.4"})
    QCOMPARE(ask(source, v4), "hello");
  QVERIFY(Client(v6).at_end());
  wait_for_line(server.output_path(), "denied [::1]:");
  wait_for_line(server.output_path(), "127.0.0.1/8' has bits set behind its prefix; taken as 127.0.0.0/8");

  for (const char* const nonsense : {"example.com", "127.0.0.0/255.0.0.0", "127.0.0.0/33", "::1/129", ""}) {
    Process wrong =
        sandbox.start({program("echo-server"), "--bind", "tcp://127.0.0.1:0", "--allow", nonsense});
    const std::string reason = refusal_of(wrong);
    QVERIFY2(reason.find("allowed_networks '" + std::string(nonsense) + "'") != std::string::npos,
             reason.c_str());
  }
}

void SeedNetworks::if_allowed_networks_is_blank_all_networks_are_allowed() {
  Service service({.binds = {"tcp://127.0.0.1:0", "tcp://[::1]:0"}});
  for (const char* const source : {"127.0.0.1", "127.200.3.4"})
    QCOMPARE(ask(source, service.target(0)), "hello");
  QCOMPARE(Client(service.target(1)).ask("hello"), "hello");
}

void SeedNetworks::allowed_networks_falls_back_to_a_comma_separated_list_from_env() {
  Service service({.environment = {{"ALLOWED_NETWORKS", "10.0.0.0/8, 127.0.0.2,127.3.0.0/16"}}});
  for (int generation = 1; generation <= 2; ++generation) {  // a restart keeps it
    QCOMPARE(ask("127.0.0.2", service.target()), "hello");
    QCOMPARE(ask("127.3.9.9", service.target()), "hello");
    QCOMPARE(ask("127.0.0.1", service.target()), "closed");
    QCOMPARE(ask("127.4.0.1", service.target()), "closed");
    if (generation == 1) service.restart();
  }
  // Where it is set in code the environment does not count. (The Service looks from 127.0.0.1.)
  Service in_code(
      {.more = {"--lines", "--allow", "127.0.0.1"}, .environment = {{"ALLOWED_NETWORKS", "10.0.0.0/8"}}});
  QCOMPARE(ask("127.0.0.1", in_code.target()), "hello");
  QCOMPARE(ask("127.0.0.2", in_code.target()), "closed");
}

void SeedNetworks::
    process_request_tracks_the_number_of_active_connections_and_handles_network_restrictions_data() {
  QTest::addColumn<QString>("program");
  for (const char* const program : {"echo-server", "thread-pool-server"}) QTest::newRow(program) << program;
}

/// Here the restrictions hold before process_request, so that those denied take no worker of the pool and are
/// not counted.
void SeedNetworks::
    process_request_tracks_the_number_of_active_connections_and_handles_network_restrictions() {
  QFETCH(const QString, program);
  Service service({.program = program.toStdString(), .more = {"--lines", "--allow", "127.0.0.1"}});
  std::vector<ClientFrom> denied;
  for (int i = 0; i < 8; ++i) denied.emplace_back("127.0.0.2", service.target());
  std::vector<ClientFrom> allowed;
  for (int i = 0; i < 4; ++i) {
    allowed.emplace_back("127.0.0.1", service.target());
    QCOMPARE(allowed.back().ask(), "hello");
  }
  for (const ClientFrom& client : denied) QVERIFY(client.is_closed());
  QCOMPARE(connections_of(service), 4);
  allowed.pop_back();
  eventually([&] { return connections_of(service) == 3; }, "one less");
  const pid_t pid = service.pid();
  ::kill(pid, SIGTERM);
  wait_for_line(service.log(), "shutting down: 3 connections may finish");
  for (const ClientFrom& client : allowed) {
    client.half_close();
    QVERIFY(client.is_closed());
  }
  QCOMPARE(service.ended(pid), exited(0));
}

void SeedNetworks::network_restrictions_can_only_be_used_on_tcp_servers() {
  const Sandbox sandbox;
  Process server = sandbox.start(
      {program("echo-server"), "--bind", "unix://" + (sandbox / "s"), "--allow", "127.0.0.0/8"});
  const std::string reason = refusal_of(server);
  QVERIFY2(reason.find("applies to TCP addresses, and there are only unix ones") != std::string::npos,
           reason.c_str());
}

QTEST_GUILESS_MAIN(SeedNetworks)
#include "seed_networks.moc"
