#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include <QtTest>
#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

#include "net/listener.hpp"
#include "serving/connection_impl.hpp"
#include "support/client.hpp"
#include "support/temp_dir.hpp"

using namespace uninterruptible;
using namespace std::chrono_literals;
using testing::Client;

namespace {

/// A client and the server's end of it, made by hand: counted nowhere.
struct Pair {
  explicit Pair(const std::string& bind, int client_buffer = 0)
      : listener(net::open_listener(net::parse_bind(bind), {})),
        client(net::bound_address(listener.socket.get())) {
    if (client_buffer > 0)
      ::setsockopt(client.fd(), SOL_SOCKET, SO_RCVBUF, &client_buffer, sizeof client_buffer);
    pollfd waiting{listener.socket.get(), POLLIN, 0};
    ::poll(&waiting, 1, static_cast<int>(testing::patience.count()));
    UniqueFd socket(::accept4(listener.socket.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket) throw std::system_error(errno, std::generic_category(), "accept4");
    net::set_tcp_options(socket.get());
    server = Connection(std::make_unique<Connection::Impl>(
        std::move(socket), Connection::Impl::Origin{"the peer", bind, drain.get_token()},
        Generation::Entry()));
  }

  /// Closes the server's end on another thread, as a handler's end does.
  std::jthread close_elsewhere() {
    return std::jthread(
        [closing = std::make_shared<Connection>(std::move(server))]() mutable { closing.reset(); });
  }

  net::Listener listener;
  Client client;
  std::stop_source drain;
  Connection server;
};

/// Text in which every place is different, so that a gap or a doubled piece shows.
std::string long_text(std::size_t size) {
  std::string text;
  text.reserve(size + 16);
  for (std::size_t i = 0; text.size() < size; ++i) text += std::to_string(i) + ' ';
  text.resize(size);
  return text;
}

int error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  return 0;
}

}  // namespace

class IntegrationConnection : public QObject {
  Q_OBJECT

  testing::TempDir directory_;
  int sockets_ = 0;

  std::string bind_of_row() {
    QFETCH(bool, unix_path);
    return unix_path ? "unix://" + (directory_ / (std::to_string(sockets_++) + ".sock"))
                     : "tcp://127.0.0.1:0";
  }
  static void both_kinds() {
    QTest::addColumn<bool>("unix_path");
    QTest::newRow("tcp") << false;
    QTest::newRow("unix") << true;
  }

 private slots:
  void lines_data() { both_kinds(); }
  void lines() {
    Pair pair(bind_of_row());
    pair.client.send("one\ntwo\r\n\n\r\nthr");
    QVERIFY(pair.server.read_line() == "one");
    QVERIFY(pair.server.read_line() == "two");
    QVERIFY(pair.server.read_line() == "");
    QVERIFY(pair.server.read_line() == "");
    pair.client.send("ee\nrest\r");
    QVERIFY(pair.server.read_line() == "three");
    pair.client.half_close();
    QVERIFY(pair.server.read_line() == "rest\r");
    QVERIFY(!pair.server.read_line());
    QVERIFY(!pair.server.read_line());
  }
  void bytes_and_lines_mix() {
    Pair pair("tcp://127.0.0.1:0");
    pair.client.send("head\n12345678tail\n");
    QVERIFY(pair.server.read_line() == "head");
    std::string body(8, '\0');
    std::size_t got = 0;
    while (got < 8) got += pair.server.read(std::as_writable_bytes(std::span(body).subspan(got)));
    QCOMPARE(body, std::string("12345678"));
    QVERIFY(pair.server.read_line() == "tail");
    pair.client.half_close();
    QCOMPARE(pair.server.read(std::as_writable_bytes(std::span(body))), std::size_t{0});
  }
  void the_longest_line_is_allowed_and_one_byte_more_is_not() {
    for (const std::string end : {"\n", "\r\n"}) {
      Pair pair("tcp://127.0.0.1:0");
      pair.client.send("12345" + end + "123456" + end);
      QVERIFY(pair.server.read_line(5) == "12345");
      QVERIFY_EXCEPTION_THROWN(static_cast<void>(pair.server.read_line(5)), std::length_error);
    }
    Pair endless("tcp://127.0.0.1:0");
    endless.client.send("123456");
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(endless.server.read_line(5)), std::length_error);
    Pair cut_short("tcp://127.0.0.1:0");
    cut_short.client.send("12345\r");
    cut_short.client.half_close();
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(cut_short.server.read_line(5)), std::length_error);
  }
  void a_read_timeout_ends_a_wait_and_loses_nothing() {
    Pair pair("tcp://127.0.0.1:0");
    pair.server.set_read_timeout(30ms);
    pair.client.send("slo");
    const auto begin = std::chrono::steady_clock::now();
    QCOMPARE(error_of([&] { static_cast<void>(pair.server.read_line()); }), ETIMEDOUT);
    QVERIFY(std::chrono::steady_clock::now() - begin >= 30ms);
    pair.client.send("w\n");
    pair.server.set_read_timeout(0ms);
    QVERIFY(pair.server.read_line() == "slow");
  }
  void a_drip_does_not_prolong_a_line_timeout() {
    Pair pair("tcp://127.0.0.1:0");
    pair.server.set_read_timeout(100ms);
    std::jthread drip([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        pair.client.send("x");
        std::this_thread::sleep_for(5ms);
      }
    });
    QCOMPARE(error_of([&] { static_cast<void>(pair.server.read_line(1'000'000)); }), ETIMEDOUT);
  }
  void a_write_timeout_ends_a_wait() {
    Pair pair("tcp://127.0.0.1:0");
    pair.server.set_write_timeout(30ms);
    const std::string text(64 * 1024 * 1024, 'x');
    QCOMPARE(error_of([&] { pair.server.write(text); }), ETIMEDOUT);
  }
  void the_client_finishes_sending_and_gets_the_whole_reply_data() { both_kinds(); }
  void the_client_finishes_sending_and_gets_the_whole_reply() {
    Pair pair(bind_of_row());
    const std::string reply = long_text(1'000'000);
    pair.client.send("give\n");
    pair.client.half_close();
    std::jthread handler([&, served = std::make_shared<Connection>(std::move(pair.server))]() mutable {
      if (served->read_line() == "give") served->write(reply);
      served.reset();
    });
    QVERIFY(pair.client.read_all() == reply);
  }
  void finish_writing_shows_the_end_and_reading_goes_on_data() { both_kinds(); }
  void finish_writing_shows_the_end_and_reading_goes_on() {
    Pair pair(bind_of_row());
    pair.server.write_line("bye");
    pair.server.finish_writing();
    QCOMPARE(pair.client.read_all(), std::string("bye\n"));
    pair.client.send_line("one more");
    QVERIFY(pair.server.read_line() == "one more");
  }
  void unread_input_does_not_destroy_a_reply_data() { both_kinds(); }
  void unread_input_does_not_destroy_a_reply() {
    Pair pair(bind_of_row());
    const std::string reply = long_text(3'000'000);
    pair.client.send("first\n");
    QVERIFY(pair.server.read_line() == "first");
    pair.client.send(std::string(5000, 'u'));  // never read
    std::string got;
    std::jthread handler([&, served = std::make_shared<Connection>(std::move(pair.server))]() mutable {
      served->write(reply);
      served.reset();
    });
    QVERIFY(pair.client.read_all() == reply);
  }
  void a_client_that_reads_only_after_the_close_gets_the_whole_reply() {
    Pair pair("tcp://127.0.0.1:0");
    const std::string reply = long_text(200'000);
    pair.client.send(std::string(5000, 'u'));
    pair.server.write(reply);
    { const std::jthread closing = pair.close_elsewhere(); }  // after the bounded wait
    QVERIFY(pair.client.read_all() == reply);
  }
  void a_close_with_nothing_pending_does_not_wait_data() { both_kinds(); }
  void a_close_with_nothing_pending_does_not_wait() {
    Pair pair(bind_of_row());
    QVERIFY(pair.client.fd() >= 0);
    pair.client.send("x\n");
    QVERIFY(pair.server.read_line() == "x");
    pair.server.write_line("x");
    QVERIFY(pair.client.read_line() == "x");
    // The client stays and sends nothing: a close that lingers would take its full second.
    const auto begin = std::chrono::steady_clock::now();
    pair.server = Connection();
    QVERIFY(std::chrono::steady_clock::now() - begin < 900ms);
    QVERIFY(pair.client.at_end());
  }
  void a_client_that_never_stops_sending_is_let_go() {
    Pair pair("tcp://127.0.0.1:0");
    pair.client.send("x");
    std::jthread flood([&] {
      const std::string junk(65536, 'j');
      error_of([&] {
        while (true) pair.client.send(junk);
      });
    });
    const auto begin = std::chrono::steady_clock::now();
    pair.server = Connection();
    QVERIFY(std::chrono::steady_clock::now() - begin < testing::patience);
  }
  void a_reset_is_an_error_of_this_connection_and_no_signal() {
    struct sigaction before {};
    struct sigaction fatal {};
    fatal.sa_handler = SIG_DFL;  // a SIGPIPE would end this test
    ::sigaction(SIGPIPE, &fatal, &before);
    {
      Pair pair("tcp://127.0.0.1:0");
      pair.client.reset();
      QCOMPARE(error_of([&] { static_cast<void>(pair.server.read_line()); }), ECONNRESET);
      QCOMPARE(error_of([&] { pair.server.write("x"); }), EPIPE);
    }
    {
      Pair pair("unix://" + (directory_ / "gone.sock"));
      { const Client gone(std::move(pair.client)); }
      QCOMPARE(error_of([&] { pair.server.write("x"); }), EPIPE);
    }
    ::sigaction(SIGPIPE, &before, nullptr);
  }
  void a_shutdown_from_outside_wakes_a_blocked_read() {
    Pair pair("tcp://127.0.0.1:0");
    std::atomic<bool> ended{false};
    std::jthread reader([&] { ended = !pair.server.read_line(); });
    ::shutdown(pair.server.native_handle(), SHUT_RD);
    reader.join();
    QVERIFY(ended);
    pair.server.write_line("still delivered");
    QVERIFY(pair.client.read_line() == "still delivered");
  }
  void draining_follows_the_stop_token() {
    Pair pair("tcp://127.0.0.1:0");
    QVERIFY(!pair.server.draining());
    pair.drain.request_stop();
    QVERIFY(pair.server.draining());
    pair.client.send_line("goes on");
    QVERIFY(pair.server.read_line() == "goes on");
  }
  void an_empty_connection_is_harmless() {
    Connection empty;
    QVERIFY(!empty);
    QCOMPARE(empty.native_handle(), -1);
    QVERIFY(empty.peer().empty() && empty.local().empty() && empty.id().empty());
    QVERIFY_EXCEPTION_THROWN(empty.write("x"), std::logic_error);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(empty.read_line()), std::logic_error);
  }
};

QTEST_GUILESS_MAIN(IntegrationConnection)
#include "integration_connection.moc"
