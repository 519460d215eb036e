#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QtTest>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <thread>

#include "serving/connection_impl.hpp"
#include "support/certificate.hpp"
#include "support/client.hpp"
#include "support/control.hpp"
#include "support/eventually.hpp"
#include "support/files.hpp"
#include "support/sandbox.hpp"
#include "uninterruptible/server.hpp"

using namespace uninterruptible;
using namespace std::chrono_literals;
using testing::eventually;

namespace {

int error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  return 0;
}

/// A server over TLS whose handler is the test's.
class TlsServer : public Server {
 public:
  using Handler = std::function<void(Connection&)>;
  explicit TlsServer(const testing::Sandbox& sandbox, Handler handler) : handler_(std::move(handler)) {
    const testing::Certificate pair = testing::Certificate::make(sandbox);
    configure([&](Configuration& config) {
      config.bind = "tcp://127.0.0.1:0";
      config.name = "tls";
      config.control_directory = sandbox.control_directory();
      config.tls_key = testing::read_file(pair.key);
      config.tls_certificate = testing::read_file(pair.file);
      config.log_path = sandbox / "log";
    });
  }

 private:
  void handle_request(Connection& client) override { handler_(client); }
  Handler handler_;
};

}  // namespace

class IntegrationConnectionLimits : public QObject {
  Q_OBJECT

 private slots:
  /// A socket is writable again only when three quarters of its queue are gone, which takes a slow reader
  /// longer than the limit; and it reads all the time.
  void a_slow_reader_is_not_idle() {
    std::array<int, 2> ends{};
    QCOMPARE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    const UniqueFd reader(ends[1]);
    const int small = 8 * 1024;
    ::setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    Connection::Impl writer(UniqueFd{ends[0]}, {"a slow one", "here", {}}, Generation::Entry(), nullptr, {},
                            {.idle = 1000ms});
    std::atomic<bool> done{false};
    std::jthread slow([&] {
      std::array<char, 512> bytes{};
      while (!done) {
        static_cast<void>(::recv(reader.get(), bytes.data(), bytes.size(), MSG_DONTWAIT));
        std::this_thread::sleep_for(50ms);
      }
    });
    const int error = error_of([&] { writer.write(std::string(40'000, 'x')); });
    done = true;
    QCOMPARE(error, 0);
    writer.abandon();
  }
  void one_that_reads_nothing_is() {
    std::array<int, 2> ends{};
    QCOMPARE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    const UniqueFd reader(ends[1]);
    Connection::Impl writer(UniqueFd{ends[0]}, {"a silent one", "here", {}}, Generation::Entry(), nullptr, {},
                            {.idle = 100ms});
    QCOMPARE(error_of([&] { writer.write(std::string(4'000'000, 'x')); }), ETIMEDOUT);
    QVERIFY(writer.exceeded() == Connection::Impl::Limit::idle);
    writer.abandon();
  }
  void nothing_follows_a_write_over_tls_that_was_given_up() {
    const testing::Sandbox sandbox;
    std::atomic<int> first{0}, second{0}, third{0};
    TlsServer server(sandbox, [&](Connection& client) {
      static_cast<void>(client.read_line());
      client.set_write_timeout(100ms);
      first = error_of([&] { client.write(std::string(20'000'000, 'x')); });
      second = error_of([&] { client.write("sorry"); });
      third = error_of([&] { client.write(std::string(100'000, 'y')); });
    });
    Server::Running running = server.start();
    testing::Client client(testing::over_tls(testing::target_of(sandbox.control_path("tls"))));
    client.send_line("begin");
    eventually([&] { return third != 0; }, "the third has failed");
    QCOMPARE(first.load(), ETIMEDOUT);
    QCOMPARE(second.load(), ETIMEDOUT);
    QCOMPARE(third.load(), ETIMEDOUT);
  }
};

QTEST_GUILESS_MAIN(IntegrationConnectionLimits)
#include "integration_connection_limits.moc"
