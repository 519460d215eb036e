#include <sys/stat.h>

#include <QtTest>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "cli/scripted_server.hpp"
#include "support/eventually.hpp"
#include "support/temp_dir.hpp"
#include "uninterruptible/control_client.hpp"

using namespace uninterruptible;
using namespace uninterruptible::control;
using namespace std::chrono_literals;
using testing::FakeBackend;
using testing::ScriptedServer;
using Why = ControlError::Why;

namespace {

constexpr auto patience = 20s;

template <typename Call>
std::optional<Why> why(const Call& call) {
  try {
    call();
    return std::nullopt;
  } catch (const ControlError& error) {
    return error.why();
  }
}

}  // namespace

/// ControlClient against a server that does what the test tells it.
class IntegrationControlClient : public QObject {
  Q_OBJECT

  std::unique_ptr<testing::TempDir> directory_;
  std::unique_ptr<ScriptedServer> server_;

  [[nodiscard]] std::string path() const { return *directory_ / "echo.sock"; }
  void serve() {
    server_ = std::make_unique<ScriptedServer>(path());
    for (FakeBackend* backend : {&server_->backend, &server_->next_backend}) {
      backend->state.name = "echo";
      backend->state.pid = backend->greeting.pid;
    }
  }
  /// The next generation takes over with a process of its own.
  void move() {
    server_->next_backend.greeting.pid = server_->next_backend.state.pid = 4188;
    server_->move();
  }

 private slots:
  void init() {
    directory_ = std::make_unique<testing::TempDir>();
    ::setenv("UNINTERRUPTIBLE_CONTROL_DIR", directory_->path().c_str(), 1);
    serve();
  }
  void cleanup() {
    server_.reset();
    directory_.reset();
  }

  void a_server_is_found_by_name_and_by_path() {
    server_->start();
    ControlClient by_name("echo", patience);
    QCOMPARE(by_name.hello().generation, 7UL);
    QCOMPARE(by_name.status().name, std::string("echo"));
    ControlClient by_path(path(), patience);
    QCOMPARE(by_path.status().name, std::string("echo"));
  }
  void what_is_not_there_or_not_to_be_trusted_is_told_apart() {
    server_->start();
    QVERIFY(why([] { ControlClient("other"); }) == Why::no_server);
    QVERIFY(why([&] { ControlClient(*directory_ / "other.sock"); }) == Why::no_server);
    ::chmod(directory_->path().c_str(), 0777);
    QVERIFY(why([&] { ControlClient{path()}; }) == Why::not_trusted);
    ::chmod(directory_->path().c_str(), 0700);
    server_->on_thread([&] {
      server_->old_endpoint.stop();
      server_->close_listener();
    });
    QVERIFY(why([&] { ControlClient{path()}; }) == Why::no_server);
  }
  void a_server_that_says_nothing_is_waited_for_as_long_as_was_allowed() {
    const auto begun = std::chrono::steady_clock::now();
    QVERIFY(why([&] { ControlClient(path(), 100ms); }) == Why::timed_out);
    QVERIFY(std::chrono::steady_clock::now() - begun >= 100ms);
  }
  void all_pages_of_connections_that_fit() {
    for (std::uint64_t i = 1; i <= 3000; ++i)
      server_->backend.connections.push_back(FakeBackend::connection(6 + i % 2, i));
    server_->start();
    ControlClient client("echo", patience);
    QCOMPARE(client.connections().size(), 3000UL);
    CloseFilter filter;
    filter.generation = 6;
    QCOMPARE(client.connections(filter).size(), 1500UL);
  }
  void orders_are_carried_out_and_refusals_have_their_code() {
    server_->backend.connections = {FakeBackend::connection(7, 1)};
    server_->backend.extension = DrainExtended{{{6, {}}}, {}};
    server_->start();
    ControlClient client("echo", patience);
    const std::vector<std::string> ids{"7-1", "7-2"};
    const CloseReply closed = client.close(ids, true);
    QVERIFY(closed.closing == std::vector<std::string>{"7-1"} && closed.unknown.size() == 1);
    QCOMPARE(client.cancel().step, std::string("trial"));
    QCOMPARE(client.extend_drain({}).generations.size(), 1UL);
    QVERIFY(client.log_level("debug").generations.empty());
    client.shut_down(true);
    QCOMPARE(server_->count(&FakeBackend::shutdown_now_asked), 1);
    server_->on_thread([&] { server_->backend.cancel_refusal = Refusal{refused, "no restart is going on"}; });
    try {
      client.cancel();
      QFAIL("it was not refused");
    } catch (const ControlError& error) {
      QVERIFY(error.why() == Why::refused && error.code() == refused);
      QCOMPARE(std::string(error.what()), std::string("no restart is going on"));
    }
    QCOMPARE(client.status().name, std::string("echo"));  // and it goes on
  }
  void questions_follow_the_server_to_its_next_generation() {
    server_->start();
    ControlClient client("echo", patience);
    QCOMPARE(client.status().pid, 4121);
    server_->on_thread([&] { move(); });
    QCOMPARE(client.status().pid, 4188);
    QCOMPARE(client.hello().generation, 8UL);
  }
  void a_restart_is_followed_to_the_generation_that_makes_it_final() {
    server_->backend.on_restart = [this] {
      server_->publish("requested");
      server_->later([this] {
        server_->publish("trial");
        move();
        server_->publish("final");
      });
      return RestartAccepted{3, 8};
    };
    server_->start();
    ControlClient client("echo", patience);
    std::vector<std::string> steps;
    const Step end = client.restart(
        {}, [&](const Step& step) { steps.push_back(step.step); }, patience);
    QCOMPARE(end.step, std::string("final"));
    QVERIFY((steps == std::vector<std::string>{"requested", "trial", "final"}));
    QCOMPARE(client.status().pid, 4188);
  }
  void a_restart_that_fails_is_a_result() {
    server_->backend.on_restart = [this] {
      server_->later([this] { server_->publish("failed", [](Step& step) { step.text = "it died"; }); });
      return RestartAccepted{3, 8};
    };
    server_->start();
    ControlClient client("echo", patience);
    const Step end = client.restart();
    QVERIFY(end.step == "failed" && end.text == "it died");
  }
  void a_restart_whose_steps_died_with_their_process_is_an_error() {
    server_->backend.on_restart = [this] {
      server_->later([this] {
        server_->next_backend.steps.clear();
        move();
      });
      return RestartAccepted{3, 8};
    };
    server_->start();
    ControlClient client("echo", patience);
    QVERIFY(why([&] { client.restart(); }) == Why::lost);
    QCOMPARE(client.status().pid, 4188);
  }
  void a_restart_may_take_only_so_long() {
    server_->start();
    ControlClient client("echo", patience);
    QVERIFY(why([&] { client.restart({}, {}, 50ms); }) == Why::timed_out);
    QCOMPARE(client.status().pid, 4121);
  }
  void events_are_handed_on_without_a_gap_until_the_end() {
    server_->start();
    ControlClient client("echo", patience);
    std::vector<std::uint64_t> numbers;
    int events = 0;
    client.follow({}, [&](const Event& event) {
      ++events;
      if (const auto* const step = std::get_if<Step>(&event)) numbers.push_back(step->number);
      if (events == 1) {
        server_->on_thread([&] {
          server_->publish("requested");
          move();
          server_->publish("final");
        });
      }
      if (numbers.size() == 2 && events > 2) {
        server_->on_thread([&] {
          server_->next_endpoint.stopping({0});
          server_->next_endpoint.close_clients();
        });
      }
      return true;
    });
    QVERIFY((numbers == std::vector<std::uint64_t>{1, 2}));
  }
  void following_ends_where_the_caller_wants() {
    server_->start();
    ControlClient client("echo", patience);
    client.follow({}, [](const Event&) { return false; });
    QCOMPARE(client.status().name, std::string("echo"));
  }
  void the_end_is_waited_for() {
    server_->backend.on_shutdown = [this] { server_->old_endpoint.stopping({2}); };
    server_->start();
    ControlClient client("echo", patience);
    QVERIFY(why([&] { client.wait_until_ended(50ms); }) == Why::timed_out);
    client.shut_down();
    const int asked = server_->count(&FakeBackend::status_asked);
    const std::jthread last_connection_ends([&] {
      // Where it is never asked, the client's own deadline fails the test.
      static_cast<void>(testing::becomes_true(
          [&] { return server_->count(&FakeBackend::status_asked) != asked; }, patience));
      server_->on_thread([&] {
        server_->old_endpoint.stop();
        server_->close_listener();
        server_->old_endpoint.close_clients();
      });
    });
    client.wait_until_ended(patience);
    QVERIFY(why([&] { ControlClient{path()}; }) == Why::no_server);
  }
};

QTEST_GUILESS_MAIN(IntegrationControlClient)
#include "integration_control_client.moc"
