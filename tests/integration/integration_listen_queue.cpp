#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <QTest>
#include <cstring>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "support/eventually.hpp"
#include "support/temp_dir.hpp"
#include "sys/listen_queue.hpp"

using namespace uninterruptible;
using testing::becomes_true;
using testing::TempDir;

namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

UniqueFd listen_at(Address& address, int backlog) {
  UniqueFd listener(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (::bind(listener.get(), address.get(), address.length) != 0 || ::listen(listener.get(), backlog) != 0)
    qFatal("listen");
  address.length = sizeof address.storage;
  ::getsockname(listener.get(), address.get(), &address.length);
  return listener;
}

Address loopback(int family) {
  Address address;
  address.storage.ss_family = static_cast<sa_family_t>(family);
  if (family == AF_INET) {
    reinterpret_cast<sockaddr_in&>(address.storage).sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.length = sizeof(sockaddr_in);
  } else {
    reinterpret_cast<sockaddr_in6&>(address.storage).sin6_addr = in6addr_loopback;
    address.length = sizeof(sockaddr_in6);
  }
  return address;
}

UniqueFd connect_to(const Address& address) {
  UniqueFd client(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  static_cast<void>(::connect(client.get(), address.get(), address.length));
  return client;
}

}  // namespace

/// What the kernel says of a listening socket's queue.
class IntegrationListenQueue : public QObject {
  Q_OBJECT

 private slots:
  void tcp_tells_who_waits_data() {
    QTest::addColumn<int>("family");
    QTest::newRow("IPv4") << AF_INET;
    QTest::newRow("IPv6") << AF_INET6;
  }
  void tcp_tells_who_waits() {
    QFETCH(int, family);
    Address address = loopback(family);
    const UniqueFd listener = listen_at(address, 17);
    QCOMPARE(sys::listen_queue(listener.get())->waiting, 0U);
    QCOMPARE(sys::listen_queue(listener.get())->limit, 17U);
    std::vector<UniqueFd> clients;
    for (int i = 0; i < 3; ++i) clients.push_back(connect_to(address));
    QVERIFY(becomes_true([&] { return sys::listen_queue(listener.get())->waiting == 3; }));
    const UniqueFd accepted(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    QCOMPARE(sys::listen_queue(listener.get())->waiting, 2U);
    QVERIFY(!sys::listen_queue(accepted.get()));
  }
  void tcp_counts_whom_it_turns_away() {
    Address address = loopback(AF_INET);
    const UniqueFd listener = listen_at(address, 1);
    Address other_address = loopback(AF_INET);
    const UniqueFd other = listen_at(other_address, 1);
    const auto before = sys::listen_drops(listener.get());
    if (!before) QSKIP("this kernel does not tell");
    std::vector<UniqueFd> clients;
    for (int i = 0; i < 8; ++i) clients.push_back(connect_to(address));
    QVERIFY(becomes_true([&] { return *sys::listen_drops(listener.get()) - *before > 0; }));
    QCOMPARE(*sys::listen_drops(other.get()), 0U);  // it is this very socket's
    const UniqueFd shared(::dup(listener.get()));
    QVERIFY(*sys::listen_drops(shared.get()) - *before > 0);  // in whatever process
  }
  void unix_sockets_tell_who_waits() {
    const TempDir directory;
    Address address;
    auto& name = reinterpret_cast<sockaddr_un&>(address.storage);
    name.sun_family = AF_UNIX;
    const std::string path = directory / "listen";
    std::memcpy(name.sun_path, path.c_str(), path.size() + 1);
    address.length = sizeof(sockaddr_un);
    const UniqueFd listener = listen_at(address, 7);
    const auto empty = sys::listen_queue(listener.get());
    if (!empty) QSKIP("this kernel has no sock_diag for unix sockets");
    QCOMPARE(empty->waiting, 0U);
    QCOMPARE(empty->limit, 7U);
    const UniqueFd one = connect_to(address);
    const UniqueFd two = connect_to(address);
    QCOMPARE(sys::listen_queue(listener.get())->waiting, 2U);
    QVERIFY(!sys::listen_drops(listener.get()));
  }
  void what_does_not_listen_says_nothing() {
    const UniqueFd unconnected(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    QVERIFY(!sys::listen_queue(unconnected.get()));
    const UniqueFd file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    for (const int fd : {file.get(), -1}) {
      QVERIFY(!sys::listen_queue(fd));
      QVERIFY(!sys::listen_drops(fd));
    }
  }
};

QTEST_GUILESS_MAIN(IntegrationListenQueue)
#include "integration_listen_queue.moc"
