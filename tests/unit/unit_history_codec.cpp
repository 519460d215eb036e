#include <QTest>
#include <string>
#include <utility>

#include "control/codec.hpp"

using namespace uninterruptible::control;
using namespace std::chrono_literals;

namespace {

RestartRecord largest(std::uint64_t number) {
  constexpr char worst = '"';  // JSON doubles it
  RestartRecord record;
  record.restart = number;
  record.outcome = "failed";
  record.reason = std::string(9'000, worst);
  record.output.assign(100, std::string(900, worst));
  for (int i = 0; i < 100; ++i)
    record.steps.push_back({std::string(100, worst), 10'000'000ms, std::string(3'000, worst)});
  for (int i = 0; i < 100; ++i)
    record.ledger.listeners.push_back({std::string(300, worst), ~0ULL, ~0ULL, ~0ULL});
  return record;
}

/// What comes back of a page with these.
HistoryReply through_the_wire(const std::vector<RestartRecord>& restarts, std::uint64_t next) {
  Session session;
  session.feed(encode(Hello{protocol_version, "echo", 7, 1, "0.1.0"}));
  static_cast<void>(session.next_event());
  const std::uint64_t request = session.request_history(9, 3);
  const Request asked = decode_request(session.output().substr(0, session.output().size() - 1));
  const auto call = std::get<HistoryCall>(asked.call);
  HistoryText page;
  for (const RestartRecord& one : restarts) {
    if (!page.add(one)) qFatal("it does not fit");
  }
  session.feed(page.reply(asked.id, next));
  HistoryReply reply = std::get<HistoryReply>(session.next_event().value());
  if (call.before != 9 || call.limit != 3 || reply.request != request) qFatal("the request was lost");
  return reply;
}

}  // namespace

/// The history of restarts as the control protocol carries it.
class UnitHistoryCodec : public QObject {
  Q_OBJECT

 private slots:
  void everything_travels() {
    RestartRecord full{12, 7, 4121, 8, 4188, "control", 1000, "failed", WallTime(1'796'134'330'123ms)};
    full.took = 400ms;
    full.failed_at = "spawned";
    full.reason = "it said \"no\"";
    full.exit_status = 3;
    full.term_signal = 9;
    full.output = {"one", "", "two"};
    full.steps = {{"requested", 0ms, "a"}, {"failed", 400ms, ""}};
    full.ledger = {-3us, 4us, 5us, {{"tcp://[::1]:80", 1, 2, 3}, {"unix:///x", {}, {}, {}}}, 6, 7, 8, 9};
    RestartRecord bare;
    bare.restart = 11;
    bare.outcome = "running";
    const HistoryReply reply = through_the_wire({full, bare}, 11);
    QVERIFY(reply.restarts == (std::vector<RestartRecord>{full, bare}));
    QCOMPARE(reply.next, std::uint64_t{11});
  }
  void every_restart_fits_into_one_message() {
    HistoryText page;
    QVERIFY(page.add(largest(1)));
    QVERIFY(!page.add(largest(2)));
    const std::string text = page.reply("18446744073709551615", 1);
    QVERIFY2(text.size() <= largest_message, std::to_string(text.size()).c_str());
    QVERIFY(text.find("\"restart\":2") == std::string::npos);
  }
  void text_from_outside_is_made_safe() {
    RestartRecord hostile = largest(3);
    hostile.reason = "\x1b[31m\xff";
    hostile.output = {"\x1b]0;title\x07"};
    HistoryText page;
    QVERIFY(page.add(hostile));
    const std::string text = page.reply("1", 0);
    QVERIFY(text.find('\x1b') == std::string::npos && text.find('\xff') == std::string::npos);
  }
  void wrong_parameters_are_refused_data() {
    QTest::addColumn<QString>("params");
    for (const char* const params : {R"({"before":"x"})", R"({"before":-1})", R"({"limit":0})",
                                     R"({"limit":1001})", R"({"limit":"all"})", "[]"})
      QTest::newRow(params) << params;
  }
  void wrong_parameters_are_refused() {
    QFETCH(QString, params);
    const Request request = decode_request(R"({"jsonrpc":"2.0","id":1,"method":"history","params":)" +
                                           params.toStdString() + "}");
    QCOMPARE(std::get<Refusal>(request.call).code, static_cast<int>(invalid_params));
  }
  void what_a_server_says_wrongly_is_an_error() {
    for (const char* const result : {R"({"restarts":[{}],"next":0})", R"({"restarts":7})",
                                     R"({"restarts":[{"restart":1,"ledger":{"gap_us":"x"}}],"next":0})"}) {
      Session session;
      session.feed(encode(Hello{protocol_version, "echo", 7, 1, "0.1.0"}));
      static_cast<void>(session.next_event());
      session.request_history();
      session.feed(R"({"jsonrpc":"2.0","id":1,"result":)" + std::string(result) + "}\n");
      QVERIFY2(std::holds_alternative<ProtocolError>(session.next_event().value()), result);
    }
  }
};

QTEST_GUILESS_MAIN(UnitHistoryCodec)
#include "unit_history_codec.moc"
