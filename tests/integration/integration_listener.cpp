#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/un.h>
#include <unistd.h>

#include <QtTest>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "net/listener.hpp"
#include "support/temp_dir.hpp"
#include "sys/listening_sockets.hpp"

using namespace uninterruptible;
using net::BindAddress;
using net::Listener;
using net::ListenOptions;
using net::open_listener;
using net::parse_bind;
using net::refuse_received;

namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t length = sizeof(sockaddr_storage);
  [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

Address local_address(int fd) {
  Address address;
  ::getsockname(fd, address.get(), &address.length);
  return address;
}

UniqueFd connect_to(const Listener& listener) {
  Address address = local_address(listener.socket.get());
  UniqueFd fd(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(fd.get(), address.get(), address.length) != 0) return {};
  return fd;
}

int option(int fd, int level, int name) {
  int value = -1;
  socklen_t length = sizeof value;
  ::getsockopt(fd, level, name, &value, &length);
  return value;
}

std::string port_of(const Listener& listener) {
  const std::string text = net::bound_address(listener.socket.get());
  return text.substr(text.rfind(':') + 1);
}

struct Refusal {
  int error = 0;
  std::string text{};
};

Refusal refusal(const BindAddress& bind) {
  try {
    static_cast<void>(open_listener(bind, {}));
    return {};
  } catch (const std::system_error& error) {
    return {error.code().value(), error.what()};
  }
}

Refusal refusal(const std::string& bind) { return refusal(parse_bind(bind)); }

/// A name that cannot be resolved, found out without asking any server: its one label is too long for DNS.
BindAddress unresolvable(std::uint16_t port) {
  BindAddress address = parse_bind("tcp://localhost:" + std::to_string(port));
  address.host = std::string(70, 'a');
  return address;
}

bool has_ipv6() {
  const UniqueFd fd(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  return fd && ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

class IntegrationListener : public QObject {
  Q_OBJECT

 private slots:
  void tcp_listens_and_answers() {
    for (const char* bind : {"tcp://127.0.0.1:0", "tcp://localhost:0", "tcp://[::1]:0"}) {
      if (std::string(bind).find("::") != std::string::npos && !has_ipv6()) continue;
      const Listener listener = open_listener(parse_bind(bind), {});
      const int fd = listener.socket.get();
      QVERIFY((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
      QVERIFY((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
      QCOMPARE(option(fd, SOL_SOCKET, SO_REUSEADDR), 1);
      QVERIFY(!listener.lock);
      const UniqueFd client = connect_to(listener);
      QVERIFY2(client, bind);
      QCOMPARE(refuse_received(fd, parse_bind(bind)), std::string());
    }
  }

  void accepted_connections_have_no_delay_and_are_kept_alive() {
    const Listener listener = open_listener(parse_bind("tcp://127.0.0.1:0"), {});
    const UniqueFd client = connect_to(listener);
    const UniqueFd accepted(::accept4(listener.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
    QVERIFY(accepted);
    QVERIFY(option(accepted.get(), IPPROTO_TCP, TCP_NODELAY) != 0);
    QVERIFY(option(accepted.get(), SOL_SOCKET, SO_KEEPALIVE) != 0);
    QCOMPARE(option(accepted.get(), IPPROTO_TCP, TCP_KEEPIDLE), 60);
  }

  void ipv6_takes_ipv6_only_whatever_the_system_says() {
    if (!has_ipv6()) QSKIP("no IPv6 on this host");
    const Listener six = open_listener(parse_bind("tcp://[::]:0"), {});
    QCOMPARE(option(six.socket.get(), IPPROTO_IPV6, IPV6_V6ONLY), 1);
    const Listener four = open_listener(parse_bind("tcp://0.0.0.0:" + port_of(six)), {});
    QVERIFY(connect_to(four));
  }

  void zones_are_numbers_or_names_of_interfaces() {
    if (!has_ipv6()) QSKIP("no IPv6 on this host");
    for (const char* bind : {"tcp://[::1%1]:0", "tcp://[::1%251]:0"}) {
      const Listener listener = open_listener(parse_bind(bind), {});
      QVERIFY2(connect_to(listener), bind);
      QCOMPARE(refuse_received(listener.socket.get(), parse_bind(bind)), std::string());
    }
    for (const char* bind :
         {"tcp://[fe80::1%nowhere]:0", "tcp://[fe80::1%25nowhere]:0", "tcp://[fe80::1%99999]:0"}) {
      const Refusal refused = refusal(std::string(bind));
      QVERIFY2(refused.error != 0 && refused.text.find(bind) != std::string::npos, refused.text.c_str());
    }
  }

  void failures_name_the_address_and_the_reason() {
    const Listener listener = open_listener(parse_bind("tcp://127.0.0.1:0"), {});
    const std::string taken = "tcp://127.0.0.1:" + port_of(listener);
    QCOMPARE(refusal(taken).error, EADDRINUSE);
    QVERIFY(refusal(taken).text.find(taken) != std::string::npos);
    QCOMPARE(refusal("tcp://192.0.2.1:0").error, EADDRNOTAVAIL);
    QVERIFY(refusal("tcp://192.0.2.1:0").text.find("tcp://192.0.2.1:0") != std::string::npos);
    QVERIFY(refusal(unresolvable(0)).text.find("cannot resolve the host of tcp://localhost:0") == 0);
    QVERIFY(refusal("tcp://[fe80::1%no-such-zone]:0").text.find("no-such-zone") != std::string::npos);
    QVERIFY(refusal("unix:///nowhere/at/all").text.find("/nowhere/at/all") != std::string::npos);
  }

  void unix_paths_carry_lock_and_identity() {
    const testing::TempDir dir;
    const BindAddress address = parse_bind("unix://" + (dir / "s"));
    ListenOptions options;
    options.unix_mode = 0600;
    const Listener listener = open_listener(address, options);
    QVERIFY(listener.lock);
    QVERIFY(listener.inode != 0);
    QCOMPARE(net::bound_address(listener.socket.get()), address.text);
    QCOMPARE(refuse_received(listener.socket.get(), address), std::string());
    QVERIFY(connect_to(listener));
    QCOMPARE(refusal(address.text).error, EADDRINUSE);
  }

  void a_port_that_closed_with_connections_is_free_at_once() {
    Listener listener = open_listener(parse_bind("tcp://127.0.0.1:0"), {});
    const std::string bind = "tcp://127.0.0.1:" + port_of(listener);
    UniqueFd client = connect_to(listener);
    pollfd waiting{listener.socket.get(), POLLIN, 0};
    QCOMPARE(::poll(&waiting, 1, 20'000), 1);
    UniqueFd served(::accept4(listener.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
    QVERIFY(served);
    served.reset();  // closing first leaves TIME_WAIT on the server's side
    client.reset();
    listener.socket.reset();
    QCOMPARE(refusal(bind).text, std::string());
  }

  void received_descriptors_are_not_believed() {
    const testing::TempDir dir;
    const Listener tcp = open_listener(parse_bind("tcp://127.0.0.1:0"), {});
    const Listener local = open_listener(parse_bind("unix://" + (dir / "s")), {});
    const BindAddress tcp_address = parse_bind("tcp://127.0.0.1:" + port_of(tcp));
    const BindAddress any_port = parse_bind("tcp://127.0.0.1:0");
    const BindAddress unix_address = local.address;
    const auto refused = [](int fd, const BindAddress& address, std::string_view reason) {
      const std::string said = refuse_received(fd, address);
      return said.find(reason) != std::string::npos;
    };
    QCOMPARE(refuse_received(tcp.socket.get(), tcp_address), std::string());
    QCOMPARE(refuse_received(tcp.socket.get(), any_port), std::string());
    QVERIFY(refused(-1, any_port, "no open descriptor"));
    const UniqueFd file(::open("/dev/null", O_RDWR | O_CLOEXEC));
    QVERIFY(refused(file.get(), any_port, "not a socket"));
    QVERIFY(refused(tcp.socket.get(), unix_address, "not a unix socket"));
    QVERIFY(refused(local.socket.get(), any_port, "not a tcp socket"));
    const UniqueFd datagram(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    QVERIFY(refused(datagram.get(), any_port, "not a stream"));
    const UniqueFd packets(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    QVERIFY(refused(packets.get(), unix_address, "not a stream"));
    const UniqueFd silent(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    QVERIFY(refused(silent.get(), any_port, "not listening"));
    const UniqueFd client = connect_to(tcp);
    QVERIFY(refused(client.get(), any_port, "not listening"));
    const Listener other = open_listener(parse_bind("tcp://127.0.0.1:0"), {});
    const BindAddress other_address = parse_bind("tcp://127.0.0.1:" + port_of(other));
    QVERIFY(refused(other.socket.get(), tcp_address, "bound to tcp://127.0.0.1:" + port_of(other)));
    QVERIFY(refused(tcp.socket.get(), parse_bind("tcp://0.0.0.0:0"), "bound to tcp://127.0.0.1:"));
    QVERIFY(refused(tcp.socket.get(), parse_bind("tcp://[::1]:0"), "bound to tcp://127.0.0.1:"));
    QVERIFY(
        refused(local.socket.get(), parse_bind("unix://" + (dir / "t")), "bound to " + unix_address.text));
    const Listener everywhere = open_listener(parse_bind("tcp://0.0.0.0:0"), {});
    QVERIFY(refused(everywhere.socket.get(), any_port, "bound to tcp://0.0.0.0:"));
    // A name is any of its addresses, and one that is not resolved costs no listener that serves.
    QCOMPARE(refuse_received(tcp.socket.get(), parse_bind("tcp://localhost:" + port_of(tcp))), std::string());
    QVERIFY(refused(everywhere.socket.get(), parse_bind("tcp://localhost:0"), "bound to"));
    QCOMPARE(refuse_received(tcp.socket.get(), unresolvable(tcp_address.port)), std::string());
    QVERIFY(refused(tcp.socket.get(), unresolvable(other_address.port), "bound to"));
    // In a restart the name is not asked for again: "localhost" has not that address, the listener serves.
    const BindAddress name = parse_bind("tcp://localhost:" + port_of(everywhere));
    QCOMPARE(refuse_received(everywhere.socket.get(), name, net::HostNames::as_bound), std::string());
    const BindAddress other_port = parse_bind("tcp://localhost:" + port_of(other));
    QVERIFY(!refuse_received(everywhere.socket.get(), other_port, net::HostNames::as_bound).empty());
    QVERIFY(!refuse_received(everywhere.socket.get(), any_port, net::HostNames::as_bound).empty());
  }

  void an_adopted_listener_gets_this_generations_options() {
    const UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    QCOMPARE(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    net::adopt_listener(fd.get(), {});
    QVERIFY((::fcntl(fd.get(), F_GETFL) & O_NONBLOCK) != 0);
    QVERIFY((::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC) != 0);
    QCOMPARE(option(fd.get(), SOL_SOCKET, SO_ACCEPTCONN), 1);
    const UniqueFd file(::open("/dev/null", O_RDWR | O_CLOEXEC));
    QVERIFY_EXCEPTION_THROWN(net::adopt_listener(file.get(), {}), std::system_error);
  }

  void peers_have_a_text_for_people() {
    Address v4;
    auto& four = reinterpret_cast<sockaddr_in&>(v4.storage);
    four.sin_family = AF_INET;
    four.sin_port = htons(51544);
    four.sin_addr.s_addr = htonl(0xC0000211);
    QCOMPARE(net::peer_text(-1, v4.storage, sizeof four), std::string("192.0.2.17:51544"));

    Address v6;
    auto& six = reinterpret_cast<sockaddr_in6&>(v6.storage);
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(40112);
    const unsigned char bytes[16] = {0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9};
    std::memcpy(&six.sin6_addr, bytes, sizeof bytes);
    QCOMPARE(net::peer_text(-1, v6.storage, sizeof six), std::string("[2001:db8::9]:40112"));
    const unsigned char mapped[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127, 0, 0, 1};
    std::memcpy(&six.sin6_addr, mapped, sizeof mapped);
    QCOMPARE(net::peer_text(-1, v6.storage, sizeof six), std::string("127.0.0.1:40112"));

    const testing::TempDir dir;
    const Listener listener = open_listener(parse_bind("unix://" + (dir / "s")), {});
    const UniqueFd client = connect_to(listener);
    Address peer;
    const UniqueFd served(::accept4(listener.socket.get(), peer.get(), &peer.length, SOCK_CLOEXEC));
    QCOMPARE(net::peer_text(served.get(), peer.storage, peer.length),
             "unix:uid=" + std::to_string(::geteuid()) + ",pid=" + std::to_string(::getpid()));

    Address named;
    auto& local = reinterpret_cast<sockaddr_un&>(named.storage);
    local.sun_family = AF_UNIX;
    std::strcpy(local.sun_path, "/run/client");
    QCOMPARE(net::peer_text(served.get(), named.storage, sizeof(sockaddr_un)),
             std::string("unix:/run/client"));
    std::memcpy(local.sun_path, "\0abs", 4);
    QCOMPARE(net::peer_text(served.get(), named.storage, sizeof(sa_family_t) + 4), std::string("unix:@abs"));
  }

  /// What proc(5) shows of a process is what its sockets say themselves.
  void listening_sockets_of_a_process_are_seen() {
    const testing::TempDir dir;
    std::vector<std::string> binds{"tcp://127.0.0.1:0", "tcp://0.0.0.0:0", "unix://" + (dir / "a path")};
    if (has_ipv6()) binds.insert(binds.end(), {"tcp://[::1]:0", "tcp://[::]:0"});
    std::vector<Listener> listeners;
    std::vector<std::string> real;
    for (const std::string& bind : binds) {
      listeners.push_back(open_listener(parse_bind(bind), {}));
      real.push_back(net::bound_address(listeners.back().socket.get()));
    }
    const UniqueFd client = connect_to(listeners.front());  // connected ones are none
    const auto seen = [](pid_t pid) {
      std::vector<std::string> texts;
      for (const auto& socket : sys::listening_sockets_of(pid))
        texts.push_back(net::bind_text(socket.address, socket.length));
      std::sort(texts.begin(), texts.end());
      return texts;
    };
    std::sort(real.begin(), real.end());
    QCOMPARE(seen(::getpid()), real);
    for (const auto& socket : sys::listening_sockets_of(::getpid())) {
      const std::string text = net::bind_text(socket.address, socket.length);
      QVERIFY2(net::is_bound_to(socket.address, socket.length, parse_bind(text)), text.c_str());
      QVERIFY(!net::is_bound_to(socket.address, socket.length, parse_bind("tcp://192.0.2.1:1")));
      QVERIFY(!net::is_bound_to(socket.address, socket.length, parse_bind("unix:///run/other")));
      QCOMPARE(sys::unix_path_of(socket), text.starts_with("unix") ? dir / "a path" : "");
    }
    listeners.clear();
    QCOMPARE(seen(::getpid()), std::vector<std::string>());
    QCOMPARE(sys::parent_of(::getpid()), ::getppid());
    QCOMPARE(sys::parent_of(-1), 0);
    QVERIFY(sys::listening_sockets_of(-1).empty());
  }

  void the_kernels_limit_of_the_queue_is_known() {
    QVERIFY(net::somaxconn().value_or(0) > 0);
    QCOMPARE(net::bound_address(-1), std::string());
  }
};

QTEST_GUILESS_MAIN(IntegrationListener)
#include "integration_listener.moc"
