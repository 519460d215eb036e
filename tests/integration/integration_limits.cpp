#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <QJsonArray>
#include <QJsonObject>
#include <QtTest>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "base/unique_fd.hpp"
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

/// A server of this process that echoes lines, or does what the test says, and keeps count of itself.
class LimitedServer : public Server {
 public:
  using Change = std::function<void(Configuration&)>;
  using Handler = std::function<void(Connection&)>;

  explicit LimitedServer(const Change& change, Handler handler = {}) : handler_(std::move(handler)) {
    configure([&](Configuration& config) {
      config.bind = "tcp://127.0.0.1:0";
      config.name = "limited";
      config.control_directory = directory_ / "control";
      config.log_sink = [this](LogLevel, std::string_view text) {
        const std::lock_guard lock(mutex_);
        log_ += std::string(text) + "\n";
      };
      change(config);
    });
    running_ = std::make_unique<Running>(start());
    target_ = testing::target_of(control());
  }
  ~LimitedServer() override { running_.reset(); }

  [[nodiscard]] const std::string& target() const noexcept { return target_; }
  [[nodiscard]] std::string control() const { return directory_ / "control/limited.sock"; }
  [[nodiscard]] std::string path(const std::string& name) const { return directory_ / name; }
  [[nodiscard]] std::string log() {
    const std::lock_guard lock(mutex_);
    return log_;
  }
  [[nodiscard]] bool has_logged(const std::string& text) { return log().find(text) != std::string::npos; }
  [[nodiscard]] std::size_t connections() { return running_->generation().connections(); }
  [[nodiscard]] int counter(const char* name) const {
    const auto generations = testing::status_of(control())["generations"].toArray();
    return generations.at(0).toObject()["counters"].toObject()[name].toInt();
  }

  std::atomic<int> now{0}, highest{0}, handled{0};

 private:
  void handle_request(Connection& client) override {
    const int present = ++now;
    for (int seen = highest; present > seen && !highest.compare_exchange_weak(seen, present);) {
    }
    ++handled;
    try {
      if (handler_) {
        handler_(client);
      } else {
        while (auto line = client.read_line()) client.write_line(*line);
      }
    } catch (...) {
      --now;
      throw;
    }
    --now;
  }

  testing::TempDir directory_;
  Handler handler_;
  std::mutex mutex_;
  std::string log_;
  std::unique_ptr<Running> running_;
  std::string target_;
};

/// What a client from that loopback address hears when it says something: the answer, or nothing when it was
/// closed.
std::string heard_from(const char* source, const std::string& target) {
  const UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval limit{.tv_sec = 30, .tv_usec = 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  sockaddr_in from{}, to{};
  from.sin_family = to.sin_family = AF_INET;
  ::inet_pton(AF_INET, source, &from.sin_addr);
  ::inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  to.sin_port = htons(static_cast<in_port_t>(std::stoi(target.substr(target.rfind(':') + 1))));
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0 ||
      ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
    throw std::system_error(errno, std::generic_category(), source);
  [[maybe_unused]] const ssize_t sent = ::send(fd.get(), "hello\n", 6, MSG_NOSIGNAL);
  char answer[6] = "";
  const ssize_t got = ::recv(fd.get(), answer, sizeof answer, MSG_WAITALL);
  if (got < 0 && errno == EAGAIN) throw std::runtime_error("neither an answer nor an end");
  return got > 0 ? std::string(answer, static_cast<std::size_t>(got)) : std::string();
}

/// Whether the server ends this connection, by an end or a reset, before it says anything.
bool is_ended(Client& client) {
  try {
    return client.at_end();
  } catch (const std::system_error& error) {
    return error.code().value() == ECONNRESET;
  }
}

}  // namespace

class IntegrationLimits : public QObject {
  Q_OBJECT

 private slots:
  void over_max_connections_clients_wait_in_the_kernels_queue() {
    LimitedServer server([](auto& config) { config.max_connections = 2; });
    std::vector<Client> present;
    for (int i = 0; i < 2; ++i) {
      present.emplace_back(server.target());
      QVERIFY(present.back().ask("hello") == "hello");
    }
    eventually([&] { return server.has_logged("max_connections (2) is reached"); }, "the line in the log");
    Client waiting(server.target());
    waiting.send_line("me too");
    QVERIFY(present[0].ask("still here") == "still here");
    QCOMPARE(server.handled.load(), 2);
    QCOMPARE(server.connections(), std::size_t{2});
    present.pop_back();
    QVERIFY(waiting.read_line() == "me too");
    QVERIFY(server.counter("max_connections_reached") >= 1);
  }
  void none_is_lost_and_never_more_are_served_at_a_time() {
    LimitedServer server([](auto& config) { config.max_connections = 3; });
    std::atomic<int> answered{0};
    {
      std::vector<std::jthread> clients;
      for (int i = 0; i < 12; ++i) {
        clients.emplace_back([&] {
          for (int round = 0; round < 20; ++round) {
            Client client(server.target());
            if (client.ask("hello") == "hello") ++answered;
          }
        });
      }
    }
    QCOMPARE(answered.load(), 240);
    QVERIFY2(server.highest <= 3, std::to_string(server.highest).c_str());
    eventually([&] { return server.connections() == 0; }, "all have ended");
  }
  void an_end_serves_those_who_wait_for_room() {
    auto server = std::make_unique<LimitedServer>([](auto& config) { config.max_connections = 1; });
    auto present = std::make_unique<Client>(server->target());
    QVERIFY(present->ask("hello") == "hello");
    Client waiting(server->target());
    waiting.send_line("me too");
    waiting.half_close();
    std::jthread end([&] { server.reset(); });
    present.reset();
    QVERIFY(waiting.read_line() == "me too");
  }
  void one_address_gets_no_more_than_its_share() {
    LimitedServer server([](auto& config) { config.max_connections_per_address = 2; });
    std::vector<Client> present;
    for (int i = 0; i < 2; ++i) {
      present.emplace_back(server.target());
      QVERIFY(present.back().ask("hello") == "hello");
    }
    Client refused(server.target());
    QVERIFY(is_ended(refused));
    QCOMPARE(heard_from("127.0.0.2", server.target()), std::string("hello\n"));
    QCOMPARE(server.handled.load(), 3);
    QCOMPARE(server.counter("refused_over_address_limit"), 1);
    QVERIFY(server.has_logged("max_connections_per_address (2) are there from its address"));
    present.clear();
    eventually([&] { return server.connections() == 0; }, "all have ended");
    QVERIFY(Client(server.target()).ask("again") == "again");
  }
  void peers_of_other_networks_are_closed_before_a_thread_is_spent() {
    LimitedServer server([](auto& config) { config.allowed_networks = {"127.0.0.2/32"}; });
    QCOMPARE(heard_from("127.0.0.1", server.target()), std::string());
    QCOMPARE(server.handled.load(), 0);
    QCOMPARE(server.counter("denied_by_network"), 1);
    QVERIFY(server.has_logged("it is in none of allowed_networks"));
    QCOMPARE(server.connections(), std::size_t{0});
  }
  void with_mixed_addresses_networks_apply_to_tcp_only() {
    LimitedServer server([](auto& config) {
      config.allowed_networks = {"10.0.0.0/8"};
      config.binds = {"unix://" + config.control_directory.value() + ".listen"};
    });
    QVERIFY(Client("unix://" + server.path("control.listen")).ask("hello") == "hello");
    Client denied(server.target());
    QVERIFY(is_ended(denied));
  }
  void a_silent_connection_ends_and_a_busy_handler_is_none() {
    LimitedServer server([](auto& config) { config.idle_timeout = 100ms; },
                         [](Connection& client) {
                           while (auto line = client.read_line()) {
                             if (*line == "work")
                               std::this_thread::sleep_for(400ms);  // the work itself, longer than the limit
                             client.write_line(*line);
                           }
                         });
    Client client(server.target());
    client.send_line("work");
    client.send_line("and more");
    QVERIFY(client.read_line() == "work");
    QVERIFY(client.read_line() == "and more");
    QVERIFY(is_ended(client));
    eventually([&] { return server.counter("idle_timeouts") == 1; }, "it is counted");
    QVERIFY(server.has_logged("ended by idle_timeout (100 ms)"));
  }
  void a_request_that_takes_too_long_ends_though_it_is_never_silent() {
    LimitedServer server([](auto& config) { config.request_timeout = 300ms; },
                         [](Connection& client) {
                           std::array<std::byte, 4096> bytes{};
                           while (client.read(bytes) > 0) {
                           }
                         });
    Client client(server.target());
    const auto trickle = [&] {
      while (true) client.send("x");
    };
    QVERIFY_EXCEPTION_THROWN(trickle(), std::system_error);
    eventually([&] { return server.counter("request_timeouts") == 1; }, "it is counted");
    QVERIFY(server.has_logged("ended by request_timeout (300 ms)"));
  }
  void a_handler_cannot_talk_itself_out_of_a_limit() {
    std::atomic<int> thrown{0};
    std::atomic<bool> sent{false};
    LimitedServer server([](auto& config) { config.idle_timeout = 50ms; },
                         [&](Connection& client) {
                           for (int i = 0; i < 3; ++i) {
                             try {
                               static_cast<void>(client.read_line());
                             } catch (const std::system_error&) {
                               ++thrown;
                             }
                             eventually([&] { return sent.load(); }, "there is something to read");
                           }
                         });
    Client client(server.target());
    eventually([&] { return thrown == 1; }, "the limit");
    client.send("one\ntwo\nthree\n");
    sent = true;
    QVERIFY(is_ended(client));
    QCOMPARE(thrown.load(), 3);
    QVERIFY(server.has_logged("ended by idle_timeout"));
  }
  void limits_are_off_by_default() {
    LimitedServer server([](auto&) {});
    std::vector<Client> clients;
    for (int i = 0; i < 50; ++i) clients.emplace_back(server.target());
    for (Client& client : clients) QVERIFY(client.ask("hello") == "hello");
    QCOMPARE(server.counter("max_connections_reached"), 0);
  }
};

QTEST_GUILESS_MAIN(IntegrationLimits)
#include "integration_limits.moc"
