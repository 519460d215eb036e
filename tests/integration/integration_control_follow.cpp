#include <QtTest>
#include <string>
#include <vector>

#include "integration/control_world.hpp"

using namespace control_world;

namespace {

Step step(std::uint64_t number, const std::string& name) {
  Step one;
  one.number = number;
  one.restart = 3;
  one.generation = 8;
  one.step = name;
  return one;
}

}  // namespace

/// What clients of the endpoint choose to see: some of the connections, the log from a level on.
class IntegrationControlFollow : public QObject {
  Q_OBJECT

 private slots:
  void pages_hold_only_what_fits_the_conditions() {
    World world;
    for (std::uint64_t i = 1; i <= 3000; ++i) {
      world.backend.connections.push_back(FakeBackend::connection(6, i));
      if (i % 2 == 0) world.backend.connections.back().state = "closing";
    }
    world.backend.connections.push_back(FakeBackend::connection(7, 1));
    RawClient client(world.path);
    Session session;
    CloseFilter filter;
    filter.generation = 6;
    filter.state = "closing";
    filter.idle = 5s;
    std::size_t count = 0;
    std::string after;
    do {
      session.request_connections(after, filter);
      const auto page = world.next<ConnectionsReply>(session, client);
      QVERIFY(page);
      for (const auto& one : page->connections) QVERIFY(one.generation == 6 && one.state == "closing");
      count += page->connections.size();
      after = page->next;
    } while (!after.empty());
    QCOMPARE(count, 1500UL);
    QVERIFY(world.backend.filters.size() > 1 && world.backend.filters.back() == filter);
    QCOMPARE(world.backend.collect_asked, 0);
  }
  void a_condition_that_means_nothing_is_refused_and_the_client_stays() {
    World world;
    RawClient client(world.path);
    Session session;
    CloseFilter filter;
    filter.peer = "nonsense";
    session.request_connections("", filter);
    const auto failure = world.next<Failure>(session, client);
    QVERIFY(failure && failure->code == invalid_params);
    session.request_connections();
    QVERIFY(world.next<ConnectionsReply>(session, client));
  }
  void log_lines_come_to_those_who_follow_them_from_their_level_on() {
    World world;
    RawClient calm(world.path);
    RawClient curious(world.path);
    RawClient deaf(world.path);
    Session calm_session;
    Session curious_session;
    Session deaf_session;
    calm_session.request_subscribe({false, {}, "error"});
    curious_session.request_subscribe({false, {}, "debug"});
    deaf_session.request_subscribe({});
    QVERIFY(world.next<SubscribeReply>(calm_session, calm));
    QVERIFY(world.next<SubscribeReply>(curious_session, curious));
    QVERIFY(world.next<SubscribeReply>(deaf_session, deaf));
    QVERIFY((world.backend.log_followed == std::vector<std::string>{"error", "debug"}));
    world.endpoint->publish(LogLine{6, {}, "debug", "small", 0});
    world.endpoint->publish(LogLine{7, {}, "fatal", "big", 4});
    world.endpoint->publish(step(1, "final"));
    QCOMPARE(world.next<LogLine>(calm_session, calm)->text, std::string("big"));
    const auto first = world.next<LogLine>(curious_session, curious);
    QVERIFY(first->text == "small" && first->generation == 6 && first->lost == 0);
    const auto second = world.next<LogLine>(curious_session, curious);
    QVERIFY(second->text == "big" && second->lost == 4);
    QVERIFY(world.next<Step>(deaf_session, deaf));
    QVERIFY(deaf.text.find("big") == std::string::npos);
    // As those who follow go, less is of use to anybody.
    curious.socket.reset();
    QVERIFY(world.pump_until([&] { return world.backend.log_followed.size() == 3; }));
    calm_session.request_subscribe({});
    QVERIFY(world.next<SubscribeReply>(calm_session, calm));
    QVERIFY((world.backend.log_followed == std::vector<std::string>{"error", "debug", "error", ""}));
  }
  void a_slow_reader_loses_log_lines_and_nothing_else() {
    World world;
    RawClient client(world.path);
    Session session;
    session.request_subscribe({false, {}, "debug"});
    QVERIFY(world.next<GenerationsChanged>(session, client));
    constexpr std::uint64_t lines = 5000;
    std::uint64_t number = 0;
    const std::string text(1000, 'x');
    for (std::uint64_t i = 1; i <= lines; ++i) {
      world.endpoint->publish(LogLine{7, {}, "info", text, 0});
      if (i % 1000 != 0) continue;
      world.backend.steps.push_back(step(++number, "progress"));
      world.endpoint->publish(world.backend.steps.back());
      world.poller.dispatch();
    }
    std::uint64_t told = 0;
    std::uint64_t lost = 0;
    std::uint64_t steps = 0;
    bool last_came = false;
    QVERIFY(world.pump_until([&] {
      client.read();
      session.feed(client.text);
      client.text.clear();
      while (const auto event = session.next_event()) {
        if (std::holds_alternative<ProtocolError>(*event)) return true;
        if (const auto* one = std::get_if<Step>(&*event)) steps += one->number == steps + 1 ? 1 : 100;
        const auto* const line = std::get_if<LogLine>(&*event);
        if (line == nullptr) continue;
        ++told;
        lost += line->lost;
        last_came = last_came || line->text == "last";
      }
      if (steps == number && !last_came) world.endpoint->publish(LogLine{7, {}, "info", "last", 0});
      return last_came;
    }));
    QCOMPARE(steps, number);
    QVERIFY(lost > lines / 2);
    QVERIFY(told < lines / 2);
  }
};

QTEST_GUILESS_MAIN(IntegrationControlFollow)
#include "integration_control_follow.moc"
