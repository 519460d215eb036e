#include <QJsonArray>
#include <QtTest>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "support/client.hpp"
#include "support/control.hpp"
#include "support/eventually.hpp"
#include "support/temp_dir.hpp"
#include "uninterruptible/server.hpp"

using namespace uninterruptible;
using testing::Client;
using testing::eventually;

namespace {

/// A server whose handler is given by the test, and whose count of requests can be asked for as operators do.
class CountingServer : public Server {
 public:
  using Handler = std::function<void(Connection&)>;

  explicit CountingServer(Handler handler) : handler_(std::move(handler)) {
    configure([this](Configuration& config) {
      config.bind = "tcp://127.0.0.1:0";
      config.name = "counting";
      config.control_directory = directory_ / "control";
      config.log_level = LogLevel::error;
      config.drain_timeout = std::chrono::milliseconds(50);
    });
  }
  /// To be called when it is constructed, and before it is destroyed: the handler is a virtual of this class.
  void begin() {
    running_ = std::make_unique<Running>(start());
    target_ = testing::target_of(control());
  }
  void end() { running_.reset(); }

  [[nodiscard]] const std::string& target() const noexcept { return target_; }
  [[nodiscard]] int requests() const {
    const auto generations = testing::status_of(control())["generations"].toArray();
    return generations.at(0).toObject()["counters"].toObject()["requests"].toInt();
  }

 protected:
  void handle_request(Connection& client) override { handler_(client); }

 private:
  [[nodiscard]] std::string control() const { return directory_ / "control/counting.sock"; }

  testing::TempDir directory_;
  Handler handler_;
  std::unique_ptr<Running> running_;
  std::string target_;
};

/// Speaks with its clients by itself, without handle_request().
class OwnLoopServer : public CountingServer {
 public:
  using CountingServer::CountingServer;

 private:
  void accept_client_connection() override {
    if (Connection client = accept()) handle_request(client);
  }
};

void answer_lines(Connection& client, bool count) {
  while (auto line = client.read_line()) {
    if (count) client.count_request();
    client.write_line(*line);
  }
}

}  // namespace

/// What counts as a request, as operators see it.
class IntegrationRequests : public QObject {
  Q_OBJECT

 private slots:
  void a_call_counts_one_when_it_begins() {
    CountingServer server([](Connection& client) { answer_lines(client, false); });
    server.begin();
    QCOMPARE(server.requests(), 0);
    Client one(server.target());
    QVERIFY(one.ask("a") == "a" && one.ask("b") == "b");
    QCOMPARE(server.requests(), 1);
    Client other(server.target());
    QVERIFY(other.ask("c") == "c");
    QCOMPARE(server.requests(), 2);
    server.end();
  }
  void a_handler_that_counts_counts_each_once() {
    CountingServer server([](Connection& client) { answer_lines(client, true); });
    server.begin();
    Client one(server.target());
    for (int i = 1; i <= 5; ++i) {
      QVERIFY(one.ask("a") == "a");
      QCOMPARE(server.requests(), i);
    }
    Client silent(server.target());
    eventually([&] { return server.requests() == 6; }, "one who asks for nothing counts, as a call");
    QVERIFY(silent.ask("b") == "b");
    QCOMPARE(server.requests(), 6);
    server.end();
  }
  void without_a_call_only_the_handler_counts() {
    OwnLoopServer server([](Connection& client) { answer_lines(client, true); });
    server.begin();
    Client one(server.target());
    QVERIFY(one.ask("a") == "a");
    QCOMPARE(server.requests(), 1);
    QVERIFY(one.ask("b") == "b");
    QCOMPARE(server.requests(), 2);
    one.half_close();
    server.end();
  }
  void the_empty_connection_counts_nothing() {
    Connection empty;
    empty.count_request();
    Connection moved(std::move(empty));
    moved.count_request();
  }
};

QTEST_GUILESS_MAIN(IntegrationRequests)
#include "integration_requests.moc"
