#include <pthread.h>
#include <sys/socket.h>

#include <QJsonArray>
#include <QtTest>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "support/client.hpp"
#include "support/control.hpp"
#include "support/eventually.hpp"
#include "support/temp_dir.hpp"
#include "uninterruptible/server.hpp"

using namespace uninterruptible;
using namespace std::chrono_literals;
using testing::Client;
using testing::eventually;

namespace {

/// A server on ports of the kernel's choice whose handler is given by the test, and whose log can be asked.
class TestServer : public Server {
 public:
  using Handler = std::function<void(Connection&)>;

  explicit TestServer(Handler handler, int binds = 1) : handler_(std::move(handler)) {
    configure([&](Configuration& config) {
      config.binds.assign(static_cast<std::size_t>(binds), "tcp://127.0.0.1:0");
      config.control = false;
      config.log_level = LogLevel::debug;
      config.log_sink = [this](LogLevel level, std::string_view text) {
        const std::lock_guard lock(mutex_);
        log_.emplace_back(level, text);
      };
    });
  }

  /// Lines at the level or above that hold the text.
  [[nodiscard]] std::size_t logged(std::string_view text, LogLevel level = LogLevel::debug) {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count_if(log_.begin(), log_.end(), [&](const auto& line) {
      return line.first >= level && line.second.find(text) != std::string::npos;
    }));
  }
  /// The address of the n-th listener, from the log.
  [[nodiscard]] std::string target(std::size_t index = 0) {
    const std::string mark = "listening on ";
    const std::lock_guard lock(mutex_);
    for (const auto& [level, text] : log_) {
      const std::size_t at = text.find(mark);
      if (at != std::string::npos && index-- == 0) return text.substr(at + mark.size());
    }
    throw std::runtime_error("no line tells the address");
  }

 private:
  void handle_request(Connection& client) override { handler_(client); }

  Handler handler_;
  std::mutex mutex_;
  std::vector<std::pair<LogLevel, std::string>> log_;
};

/// The seed's pool.
class PoolServer : public TestServer {
 public:
  using TestServer::TestServer;
  std::atomic<int> calls{0};

 private:
  void accept_client_connection() override {
    ++calls;
    std::vector<std::jthread> workers(4);
    for (auto& worker : workers) {
      worker = std::jthread([this] {
        while (auto client = accept()) process_request(std::move(client));
      });
    }
  }
};

void echo_lines(Connection& client) {
  while (auto line = client.read_line()) client.write_line(*line);
}
void echo_one(Connection& client) {
  if (auto line = client.read_line()) client.write_line(*line);
}

/// A door that handlers wait at: what no socket's end can reach.
class Door {
 public:
  void wait() {
    std::unique_lock lock(mutex_);
    ++waiting;
    changed_.wait(lock, [this] { return open_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  std::atomic<int> waiting{0};

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

std::size_t threads_now() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

}  // namespace

class IntegrationServer : public QObject {
  Q_OBJECT

 private slots:
  void one_line_is_answered_and_the_connection_closed() {
    TestServer server(echo_one);
    Server::Running running = server.start();
    for (int i = 0; i < 10; ++i) {
      Client client(server.target());
      QVERIFY(client.ask("hello") == "hello");
      QVERIFY(client.at_end());
    }
    running.shut_down();
    QCOMPARE(running.wait(), 0);
    QCOMPARE(running.wait(), 0);
    QVERIFY(!running.forced());
  }
  void every_bind_is_served_tcp_and_unix() {
    const testing::TempDir directory;
    TestServer server(echo_one, 2);
    server.configure([&](Configuration& config) { config.binds.push_back("unix://" + (directory / "s")); });
    {
      const Server::Running running = server.start();
      QVERIFY(Client(server.target(0)).ask("a") == "a");
      QVERIFY(Client(server.target(1)).ask("b") == "b");
      QVERIFY(Client("unix://" + (directory / "s")).ask("c") == "c");
    }
    QVERIFY2(directory.entries().empty(), "the unix path is removed at the end");
  }
  void two_hundred_clients_at_once() {
    TestServer server(echo_lines);
    const Server::Running running = server.start();
    std::vector<Client> clients;
    for (int i = 0; i < 200; ++i) clients.emplace_back(server.target());
    for (int round = 0; round < 3; ++round) {
      for (std::size_t i = 0; i < clients.size(); ++i) clients[i].send_line(std::to_string(i));
      for (std::size_t i = 0; i < clients.size(); ++i) QVERIFY(clients[i].read_line() == std::to_string(i));
    }
  }
  void the_handler_sees_who_it_speaks_with() {
    TestServer server([](Connection& client) {
      client.set_label("user=alice");
      client.write_line(client.id() + " " + client.peer() + " " + client.local() +
                        (client.draining() ? " draining" : ""));
    });
    const Server::Running running = server.start();
    Client client(server.target());
    const std::string expected =
        "1-1 127.0.0.1:" + std::to_string(client.local_port()) + " tcp://127.0.0.1:0";
    QCOMPARE(client.read_line().value_or(""), expected);
  }
  void what_a_handler_throws_ends_its_connection_only_data() {
    QTest::addColumn<QString>("thrown");
    QTest::addColumn<QString>("said");
    QTest::newRow("standard") << "runtime"
                              << "ended by exception: std::runtime_error: broken";
    QTest::newRow("number") << "number"
                            << "ended by exception: something of type int";
    QTest::newRow("long line") << "length"
                               << "ended by exception: std::length_error: line longer than 3 bytes";
  }
  void what_a_handler_throws_ends_its_connection_only() {
    QFETCH(QString, thrown);
    QFETCH(QString, said);
    TestServer server([&](Connection& client) {
      const auto line = client.read_line(thrown == "length" ? 3 : 100);
      if (line == "stay") return echo_lines(client);
      if (thrown == "number") throw 42;
      throw std::runtime_error("broken");
    });
    Server::Running running = server.start();
    Client other(server.target());
    if (thrown == "length") {
      other.send_line("no");
      QVERIFY(other.at_end());
    } else {
      other.send_line("stay");
      QVERIFY(other.ask("before") == "before");
    }
    Client victim(server.target());
    victim.send_line("throw");
    QVERIFY(victim.at_end());
    eventually([&] { return server.logged(said.toStdString(), LogLevel::error) == 1; }, "it is logged");
    if (thrown != "length") QVERIFY(other.ask("after") == "after");
  }
  void a_client_that_resets_is_no_error_of_ours() {
    TestServer server(echo_lines);
    const Server::Running running = server.start();
    Client client(server.target());
    QVERIFY(client.ask("x") == "x");
    client.reset();
    eventually([&] { return server.logged("Connection reset by peer") == 1; }, "it is logged at debug");
    QCOMPARE(server.logged("Connection reset by peer", LogLevel::info), std::size_t{0});
  }
  void a_handler_that_ends_its_thread_is_survived() {
    TestServer server([](Connection& client) {
      client.write_line("bye");
      ::pthread_exit(nullptr);
    });
    Server::Running running = server.start();
    for (int i = 0; i < 3; ++i) QCOMPARE(Client(server.target()).read_all(), std::string("bye\n"));
    running.shut_down();
    QCOMPARE(running.wait(), 0);
  }
  void without_a_thread_the_connection_is_closed_and_the_server_goes_on() {
    TestServer server(echo_one);
    const Server::Running running = server.start();
    QVERIFY(Client(server.target()).ask("a") == "a");
    qputenv("UNINTERRUPTIBLE_FAULT", "thread:fail");
    {
      Client refused(server.target());
      refused.send("b\n");
      try {
        QCOMPARE(refused.read_all(), std::string());
      } catch (const std::system_error&) {
        // A reset says the same.
      }
    }
    qunsetenv("UNINTERRUPTIBLE_FAULT");
    if (server.logged("no thread to serve it", LogLevel::error) == 0) QSKIP("built without fault points");
    QVERIFY(Client(server.target()).ask("c") == "c");
  }
  void the_pool_serves_any_number_of_connections_in_one_call() {
    PoolServer server(echo_lines);
    Server::Running running = server.start();
    std::vector<Client> clients;
    for (int i = 0; i < 40; ++i) clients.emplace_back(server.target());
    for (Client& client : clients) client.send_line("x");
    for (Client& client : clients) {
      QVERIFY(client.read_line() == "x");
      client.half_close();  // lets the worker go on to the next
    }
    QCOMPARE(server.calls.load(), 1);
    running.shut_down();
    QCOMPARE(running.wait(), 0);
  }
  void a_busy_pool_still_serves_what_was_queued_at_the_end() {
    PoolServer server(echo_lines);
    Server::Running running = server.start();
    std::vector<Client> talking;
    for (int i = 0; i < 4; ++i) {
      talking.emplace_back(server.target());
      QVERIFY(talking.back().ask("busy") == "busy");
    }
    std::vector<Client> queued;
    for (int i = 0; i < 10; ++i) queued.emplace_back(server.target());
    running.shut_down();
    eventually([&] { return testing::is_refused(server.target()); }, "nobody new is taken");
    for (Client& client : talking) client.half_close();
    for (Client& client : queued) {
      QVERIFY(client.ask("late") == "late");
      client.half_close();
    }
    QCOMPARE(running.wait(), 0);
  }
  void a_shutdown_lets_the_client_finish() {
    TestServer server(echo_lines);
    Server::Running running = server.start();
    Client client(server.target());
    QVERIFY(client.ask("before") == "before");
    running.shut_down();
    eventually([&] { return testing::is_refused(server.target()); }, "nobody new is taken");
    QVERIFY(client.ask("still") == "still");
    client.half_close();
    QCOMPARE(running.wait(), 0);
    QVERIFY(!running.forced());
  }
  void a_handler_learns_that_the_server_drains() {
    TestServer server([](Connection& client) {
      client.write_line("in");
      while (!client.draining()) std::this_thread::sleep_for(1ms);
      client.write_line("out");
    });
    Server::Running running = server.start();
    Client client(server.target());
    QVERIFY(client.read_line() == "in");
    running.shut_down();
    QVERIFY(client.read_line() == "out");
    QCOMPARE(running.wait(), 0);
  }
  void the_second_shutdown_cuts_and_exits_one() {
    TestServer server(echo_lines);
    Server::Running running = server.start();
    Client client(server.target());
    QVERIFY(client.ask("x") == "x");
    running.shut_down();
    running.shut_down();
    QCOMPARE(running.wait(), 1);
  }
  void an_end_forced_on_a_handler_that_waits_elsewhere_is_told_and_joined() {
    Door door;
    TestServer server([&](Connection&) { door.wait(); });
    Server::Running running = server.start();
    const Client client(server.target());
    eventually([&] { return door.waiting == 1; }, "the handler waits");
    running.shut_down();
    running.shut_down();
    eventually([&] { return running.forced(); }, "forced");
    std::atomic<bool> joined{false};
    std::jthread waiter([&] {
      running.wait();
      joined = true;
    });
    std::this_thread::sleep_for(20ms);
    QVERIFY(!joined);
    door.open();
    waiter.join();
    QCOMPARE(running.wait(), 1);
  }
  void an_operators_close_ends_reading_and_delivers_the_reply() {
    const testing::TempDir directory;
    const std::string reply(2'000'000, 'r');
    std::atomic<bool> took_half_a_line{false};
    TestServer server([&](Connection& client) {
      while (auto line = client.read_line(10'000'000)) {
        if (line->starts_with("half")) took_half_a_line = true;
        client.write_line(*line);
      }
      client.write(reply);
    });
    server.configure([&](Configuration& config) {
      config.control = true;
      config.control_directory = directory.path().string();
      config.name = "echo";
    });
    Server::Running running = server.start();
    Client client(server.target());
    QVERIFY(client.ask("whole") == "whole");
    client.send("half");
    testing::ControlClient(directory / "echo.sock").ask("close", {{"ids", QJsonArray{"1-1"}}});
    // A client that goes on sending must not turn the reply on its way into a reset.
    std::string got;
    std::jthread sending([&](const std::stop_token& stop) {
      try {
        while (!stop.stop_requested()) {
          client.send("x");
          std::this_thread::sleep_for(1ms);
        }
      } catch (const std::system_error&) {
        // The server has gone, as it may.
      }
    });
    while (got.size() < reply.size()) {
      char bytes[65536];
      const ssize_t count = ::recv(client.fd(), bytes, sizeof bytes, 0);
      QVERIFY2(count > 0, std::to_string(got.size()).c_str());
      got.append(bytes, static_cast<std::size_t>(count));
      std::this_thread::sleep_for(1ms);
    }
    QVERIFY(got == reply);
    QVERIFY(!took_half_a_line);
  }
  void a_drain_timeout_cuts_and_a_handler_that_does_not_care_is_told() {
    Door door;
    TestServer server([&](Connection&) { door.wait(); });
    server.configure([](Configuration& config) { config.drain_timeout = 20ms; });
    Server::Running running = server.start();
    Client client(server.target());
    eventually([&] { return door.waiting == 1; }, "the handler waits");
    running.shut_down();
    QVERIFY(client.at_end());
    eventually([&] { return running.forced(); }, "forced");
    door.open();
    running.wait();
  }
  void a_hostile_label_stays_in_its_line() {
    Door door;
    TestServer server([&](Connection& client) {
      client.set_label("a\nFATAL forged\x1b[2J\xE2\x80\xAE\xFF\\");
      door.wait();
    });
    server.configure([](Configuration& config) { config.drain_timeout = 20ms; });
    Server::Running running = server.start();
    Client client(server.target());
    eventually([&] { return door.waiting == 1; }, "the handler waits");
    running.shut_down();
    QVERIFY(client.at_end());
    door.open();
    running.wait();
    QCOMPARE(server.logged(R"( a\nFATAL forged\x1b[2J\xe2\x80\xae\xff\\)", LogLevel::warn), std::size_t(1));
    QCOMPARE(server.logged("\n") + server.logged("\x1b"), std::size_t(0));
  }
  void it_stops_and_joins_when_it_goes_and_can_start_again() {
    TestServer server(echo_one);
    const std::size_t threads = threads_now();
    for (int round = 0; round < 3; ++round) {
      const Server::Running running = server.start();
      QVERIFY(Client(server.target(static_cast<std::size_t>(round))).ask("x") == "x");
      QVERIFY_EXCEPTION_THROWN(static_cast<void>(server.start()), std::logic_error);
    }
    eventually([&] { return threads_now() == threads; }, "no thread stays");
  }
  void a_wrong_configuration_is_thrown_and_the_server_can_be_destroyed() {
    TestServer server(echo_one, 0);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(server.start()), ConfigurationError);
    server.configure([](Configuration& config) { config.bind = "tcp://127.0.0.1:0"; });
    const Server::Running running = server.start();
    QVERIFY(Client(server.target()).ask("x") == "x");
  }
  void without_a_run_nothing_is_accepted() {
    struct Bare : TestServer {
      using TestServer::accept;
      using TestServer::generation;
      using TestServer::TestServer;
    } server(echo_one);
    QVERIFY(!server.accept());
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(server.generation()), std::logic_error);
  }
};

QTEST_GUILESS_MAIN(IntegrationServer)
#include "integration_server.moc"
