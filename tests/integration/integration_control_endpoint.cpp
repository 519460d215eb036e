#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QtTest>
#include <filesystem>
#include <set>

#include "control/codec.hpp"
#include "integration/control_world.hpp"

using namespace control_world;

namespace {

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

Step step(std::uint64_t number, const std::string& name, std::string text = {}) {
  Step one;
  one.number = number;
  one.restart = 3;
  one.generation = 8;
  one.step = name;
  one.text = std::move(text);
  return one;
}

}  // namespace

class IntegrationControlEndpoint : public QObject {
  Q_OBJECT

 private slots:
  void greets_and_answers() {
    World world;
    RawClient client(world.path);
    QCOMPARE(world.next_line(client) + "\n", encode(world.backend.greeting));
    client.write(R"({"jsonrpc":"2.0","id":"a","method":"status"})"
                 "\n");
    QVERIFY(world.next_line(client).starts_with(R"({"jsonrpc":"2.0","id":"a","result":{"name":)"));
    client.write("\r\n   \n{\"jsonrpc\":\"2.0\",\"method\":\"status\"}\n{}\n");
    QVERIFY(world.next_line(client).find("-32600") != std::string::npos);
    QCOMPARE(world.backend.status_asked, 2);
  }
  void bytes_may_come_one_by_one() {
    World world;
    RawClient client(world.path);
    world.next_line(client);
    for (const char c : std::string_view("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"nope\"}\n")) {
      QCOMPARE(client.write(std::string_view(&c, 1)), 1UL);
      world.poller.dispatch();
    }
    QVERIFY(world.next_line(client).find("-32601") != std::string::npos);
  }
  void many_requests_at_once_are_answered_in_order() {
    World world;
    RawClient client(world.path);
    world.next_line(client);
    std::string requests;
    for (int i = 0; i < 200; ++i) {
      requests += "{\"jsonrpc\":\"2.0\",\"id\":" + std::to_string(i) + ",\"method\":\"status\"}\n";
    }
    std::string_view rest = requests;
    for (int i = 0; i < 200; ++i) {
      std::string line;
      QVERIFY(world.pump_until([&] {
        rest.remove_prefix(client.write(rest));
        client.read();
        if (auto one = client.line()) line = *one;
        return !line.empty();
      }));
      QVERIFY(line.starts_with("{\"jsonrpc\":\"2.0\",\"id\":" + std::to_string(i) + ","));
    }
  }
  void who_asks_without_a_pause_is_slowed_and_delays_nobody() {
    World world;
    RawClient eager(world.path);
    world.next_line(eager);
    std::string requests;
    for (int i = 0; i < 2000; ++i) requests += "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\"}\n";
    std::string_view rest = requests;
    const auto asks_on = [&] {
      rest.remove_prefix(eager.write(rest));
      eager.read();
      while (eager.line()) {
      }
    };
    const auto begun = Clock::now();
    QVERIFY(world.pump_until([&] {
      asks_on();
      return world.backend.status_asked >= 300;
    }));
    // 100 at once, then 250 a second.
    QVERIFY2(Clock::now() - begun >= 800ms,
             "300 requests of one client were handled faster than all may ask together");

    RawClient calm(world.path);
    world.next_line(calm);
    const int before = world.backend.status_asked;
    calm.write("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"status\"}\n");
    QVERIFY(world.pump_until([&] {
      asks_on();
      calm.read();
      return calm.line().has_value();
    }));
    QVERIFY2(world.backend.status_asked - before < 50, "one request waited behind many of somebody else");
  }
  void who_asks_much_and_leaves_has_all_of_it_done() {
    World world;
    {
      RawClient client(world.path);
      world.next_line(client);
      std::string requests;
      for (int i = 0; i < 150; ++i) requests += "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"cancel\"}\n";
      QCOMPARE(client.write(requests), requests.size());
    }
    QVERIFY(world.pump_until([&] { return world.endpoint->clients() == 0; }));
    QCOMPARE(world.backend.cancel_asked, 150);
  }
  void who_stops_sending_still_gets_the_replies() {
    World world;
    RawClient client(world.path);
    client.write(
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\"}\n{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":"
        "\"status\"}");
    ::shutdown(client.socket.get(), SHUT_WR);
    QVERIFY(world.pump_until_ended(client));
    QVERIFY(client.text.find("\"id\":1,\"result\"") != std::string::npos);
    QVERIFY(client.text.find("\"id\":2,\"result\"") != std::string::npos);
    QCOMPARE(world.endpoint->clients(), 0UL);
  }
  void a_subscriber_may_stop_sending() {
    World world;
    RawClient client(world.path);
    client.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscribe\"}\n");
    ::shutdown(client.socket.get(), SHUT_WR);
    QVERIFY(world.next_line(client).find("hello") != std::string::npos);
    QVERIFY(world.next_line(client).find("last_step") != std::string::npos);
    QVERIFY(world.next_line(client).find("generations") != std::string::npos);
    world.endpoint->publish(step(1, "requested"));
    QVERIFY(world.next_line(client).find("requested") != std::string::npos);
    client.socket.reset();
    QVERIFY(world.pump_until([&] { return world.endpoint->clients() == 0; }));
  }
  void what_was_asked_before_leaving_is_carried_out() {
    World world;
    {
      RawClient client(world.path);
      client.write(
          "{\"jsonrpc\":\"2.0\",\"method\":\"restart\"}\n{\"jsonrpc\":\"2.0\",\"method\":\"restart\"}\n");
    }
    QVERIFY(
        world.pump_until([&] { return world.backend.restart_asked == 2 && world.endpoint->clients() == 0; }));
  }
  void what_was_only_asked_before_leaving_costs_nothing() {
    World world;
    {
      RawClient client(world.path);
      for (int i = 0; i < 100; ++i) {
        client.write(
            "{\"jsonrpc\":\"2.0\",\"method\":\"status\"}\n{\"jsonrpc\":\"2.0\",\"method\":\"connections\"}"
            "\n");
      }
      client.write("{\"jsonrpc\":\"2.0\",\"method\":\"restart\"}\n");
    }
    QVERIFY(
        world.pump_until([&] { return world.backend.restart_asked == 1 && world.endpoint->clients() == 0; }));
    QCOMPARE(world.backend.status_asked, 0);
    QCOMPARE(world.backend.collect_asked, 0);
  }
  void a_line_that_is_too_long_ends_it() {
    World world;
    RawClient client(world.path);
    world.next_line(client);
    const std::string junk(largest_message, 'x');
    std::string_view rest = junk;
    QVERIFY(world.pump_until([&] {
      rest.remove_prefix(client.write(rest));
      return rest.empty();
    }));
    QVERIFY(world.next_line(client).find("-32700") != std::string::npos);
    QVERIFY(world.pump_until_ended(client));
  }
  void the_longest_line_is_read() {
    World world;
    RawClient client(world.path);
    world.next_line(client);
    std::string line = R"({"jsonrpc":"2.0","id":1,"method":"status"})";
    line.insert(1, std::string(largest_message - 1 - line.size(), ' '));
    line += '\n';
    std::string_view rest = line;
    QVERIFY(world.pump_until([&] {
      rest.remove_prefix(client.write(rest));
      return rest.empty();
    }));
    QVERIFY(world.next_line(client).find("result") != std::string::npos);
  }
  void the_33rd_client_is_sent_away_politely() {
    World world;
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 32; ++i) {
      clients.push_back(std::make_unique<RawClient>(world.path));
      QVERIFY(world.next_line(*clients.back()).find("hello") != std::string::npos);
    }
    RawClient late(world.path);
    QVERIFY(world.next_line(late).find("\"code\":5") != std::string::npos);
    QVERIFY(world.pump_until_ended(late));
    clients.pop_back();
    QVERIFY(world.pump_until([&] { return world.endpoint->clients() == 31; }));
    RawClient next(world.path);
    QVERIFY(world.next_line(next).find("hello") != std::string::npos);
  }
  void steps_that_were_missed_come_first_then_the_generations() {
    World world;
    for (std::uint64_t i = 1; i <= 5; ++i) world.backend.steps.push_back(step(i, "progress"));
    RawClient client(world.path);
    Session session;
    session.request_subscribe({false, 3});
    QCOMPARE(world.next<SubscribeReply>(session, client)->last_step, 5UL);
    QCOMPARE(world.next<Step>(session, client)->number, 4UL);
    QCOMPARE(world.next<Step>(session, client)->number, 5UL);
    QVERIFY(world.next<GenerationsChanged>(session, client));
    // A cursor from before a cold start must not hide what comes.
    session.request_subscribe({false, 900});
    QVERIFY(world.next<SubscribeReply>(session, client));
    world.endpoint->publish(step(6, "final"));
    QCOMPARE(world.next<Step>(session, client)->step, std::string("final"));
  }
  void many_changes_of_generations_come_as_few() {
    World world;
    RawClient client(world.path);
    Session session;
    session.request_subscribe({});
    QVERIFY(world.next<GenerationsChanged>(session, client));
    const int before = world.backend.status_asked;
    for (int i = 0; i < 1000; ++i) {
      world.backend.state.generation = static_cast<std::uint64_t>(i);
      world.endpoint->generations_changed();
    }
    QVERIFY(world.pump_until([&] {
      const auto changed = world.next<GenerationsChanged>(session, client);
      return changed && changed->status.generation == 999;
    }));
    QVERIFY(world.backend.status_asked - before <= 2);
  }
  void connections_are_told_as_snapshot_and_differences() {
    World world;
    for (std::uint64_t i = 1; i <= 2000; ++i)
      world.backend.connections.push_back(FakeBackend::connection(7, i));
    RawClient client(world.path);
    Session session;
    session.request_subscribe({true, {}});
    std::set<std::string> known;
    std::uint64_t number = 0;
    for (bool complete = false; !complete;) {
      const auto page = world.next<ConnectionsChanged>(session, client);
      QVERIFY(page);
      QCOMPARE(page->number, ++number);
      QCOMPARE(page->reset, number == 1);
      for (const auto& one : page->changed) known.insert(one.id);
      complete = page->complete;
    }
    QVERIFY(number > 3);
    QCOMPARE(known.size(), 2000UL);
    // One goes, one changes, one comes.
    world.backend.connections.erase(world.backend.connections.begin() + 9);
    world.backend.connections[0].bytes_in = 17;
    world.backend.connections.push_back(FakeBackend::connection(8, 1));
    const auto change = world.next<ConnectionsChanged>(session, client);
    QVERIFY(change && !change->reset && change->complete);
    QCOMPARE(change->number, ++number);
    QVERIFY(change->removed == std::vector<std::string>{"7-10"});
    QCOMPARE(change->changed.size(), 2UL);
    QCOMPARE(change->changed[0].bytes_in, 17UL);
    QCOMPARE(change->changed[1].id, std::string("8-1"));
    // Nothing changes: it is looked at again, but nothing is told.
    const int looks = world.backend.collect_asked;
    QVERIFY(world.pump_until([&] { return world.backend.collect_asked >= looks + 3; }));
    client.read();
    QVERIFY(client.text.empty());
    // Nobody wants them any more: nobody looks.
    client.socket.reset();
    QVERIFY(world.pump_until([&] { return world.endpoint->clients() == 0; }));
    const int then = world.backend.collect_asked;
    world.pump_until([] { return false; }, 500ms);
    QVERIFY(world.backend.collect_asked <= then + 1);
  }
  void looks_at_connections_never_overlap() {
    World world;
    world.backend.hold_collect = true;
    RawClient client(world.path);
    Session session;
    session.request_subscribe({true, {}});
    QVERIFY(world.next<SubscribeReply>(session, client));
    QVERIFY(world.pump_until([&] { return world.backend.held.size() == 1; }));
    world.pump_until([] { return false; }, 500ms);
    QCOMPARE(world.backend.held.size(), 1UL);
    world.backend.held[0]({});
    const auto page = world.next<ConnectionsChanged>(session, client);
    QVERIFY(page && page->reset && page->complete && page->changed.empty());
    QVERIFY(world.pump_until([&] { return world.backend.held.size() == 2; }));
  }
  void pages_of_connections_join_to_all() {
    World world;
    for (std::uint64_t i = 1; i <= 3000; ++i)
      world.backend.connections.push_back(FakeBackend::connection(7, i));
    RawClient client(world.path);
    Session session;
    std::string after;
    std::set<std::string> known;
    int pages = 0;
    do {
      session.request_connections(after);
      const auto page = world.next<ConnectionsReply>(session, client);
      QVERIFY(page);
      for (const auto& one : page->connections) QVERIFY(known.insert(one.id).second);
      after = page->next;
      ++pages;
    } while (!after.empty());
    QCOMPARE(known.size(), 3000UL);
    QVERIFY(pages > 3);
  }
  void who_never_reads_costs_little_delays_nobody_and_misses_no_step() {
    World world;
    for (std::uint64_t i = 1; i <= 3000; ++i)
      world.backend.connections.push_back(FakeBackend::connection(7, i));
    RawClient lazy(world.path);
    lazy.write(R"({"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"connections":true}})"
               "\n");
    RawClient busy(world.path);
    Session busy_session;
    busy_session.request_subscribe({});
    QVERIFY(world.next<GenerationsChanged>(busy_session, busy));
    constexpr std::uint64_t most = 2000;
    for (std::uint64_t i = 1; i <= most; ++i) {
      world.backend.steps.push_back(step(i, "progress", std::string(500, 'x')));
      world.endpoint->publish(world.backend.steps.back());
      const auto got = world.next<Step>(busy_session, busy);
      QVERIFY(got && got->number == i);
    }
    // It starves for longer than a snapshot is kept for it.
    const auto fed_up = Clock::now() + 1500ms;
    QVERIFY(world.pump_until([&] {
      world.backend.connections[0].bytes_in++;
      return Clock::now() > fed_up;
    }));
    // Then it reads: all steps in order, and the connections from a new start.
    Session session;
    session.request_subscribe({});  // its reply has the number of what was written by hand
    session.sent(session.output().size());
    std::uint64_t last_step = 0;
    int resets = 0;
    bool whole = false;
    std::set<std::string> known;
    QVERIFY(world.pump_until([&] {
      lazy.read();
      session.feed(lazy.text);
      lazy.text.clear();
      while (const auto event = session.next_event()) {
        if (std::holds_alternative<ProtocolError>(*event)) return true;
        if (const auto* one = std::get_if<Step>(&*event)) {
          if (one->number != last_step + 1) return true;
          last_step = one->number;
        }
        if (const auto* change = std::get_if<ConnectionsChanged>(&*event)) {
          if (change->reset) {
            ++resets;
            known.clear();
          }
          for (const auto& record : change->changed) known.insert(record.id);
          whole = change->complete;
        }
      }
      return last_step == most && whole && known.size() == 3000;
    }));
    QCOMPARE(last_step, most);
    QCOMPARE(known.size(), 3000UL);
    QVERIFY2(resets == 1 || resets == 2, qPrintable(QString::number(resets)));
  }
  void descriptors_passed_along_do_not_stay() {
    World world;
    RawClient client(world.path);
    world.next_line(client);
    const std::size_t before = open_descriptors();
    for (int i = 0; i < 50; ++i) {
      const int passed = client.socket.get();
      std::string text = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"nope\"}\n";
      iovec part{text.data(), text.size()};
      alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
      msghdr message{};
      message.msg_iov = &part;
      message.msg_iovlen = 1;
      message.msg_control = control;
      message.msg_controllen = sizeof control;
      cmsghdr* const header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(sizeof(int));
      std::memcpy(CMSG_DATA(header), &passed, sizeof passed);
      QVERIFY(::sendmsg(client.socket.get(), &message, 0) > 0);
      QVERIFY(world.next_line(client).find("-32601") != std::string::npos);
    }
    QCOMPARE(open_descriptors(), before);
  }
  void a_move_is_the_last_thing_that_is_told() {
    World world;
    RawClient idle(world.path);
    RawClient subscriber(world.path);
    subscriber.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscribe\"}\n");
    world.next_line(idle);
    for (int i = 0; i < 3; ++i) world.next_line(subscriber);
    world.endpoint->publish(step(1, "final"));
    world.endpoint->moved({8, 99});
    QVERIFY(world.next_line(subscriber).find("final") != std::string::npos);
    for (RawClient* client : {&idle, &subscriber}) {
      QCOMPARE(world.next_line(*client),
               std::string(R"({"jsonrpc":"2.0","method":"moved","params":{"generation":8,"pid":99}})"));
      QVERIFY(world.pump_until_ended(*client));
    }
    // Who connects now waits in the queue for the next generation.
    RawClient next(world.path);
    world.pump_until([] { return false; }, 50ms);
    next.read();
    QVERIFY(next.text.empty() && !next.ended);
  }
  void who_asks_at_the_moment_of_a_move_is_told_it_and_not_reset() {
    World world;
    RawClient client(world.path);
    world.next_line(client);
    const std::string_view restart = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"restart\"}\n";
    QCOMPARE(client.write(restart), restart.size());
    world.endpoint->moved({8, 99});
    // It has not read yet what it was told, and goes on.
    QCOMPARE(client.write(restart), restart.size());
    QVERIFY(world.next_line(client).find("moved") != std::string::npos);
    QCOMPARE(client.write(restart), restart.size());
    QVERIFY(world.pump_until_ended(client));
    QCOMPARE(client.error, 0);
    QVERIFY(client.text.empty());
    QCOMPARE(world.endpoint->clients(), 1UL);
    client.socket.reset();
    QVERIFY(world.pump_until([&] { return world.endpoint->clients() == 0; }));
    QCOMPARE(world.backend.restart_asked, 0);
  }
  void who_does_not_go_after_a_move_is_closed_and_not_reset() {
    World world;
    RawClient client(world.path);
    world.next_line(client);
    const auto begin = Clock::now();
    world.endpoint->moved({8, 99});
    QVERIFY(world.pump_until([&] {
      client.write("\n");
      return world.endpoint->clients() == 0;
    }));
    const auto took = Clock::now() - begin;
    QVERIFY(took >= 1900ms && took < 10s);
    QVERIFY(world.next_line(client).find("moved") != std::string::npos);
    QVERIFY(world.pump_until_ended(client));
    QCOMPARE(client.error, 0);
    QCOMPARE(client.write("\n"), 0UL);
  }
  void who_asks_when_all_are_closed_is_not_reset() {
    World world;
    RawClient client(world.path);
    RawClient half(world.path);
    world.next_line(client);
    world.next_line(half);
    world.endpoint->stopping({0});
    client.write(std::string(100'000, ' '));
    half.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\"}");
    ::shutdown(half.socket.get(), SHUT_WR);
    world.endpoint->close_clients();
    QCOMPARE(world.endpoint->clients(), 0UL);
    for (RawClient* one : {&client, &half}) {
      QVERIFY(world.next_line(*one).find("stopping") != std::string::npos);
      QVERIFY(world.pump_until_ended(*one));
      QCOMPARE(one->error, 0);
    }
  }
  void the_end_is_told_and_the_connection_stays() {
    World world;
    world.backend.on_shutdown = [&] { world.endpoint->stopping({2}); };
    RawClient client(world.path);
    world.next_line(client);
    client.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"shutdown\"}\n");
    QCOMPARE(world.next_line(client), std::string(R"({"jsonrpc":"2.0","id":1,"result":{}})"));
    QVERIFY(world.next_line(client).find("stopping") != std::string::npos);
    RawClient late(world.path);
    world.next_line(late);
    QVERIFY(world.next_line(late).find("stopping") != std::string::npos);
    world.endpoint->close_clients();
    QVERIFY(world.pump_until_ended(client));
    QVERIFY(world.pump_until_ended(late));
  }
  void answers_that_come_after_the_client_or_the_endpoint_went_do_no_harm() {
    World world;
    world.backend.hold_collect = true;
    {
      RawClient client(world.path);
      client.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"connections\"}\n");
      QVERIFY(world.pump_until([&] { return world.backend.held.size() == 1; }));
    }
    QVERIFY(world.pump_until([&] { return world.endpoint->clients() == 0; }));
    world.backend.held[0]({FakeBackend::connection(7, 1)});
    RawClient client(world.path);
    client.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"connections\"}\n");
    QVERIFY(world.pump_until([&] { return world.backend.held.size() == 2; }));
    world.endpoint.reset();
    world.backend.held[1]({FakeBackend::connection(7, 1)});
    QVERIFY(world.pump_until_ended(client));
  }
};

QTEST_GUILESS_MAIN(IntegrationControlEndpoint)
#include "integration_control_endpoint.moc"
