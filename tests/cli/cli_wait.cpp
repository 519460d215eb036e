#include <QJsonObject>
#include <QtTest>
#include <csignal>
#include <functional>

#include "cli/cli_fixture.hpp"
#include "cli/scripted_server.hpp"
#include "support/eventually.hpp"
#include "support/files.hpp"

using namespace uninterruptible::control;
using testing::FakeBackend;
using testing::Result;
using testing::ScriptedServer;

/// `wait STATE`.
class CliWait : public QObject, private testing::CliFixture {
  Q_OBJECT

  testing::Process wait_for(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "wait");
    return testing::Process(tree, options(std::move(arguments), {}));
  }
  /// Waits until it has asked the server, and so waits for news.
  static void subscribed(ScriptedServer& it) {
    testing::eventually([&] { return it.count(&FakeBackend::status_asked) > 0; }, "it has looked");
  }
  /// Waits until it sleeps, or has ended already.
  static void sleeps(const testing::Process& process) {
    testing::eventually(
        [&] {
          const std::string text = testing::read_file("/proc/" + std::to_string(process.pid()) + "/stat");
          const std::size_t state = text.rfind(')') + 2;
          return text.size() <= state || text[state] == 'S' || text[state] == 'Z';
        },
        "it sleeps");
  }

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

  void live_is_when_one_accepts_and_no_restart_goes_on() {
    const auto echo = server();
    ScriptedServer& it = *echo;
    echo->start();
    const Result result = run({"wait", "live"});
    QCOMPARE(result.status, 0);
    QCOMPARE(result.out, QByteArray("echo is live: generation 7 (pid 4121)\n"));
    it.on_thread([&] { it.backend.state.restart_step = "trial"; });
    QCOMPARE(run({"wait", "live", "--timeout", "100ms"}).status, 5);
    it.on_thread([&] {
      it.backend.state.restart_step = "";
      it.backend.state.generations[1].state = "stopping";
    });
    QCOMPARE(run({"wait", "live", "--timeout", "100ms"}).status, 5);
  }
  void the_end_of_a_restart_is_noticed_by_its_step() {
    const auto echo = server();
    ScriptedServer& it = *echo;
    it.backend.state.restart_step = "spawned";
    echo->start();
    testing::Process process = wait_for({"live", "--json"});
    subscribed(it);
    it.on_thread([&] {
      it.backend.state.restart_step = "";
      it.publish("failed");
    });
    const Result result = result_of(process);
    QCOMPARE(result.status, 0);
    QCOMPARE(result.json()["outcome"].toString(), QString("reached"));
    QCOMPARE(result.json()["state"].toString(), QString("live"));
    QCOMPARE(result.json()["name"].toString(), QString("echo"));
    QCOMPARE(result.json()["generation"].toInt(), 7);
  }
  void drained_is_when_one_generation_is_left() {
    const auto echo = server();
    ScriptedServer& it = *echo;
    echo->start();
    testing::Process process = wait_for({"drained"});
    subscribed(it);
    QVERIFY(process.is_alive());
    it.on_thread([&] {
      it.backend.state.generations.erase(it.backend.state.generations.begin());
      it.old_endpoint.generations_changed();
    });
    const Result result = result_of(process);
    QCOMPARE(result.status, 0);
    QCOMPARE(result.out, QByteArray("echo is drained: generation 7 (pid 4121)\n"));
  }
  void the_server_is_followed_to_the_next_generation() {
    const auto echo = server();
    ScriptedServer& it = *echo;
    echo->start();
    testing::Process process = wait_for({"drained"});
    subscribed(it);
    it.on_thread([&] {
      it.next_backend.state.generation = 8;
      it.next_backend.state.generations = {{8, 4188, "live", true, {}, 0, 0, {}, {}, {}}};
      it.move();
    });
    QCOMPARE(result_of(process).status, 0);
  }
  void live_waits_for_a_server_that_is_not_there_yet() {
    for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
             {"live"}, {"live", "-s", "echo"}, {"live", "-s", socket("echo")}}) {
      testing::Process process = wait_for(arguments);
      sleeps(process);
      const auto echo = server();
      echo->start();
      QCOMPARE(result_of(process).status, 0);
    }
  }
  void gone_is_when_nobody_is_there() {
    const Result nobody = run({"wait", "gone", "-s", "echo"});
    QCOMPARE(nobody.status, 0);
    QCOMPARE(nobody.out, QByteArray("echo is gone\n"));
    QCOMPARE(run({"wait", "gone"}).status, 0);
    auto echo = server();
    ScriptedServer& it = *echo;
    echo->start();
    QCOMPARE(run({"wait", "gone", "--timeout", "100ms"}).status, 5);
    const int asked = it.count(&FakeBackend::status_asked);
    testing::Process process = wait_for({"gone"});
    testing::eventually([&] { return it.count(&FakeBackend::status_asked) > asked; }, "it has looked");
    echo.reset();
    QCOMPARE(result_of(process).status, 0);
  }
  void a_socket_that_was_left_behind_is_gone_too() {
    testing::listen_at(socket("echo"));
    QCOMPARE(run({"wait", "gone"}).status, 0);
  }
  void too_long_is_5() {
    const Result result = run({"wait", "live", "--timeout", "100ms", "--json"});
    QCOMPARE(result.status, 5);
    QCOMPARE(result.json()["outcome"].toString(), QString("timed_out"));
    const auto deaf = testing::listen_at(socket("echo"));
    QCOMPARE(run({"wait", "live", "--timeout", "100ms"}).status, 5);
  }
  void an_interrupt_is_130() {
    const auto echo = server();
    echo->start();
    testing::Process process = wait_for({"drained"});
    subscribed(*echo);
    process.signal(SIGINT);
    QCOMPARE(result_of(process).status, 130);
  }
  void another_protocol_is_6() {
    const auto echo = server();
    echo->backend.greeting.protocol = 2;
    echo->start();
    QCOMPARE(run({"wait", "live"}).status, 6);
  }
};

QTEST_GUILESS_MAIN(CliWait)
#include "cli_wait.moc"
