#include <QtTest>
#include <random>

#include "control/codec.hpp"

using namespace uninterruptible::control;

namespace {
const std::string greeting = encode(Hello{protocol_version, "echo", 7, 4121, "0.1.0"});

template <typename T>
bool next_is(Session& session) {
  const std::optional<Event> event = session.next_event();
  return event && std::holds_alternative<T>(*event);
}
}  // namespace

class UnitControlSession : public QObject {
  Q_OBJECT

 private slots:
  void bytes_may_come_one_by_one() {
    Session session;
    const auto id = session.request_status();
    const std::string text =
        greeting + encode(Moved{8, 1}) + encode_reply(std::to_string(id), ServerStatus{});
    for (const char c : text) session.feed(std::string_view(&c, 1));
    QVERIFY(next_is<Hello>(session));
    QVERIFY(next_is<Moved>(session));
    QVERIFY(next_is<StatusReply>(session));
    QVERIFY(!session.next_event());
  }
  void what_is_not_known_is_ignored() {
    Session session;
    session.feed(
        R"({"jsonrpc":"2.0","method":"hello","params":{"protocol":1,"name":"e","colour":{"x":[null]}}})"
        "\n");
    session.feed(R"({"jsonrpc":"2.0","method":"weather","params":[1,2]})"
                 "\n");
    session.feed(R"({"jsonrpc":"2.0","method":"stopping"})"
                 "\n");
    QVERIFY(next_is<Hello>(session));
    QVERIFY(next_is<Stopping>(session));
    QVERIFY(!session.next_event());
  }
  void the_greeting_tells_the_role() {
    Session session;
    Hello hello{protocol_version, "echo", 7, 4121, "0.1.0", "observe"};
    session.feed(encode(hello));
    QCOMPARE(std::get<Hello>(session.next_event().value()).role, std::string("observe"));
  }
  void a_server_without_roles_lets_everybody_operate_who_gets_in() {
    Session session;
    session.feed(R"({"jsonrpc":"2.0","method":"hello","params":{"protocol":1,"name":"e"}})"
                 "\n");
    QCOMPARE(std::get<Hello>(session.next_event().value()).role, std::string("operate"));
  }
  void the_greeting_must_come_first() {
    Session session;
    session.feed(encode(Moved{8, 1}) + greeting);
    QVERIFY(next_is<ProtocolError>(session));
    QVERIFY(!session.next_event());
  }
  void a_refusal_may_come_instead_of_the_greeting() {
    Session session;
    session.feed(encode_reply("null", Refusal{too_many_clients, "too many clients"}));
    const auto failure = std::get<Failure>(session.next_event().value());
    QCOMPARE(failure.code, int{too_many_clients});
    QCOMPARE(failure.request, 0UL);
  }
  void another_version_is_told_and_nothing_more_is_read() {
    Session session;
    session.feed(R"({"jsonrpc":"2.0","method":"hello","params":{"protocol":2,"name":7}})"
                 "\n" +
                 greeting);
    QCOMPARE(std::get<Hello>(session.next_event().value()).protocol, 2);
    QVERIFY(next_is<ProtocolError>(session));
    QVERIFY(!session.next_event());
  }
  void an_endless_line_costs_bounded_memory() {
    Session session;
    session.feed(greeting);
    QVERIFY(next_is<Hello>(session));
    session.feed(std::string(largest_message - 1, ' '));
    QVERIFY(!session.next_event());
    session.feed(" ");
    QVERIFY(next_is<ProtocolError>(session));
    session.feed(std::string(10'000'000, 'x'));
    QVERIFY(!session.next_event());
  }
  void the_longest_line_is_read() {
    Session session;
    std::string line = R"({"jsonrpc":"2.0","method":"stopping"})";
    line.insert(1, std::string(largest_message - 1 - line.size(), ' '));
    session.feed(greeting + line + "\n");
    QVERIFY(next_is<Hello>(session));
    QVERIFY(next_is<Stopping>(session));
  }
  void replies_that_nobody_asked_for_end_it() {
    Session session;
    session.feed(greeting + encode_shutdown_reply("5"));
    QVERIFY(next_is<Hello>(session));
    QVERIFY(next_is<ProtocolError>(session));
  }
  void a_reply_comes_once() {
    Session session;
    const auto id = std::to_string(session.request_shutdown());
    session.feed(greeting + encode_shutdown_reply(id) + encode_shutdown_reply(id));
    QVERIFY(next_is<Hello>(session));
    QVERIFY(next_is<ShutdownReply>(session));
    QVERIFY(next_is<ProtocolError>(session));
  }
  void wrong_types_end_it_data() {
    QTest::addColumn<QByteArray>("line");
    for (const char* line : {
             "",
             "null",
             "[]",
             "{}",
             "\"x\"",
             "{\"jsonrpc\":\"2.0\"}",
             "{\"jsonrpc\":\"2.0\",\"method\":\"stopping\"} x",
             "{\"jsonrpc\":\"2.0\",\"method\":7}",
             R"({"jsonrpc":"2.0","method":"step","params":[]})",
             R"({"jsonrpc":"2.0","method":"step","params":{"step":"final","number":-1}})",
             R"({"jsonrpc":"2.0","method":"step","params":{"step":"final","pid":99999999999}})",
             R"({"jsonrpc":"2.0","method":"step","params":{"step":"final","at_ms":9223372036854775807}})",
             R"({"jsonrpc":"2.0","method":"step","params":{"step":"final","output":["a",1]}})",
             R"({"jsonrpc":"2.0","method":"step","params":{"step":"final","exit_status":1e3}})",
             R"({"jsonrpc":"2.0","method":"generations","params":{"generations":{}}})",
             R"({"jsonrpc":"2.0","method":"generations","params":{"generations":[{"state":null}]}})",
             R"({"jsonrpc":"2.0","method":"connections","params":{"changed":[{}]}})",
             R"({"jsonrpc":"2.0","id":1,"result":{}})",
             R"({"jsonrpc":"2.0","id":null,"result":{}})",
             R"({"jsonrpc":"2.0","error":{"code":"x"}})",
         }) {
      QTest::newRow(line) << QByteArray(line);
    }
  }
  void wrong_types_end_it() {
    QFETCH(QByteArray, line);
    Session session;
    session.feed(greeting + line.toStdString() + "\n");
    QVERIFY(next_is<Hello>(session));
    QVERIFY(next_is<ProtocolError>(session));
    session.feed(greeting);
    QVERIFY(!session.next_event());
  }
  void garbage_never_does_harm() {
    std::mt19937 random(20261122);
    Step step{19, 3, 8, "failed", {}, {}, "why", 1, "ready", 3, 9, {"one"}};
    const std::string good = greeting + encode(step) + encode(GenerationsChanged{}) + encode(Stopping{1});
    for (int turn = 0; turn < 20'000; ++turn) {
      std::string text = good;
      const std::size_t changes = 1 + random() % 4;
      for (std::size_t i = 0; i < changes; ++i) {
        const std::size_t where = random() % text.size();
        switch (random() % 3) {
          case 0: text[where] = static_cast<char>(random()); break;
          case 1: text.erase(where, 1 + random() % 8); break;
          default: text.insert(where, 1, "{}[]\",:0-9\\\n"[random() % 12]); break;
        }
      }
      Session session;
      session.request_status();
      while (!text.empty()) {
        const std::size_t piece = 1 + random() % text.size();
        session.feed(std::string_view(text).substr(0, piece));
        text.erase(0, piece);
      }
      int errors = 0;
      while (const auto event = session.next_event()) {
        QVERIFY2(errors == 0, "something came after an error");
        if (std::holds_alternative<ProtocolError>(*event)) ++errors;
      }
    }
  }
};

QTEST_GUILESS_MAIN(UnitControlSession)
#include "unit_control_session.moc"
