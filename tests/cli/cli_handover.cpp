#include <QJsonArray>
#include <QJsonObject>
#include <QtTest>

#include "cli/cli_fixture.hpp"
#include "cli/scripted_server.hpp"
#include "control/codec.hpp"

using namespace uninterruptible::control;
using namespace std::chrono_literals;
using testing::FakeBackend;
using testing::Result;
using testing::ScriptedServer;

namespace {

// What a client may meet while a server changes hands.

using Act = std::function<void(const uninterruptible::UniqueFd&)>;

void say(const uninterruptible::UniqueFd& client, const std::string& line) {
  [[maybe_unused]] const ssize_t sent = ::send(client.get(), line.data(), line.size(), MSG_NOSIGNAL);
}
Request hear(const uninterruptible::UniqueFd& client) {
  std::string line;
  char c = 0;
  while (::recv(client.get(), &c, 1, 0) == 1 && c != '\n') line += c;
  return decode_request(line);
}
void greet(const uninterruptible::UniqueFd& client) {
  Hello hello = FakeBackend().greeting;
  hello.generation = 7;
  say(client, encode(hello));
}
void end_at_once(const uninterruptible::UniqueFd&) {}
void move_before_the_answer(const uninterruptible::UniqueFd& client) {
  greet(client);
  hear(client);
  say(client, encode(Moved{7, 4121}));
}
void end_before_the_answer(const uninterruptible::UniqueFd& client) {
  greet(client);
  hear(client);
}
/// Closed with unread input: the client gets ECONNRESET.
void reset_before_the_answer(const uninterruptible::UniqueFd& client) {
  greet(client);
  pollfd request{client.get(), POLLIN, 0};
  ::poll(&request, 1, 20'000);
}
/// Answers the subscription, and the request after it with these words only.
Act subscribed(std::uint64_t last_step, std::string last_words) {
  return [last_step, last_words](const uninterruptible::UniqueFd& client) {
    greet(client);
    say(client, encode_subscribe_reply(hear(client).id, last_step));
    hear(client);
    say(client, last_words);
  };
}
const std::vector<Act> all_ways = {end_at_once, move_before_the_answer, end_before_the_answer,
                                   reset_before_the_answer};

}  // namespace

class CliHandover : public QObject, private testing::CliFixture {
  Q_OBJECT

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

  void what_may_be_asked_twice_is_asked_again_while_the_server_changes_hands() {
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"status"}, {"connections"}, {"list"}, {"close", "7-1", "7-2"}, {"shutdown", "--no-wait"}}) {
      const auto echo = server();
      echo->waver(all_ways);
      echo->start();
      const Result result = run(words);
      QVERIFY2(result.status == 0 && result.err.isEmpty(),
               (words[0] + ": " + result.err.toStdString()).c_str());
      if (words[0] == "list") QVERIFY2(result.out.contains("live"), result.out.constData());
      if (words[0] == "connections") QCOMPARE(result.out.count("7-"), 3);
      if (words[0] == "close") QCOMPARE(result.out, QByteArray("closing 7-1\nclosing 7-2\n"));
      if (words[0] == "shutdown") QCOMPARE(echo->count(&FakeBackend::shutdown_asked), 1);
    }
  }
  void a_server_that_only_ever_ends_connections_is_given_up() {
    const auto echo = server();
    echo->waver(std::vector<Act>(100'000, end_before_the_answer));
    echo->start();
    QElapsedTimer timer;
    timer.start();
    const Result result = run({"status"});
    QCOMPARE(result.status, 1);
    QVERIFY(result.err.contains("closed the connection before it answered"));
    QVERIFY(timer.elapsed() >= 4'000);
  }
  void a_restart_that_was_not_looked_at_is_asked_for_again() {
    const auto echo = server();
    ScriptedServer& it = *echo;
    it.backend.greeting.pid = it.backend.state.pid = 4121;
    const std::string moved = encode(Moved{7, 4121});
    // Before the subscription, after it with `moved`, and after it without a word: no step tells of a
    // restart.
    std::vector<Act> acts = all_ways;
    acts.push_back(subscribed(0, moved));
    acts.push_back(subscribed(0, {}));
    it.waver(acts);
    script(it, {[&] { it.publish("final"); }});
    echo->start();
    const Result result = run({"restart", "--json"});
    QCOMPARE(result.status, 0);
    QCOMPARE(result.json()["outcome"].toString(), QString("final"));
    QCOMPARE(result.json()["restart"].toInt(), 3);
    QCOMPARE(it.count(&FakeBackend::restart_asked), 1);
  }
  void a_restart_that_was_accepted_without_an_answer_is_not_asked_for_again() {
    const auto echo = server();
    ScriptedServer& it = *echo;
    it.waver({[&it](const uninterruptible::UniqueFd& client) {
      subscribed(0, {})(client);
      it.publish("requested");
      it.publish("spawned");
      it.backend.state.restart_step = "spawned";
      it.poller.call_after(300ms, [&it] { it.publish("final"); });
    }});
    echo->start();
    const Result result = run({"restart", "--json"});
    QCOMPARE(result.status, 0);
    QStringList steps;
    for (const auto& step : result.json()["steps"].toArray()) steps << step.toObject()["step"].toString();
    QCOMPARE(steps, QStringList({"requested", "spawned", "final"}));
    QCOMPARE(it.count(&FakeBackend::restart_asked), 0);
  }
  void a_restart_whose_server_ended_unanswered_tells_who_is_in_charge() {
    for (const std::uint64_t now : {6U, 8U}) {
      const auto echo = server();
      echo->backend.greeting.generation = echo->backend.state.generation = now;
      echo->backend.greeting.pid = echo->backend.state.pid = 4000;
      echo->waver({subscribed(5, {})});
      echo->start();
      const Result result = run({"restart", "--json"});
      QCOMPARE(result.status, now == 8 ? 0 : 1);
      QCOMPARE(result.json()["serving"].toInt(), static_cast<int>(now));
      QCOMPARE(echo->count(&FakeBackend::restart_asked), 0);
    }
  }
};

QTEST_GUILESS_MAIN(CliHandover)
#include "cli_handover.moc"
