#include <QtTest>

#include "control/codec.hpp"
#include "control/wire_text.hpp"

using namespace uninterruptible::control;
using namespace std::chrono_literals;

namespace {

WallTime at(long long ms) { return WallTime(std::chrono::milliseconds(ms)); }

/// Feeds a greeted session with server text and returns what comes out of the last line.
Event read_back(Session& session, const std::string& line) {
  session.feed(encode(Hello{protocol_version, "echo", 7, 4121, "0.1.0"}));
  session.feed(line);
  std::optional<Event> last;
  while (auto event = session.next_event()) last = std::move(event);
  return last.value_or(ProtocolError{"no event"});
}

template <typename T>
T read_back_as(const std::string& line) {
  Session session;
  const Event event = read_back(session, line);
  if (const auto* error = std::get_if<ProtocolError>(&event)) qWarning("%s", error->message.c_str());
  return std::get<T>(event);
}

ServerStatus sample_status() {
  ServerStatus status;
  status.name = "echo";
  status.generation = 8;
  status.pid = 4121;
  status.binds = {"tcp://127.0.0.1:0", "unix:/run/echo"};
  status.addresses = {"127.0.0.1:40001", "unix:/run/echo"};
  GenerationStatus old{7, 3987, "draining", false, at(1000), 38, 1150, at(2000), at(9000)};
  GenerationStatus live{8, 4121, "live", true, at(1500), 12, 13, std::nullopt, std::nullopt};
  live.version = "2.4.1";
  status.program_changed = true;
  live.facts = {{"allowed_networks", "10.0.0.0/8"}, {"certificate", "CN=echo"}};
  status.lost_paths = {"/run/echo.sock"};
  status.generations = {old, live};
  status.restart_step = "draining";
  status.start_command = {"./echo", "--bind", "a b"};
  status.drain_timeout = 600s;
  status.rollback_window = 2s;
  return status;
}

const Refusal* refusal(const Request& request) { return std::get_if<Refusal>(&request.call); }

}  // namespace

class UnitControlCodec : public QObject {
  Q_OBJECT

 private slots:
  void a_status_survives_the_way() {
    const auto read = read_back_as<GenerationsChanged>(encode(GenerationsChanged{sample_status()})).status;
    const ServerStatus wrote = sample_status();
    QCOMPARE(read.name, wrote.name);
    QCOMPARE(read.generation, wrote.generation);
    QCOMPARE(read.pid, wrote.pid);
    QVERIFY(read.binds == wrote.binds);
    QVERIFY(read.addresses == wrote.addresses);
    QVERIFY(read.generations == wrote.generations);
    QCOMPARE(read.lost_paths, wrote.lost_paths);
    QCOMPARE(read.restart_step, wrote.restart_step);
    QVERIFY(read.start_command == wrote.start_command);
    QVERIFY(read.drain_timeout == wrote.drain_timeout);
    QVERIFY(read.rollback_window == wrote.rollback_window);
    QVERIFY(read.program_changed == true);
    QVERIFY(!read_back_as<GenerationsChanged>(encode(GenerationsChanged{})).status.program_changed);
  }
  void a_step_survives_the_way() {
    const Step wrote{19,
                     3,
                     8,
                     "failed",
                     at(1234567),
                     840ms,
                     "process 4188 exited with status 3",
                     4188,
                     "ready",
                     3,
                     9,
                     {"one", "two \\x1b[31m"}};
    const Step read = read_back_as<Step>(encode(wrote));
    QCOMPARE(read.number, wrote.number);
    QCOMPARE(read.restart, wrote.restart);
    QCOMPARE(read.generation, wrote.generation);
    QCOMPARE(read.step, wrote.step);
    QVERIFY(read.at == wrote.at);
    QVERIFY(read.elapsed == wrote.elapsed);
    QCOMPARE(read.text, wrote.text);
    QCOMPARE(read.pid, wrote.pid);
    QCOMPARE(read.failed_at, wrote.failed_at);
    QVERIFY(read.exit_status == wrote.exit_status);
    QVERIFY(read.term_signal == wrote.term_signal);
    QVERIFY(read.output == wrote.output);  // what is escaped already stays as it is
    const Step plain = read_back_as<Step>(encode(Step{1, 1, 2, "requested"}));
    QVERIFY(!plain.exit_status && !plain.term_signal);
  }
  void a_connection_survives_the_way() {
    const ConnectionRecord wrote{"7-412", 7, "open", "192.0.2.7:51234", "127.0.0.1:80", "user=alice", at(1),
                                 at(2),   3, 4};
    PageText page;
    QVERIFY(page.add(wrote));
    QVERIFY(page.remove("7-1"));
    const auto read = read_back_as<ConnectionsChanged>(page.notification(5, true, false));
    QCOMPARE(read.number, 5UL);
    QVERIFY(read.reset && !read.complete);
    QCOMPARE(read.changed.size(), 1UL);
    QVERIFY(read.changed[0] == wrote);
    QVERIFY(read.removed == std::vector<std::string>{"7-1"});
  }
  void a_log_line_survives_the_way() {
    LogLine wrote{7, at(1234567), "warn", "it is\\nlate", 3};
    const LogLine read = read_back_as<LogLine>(encode(wrote));
    QVERIFY(read.generation == 7 && read.at == wrote.at && read.level == "warn" && read.lost == 3);
    QCOMPARE(read.text, wrote.text);
    wrote.lost = 0;
    QVERIFY(encode(wrote).find("lost") == std::string::npos);
    wrote.text.assign(100'000, '\x01');
    QVERIFY(encode(wrote).size() < largest_message);
  }
  void move_and_end_survive_the_way() {
    const Moved moved = read_back_as<Moved>(encode(Moved{9, 77}));
    QCOMPARE(moved.generation, 9UL);
    QCOMPARE(moved.pid, 77);
    QCOMPARE(read_back_as<Stopping>(encode(Stopping{5})).connections, 5UL);
  }
  void replies_survive_the_way() {
    Session session;
    session.feed(encode(Hello{protocol_version, "echo", 7, 4121, "0.1.0"}));
    QVERIFY(std::holds_alternative<Hello>(session.next_event().value()));
    const auto status = session.request_status();
    const auto page = session.request_connections("7-1");
    const auto restart = session.request_restart();
    const auto close = session.request_close(std::vector<std::string>{"7-412", "7-1"});
    const auto shutdown = session.request_shutdown();
    const auto subscribe = session.request_subscribe({true, 17});
    const auto cancel = session.request_cancel();
    const auto extend = session.request_extend_drain({std::nullopt, 10min});
    const auto level = session.request_log_level("debug");
    const auto refused = session.request_restart();
    PageText text;
    QVERIFY(text.add({"7-412", 7, "open", "p", "l", "", at(1), at(1), 0, 0}));
    // In another order than asked.
    session.feed(encode_reply(std::to_string(refused), Refusal{restart_running, "a restart is going on"}));
    session.feed(encode_reply(std::to_string(status), sample_status()));
    session.feed(text.reply(std::to_string(page), "7-412"));
    session.feed(encode_reply(std::to_string(restart), RestartAccepted{3, 8, true}));
    session.feed(encode_reply(std::to_string(close), CloseOutcome{{"7-412"}, {"7-1"}, 2500}));
    session.feed(encode_shutdown_reply(std::to_string(shutdown)));
    session.feed(encode_subscribe_reply(std::to_string(subscribe), 18));
    const std::vector<DrainEnd> ends = {{6, at(9000)}, {7, std::nullopt}};
    session.feed(encode_reply(std::to_string(extend), DrainExtended{ends, {4, 5}}));
    const std::vector<GenerationLogLevel> levels = {{6, "info", "debug"}, {7, "warn", "debug"}};
    session.feed(encode_reply(std::to_string(level), LogLevels{levels}));
    session.feed(encode_reply(std::to_string(cancel), RestartCancelled{3, 8, "trial"}));
    const auto failure = std::get<Failure>(session.next_event().value());
    QCOMPARE(failure.request, refused);
    QCOMPARE(failure.code, int{restart_running});
    QCOMPARE(std::get<StatusReply>(session.next_event().value()).status.generation, 8UL);
    const auto connections = std::get<ConnectionsReply>(session.next_event().value());
    QCOMPARE(connections.next, std::string("7-412"));
    QCOMPARE(connections.connections.size(), 1UL);
    const auto restarted = std::get<RestartReply>(session.next_event().value());
    QCOMPARE(restarted.restart, 3UL);
    QCOMPARE(restarted.generation, 8UL);
    QVERIFY(restarted.queued);
    const auto closed = std::get<CloseReply>(session.next_event().value());
    QVERIFY(closed.closing == std::vector<std::string>{"7-412"});
    QVERIFY(closed.unknown == std::vector<std::string>{"7-1"});
    QCOMPARE(closed.count, 2500UL);
    QCOMPARE(std::get<ShutdownReply>(session.next_event().value()).request, shutdown);
    QCOMPARE(std::get<SubscribeReply>(session.next_event().value()).last_step, 18UL);
    const auto extended = std::get<ExtendDrainReply>(session.next_event().value());
    QCOMPARE(extended.request, extend);
    QVERIFY(extended.generations == ends);
    QVERIFY(extended.unchanged == (std::vector<std::uint64_t>{4, 5}));
    const auto set = std::get<LogLevelReply>(session.next_event().value());
    QCOMPARE(set.request, level);
    QVERIFY(set.generations == levels);
    const auto cancelled = std::get<CancelReply>(session.next_event().value());
    QCOMPARE(cancelled.restart, 3UL);
    QCOMPARE(cancelled.generation, 8UL);
    QCOMPARE(cancelled.step, std::string("trial"));
    QVERIFY(!session.next_event());
  }
  void requests_survive_the_way() {
    Session session;
    session.request_status();
    session.request_connections("7-1");
    session.request_restart();
    session.request_close(std::vector<std::string>{"7-412"});
    session.request_shutdown();
    session.request_subscribe({true, 17, "warn"});
    const CloseFilter filter{7, "10.0.0.0/8", "closing", 0ms, 5min};
    session.request_close_matching(filter, true, true);
    session.request_close(std::vector<std::string>{"7-412"}, true);
    session.request_shutdown(true);
    session.request_extend_drain({7, 10min});
    session.request_extend_drain({});
    session.request_log_level("debug");
    session.request_log_level();
    session.request_restart({.rollback_window = 0ms, .drain_timeout = 90s, .rehearse = true});
    session.request_restart({.queue = true});
    session.request_cancel();
    session.request_connections("", filter);
    std::vector<Request> requests;
    std::string_view rest = session.output();
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      requests.push_back(decode_request(rest.substr(0, end)));
      rest.remove_prefix(end + 1);
    }
    QCOMPARE(requests.size(), 17UL);
    QVERIFY(std::holds_alternative<StatusCall>(requests[0].call));
    QCOMPARE(requests[0].id, std::string("1"));
    QCOMPARE(std::get<ConnectionsCall>(requests[1].call).after, std::string("7-1"));
    QVERIFY(std::holds_alternative<RestartCall>(requests[2].call));
    const auto polite = std::get<CloseCall>(requests[3].call);
    QVERIFY(polite.ids == std::vector<std::string>{"7-412"});
    QVERIFY(!polite.now && !polite.dry_run && !polite.filter);
    QVERIFY(!std::get<ShutdownCall>(requests[4].call).now);
    QVERIFY(std::get<SubscribeOptions>(requests[5].call).connections);
    QVERIFY(std::get<SubscribeOptions>(requests[5].call).since == 17U);
    QCOMPARE(std::get<SubscribeOptions>(requests[5].call).log, std::string("warn"));
    const auto matching = std::get<CloseCall>(requests[6].call);
    QVERIFY(matching.filter == filter && matching.now && matching.dry_run && matching.ids.empty());
    QVERIFY(std::get<CloseCall>(requests[7].call).now);
    QVERIFY(std::get<ShutdownCall>(requests[8].call).now);
    QVERIFY(std::get<DrainExtension>(requests[9].call) == (DrainExtension{7, 10min}));
    QVERIFY(std::get<DrainExtension>(requests[10].call) == DrainExtension{});
    QCOMPARE(std::get<LogLevelCall>(requests[11].call).level, std::string("debug"));
    QVERIFY(std::get<LogLevelCall>(requests[12].call).level.empty());
    const RestartOptions plain = std::get<RestartCall>(requests[2].call).options;
    QVERIFY(!plain.rollback_window && !plain.drain_timeout && !plain.rehearse && !plain.queue);
    const RestartOptions rehearsal = std::get<RestartCall>(requests[13].call).options;
    QVERIFY(rehearsal.rollback_window == 0ms && rehearsal.drain_timeout == 90s && rehearsal.rehearse);
    QVERIFY(std::get<RestartCall>(requests[14].call).options.queue);
    QVERIFY(std::holds_alternative<CancelCall>(requests[15].call));
    QVERIFY(std::get<ConnectionsCall>(requests[1].call).filter == CloseFilter{});
    QVERIFY(std::get<ConnectionsCall>(requests[16].call).filter == filter);
    session.sent(session.output().size());
    QVERIFY(session.output().empty());
  }
  void a_reply_without_a_count_counts_what_it_names() {
    Session session;
    session.feed(encode(Hello{protocol_version, "echo", 7, 4121, "0.1.0"}));
    QVERIFY(session.next_event());
    session.request_close(std::vector<std::string>{"7-1", "7-2"});
    session.feed(R"({"jsonrpc":"2.0","id":1,"result":{"closing":["7-1","7-2"],"unknown":[]}})"
                 "\n");
    QCOMPARE(std::get<CloseReply>(session.next_event().value()).count, 2UL);
  }
  void the_longest_replies_fit_into_a_message() {
    const std::string longest = "18446744073709551615-18446744073709551615";
    CloseOutcome outcome;
    outcome.closing.assign(most_ids, longest);
    outcome.count = ~0ULL;
    QVERIFY(encode_reply(std::string(130, '1'), outcome).size() <= largest_message);
    DrainExtended extended;
    extended.generations.assign(10'000, {~0ULL, at(1)});
    extended.unchanged.assign(10'000, ~0ULL);
    QVERIFY(encode_reply("1", extended).size() <= largest_message);
    LogLevels levels;
    levels.generations.assign(10'000, {~0ULL, std::string(1000, '\x01'), std::string(1000, '"')});
    QVERIFY(encode_reply("1", levels).size() <= largest_message);
  }
  void wrong_parameters_data() {
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("params");
    const auto row = [](const char* method, const char* params) {
      QTest::addRow("%s %s", method, params) << QByteArray(method) << QByteArray(params);
    };
    for (const char* params : {"{}",
                               R"({"now":true})",
                               R"({"ids":[]})",
                               R"({"ids":["7-1"],"now":1})",
                               R"({"ids":["7-1"],"now":null})",
                               R"({"ids":["7-1"],"generation":7})",
                               R"({"ids":["7-1"],"dry_run":true})",
                               R"({"generation":"7"})",
                               R"({"generation":-1})",
                               R"({"generation":null})",
                               R"({"peer":""})",
                               R"({"peer":7})",
                               R"({"state":"live"})",
                               R"({"state":""})",
                               R"({"idle_ms":-1})",
                               R"({"idle_ms":1.5})",
                               R"({"idle_ms":"5"})",
                               R"({"idle_ms":315360000001})",
                               R"({"older_ms":-1})",
                               R"({"older_ms":18446744073709551615})",
                               R"({"generation":7,"dry_run":"yes"})",
                               R"({"dry_run":true})"}) {
      row("close", params);
    }
    const QByteArray long_peer = "{\"peer\":\"" + QByteArray(257, '1') + "\"}";
    QTest::newRow("close long peer") << QByteArray("close") << long_peer;
    for (const char* params : {R"({"log":"loud"})", R"({"log":""})", R"({"log":true})", R"({"since":-1})"})
      row("subscribe", params);
    for (const char* params : {R"({"limit":0})", R"({"limit":1001})", R"({"after":"x"})", R"({"peer":""})",
                               R"({"generation":"7"})", R"({"state":"live"})", R"({"idle_ms":-1})"}) {
      row("connections", params);
    }
    for (const char* params : {R"({"now":1})", R"({"now":"true"})", R"({"now":null})"})
      row("shutdown", params);
    for (const char* params :
         {"{}", R"({"by_ms":0})", R"({"by_ms":-5})", R"({"by_ms":"5"})", R"({"by_ms":315360000001})",
          R"({"until":"tomorrow"})", R"({"until":5})", R"({"until":"none","by_ms":5})",
          R"({"until":"later","by_ms":5})", R"({"generation":7})", R"({"generation":"7","by_ms":5})"}) {
      row("extend_drain", params);
    }
    for (const char* params : {R"({"level":""})", R"({"level":5})", R"({"level":null})",
                               R"({"level":"a level with far too long a name"})"}) {
      row("log_level", params);
    }
  }
  void wrong_parameters() {
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, params);
    const QByteArray line =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}";
    const Request request = decode_request(line.toStdString());
    QVERIFY(refusal(request) != nullptr);
    QCOMPARE(refusal(request)->code, int{invalid_params});
    QVERIFY(!refusal(request)->message.empty());
  }
  void a_zero_byte_does_not_end_a_line() {
    const std::string line = R"({"jsonrpc":"2.0","id":1,"method":"shutdown"})" + std::string(1, '\0') + " x";
    const Request request = decode_request(line);
    QVERIFY(refusal(request) != nullptr && refusal(request)->code == parse_error);
  }
  void wrong_requests_data() {
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("id");
    const auto row = [](const char* name, const QByteArray& line, int code, const char* id) {
      QTest::newRow(name) << line << code << QByteArray(id);
    };
    row("no json", "hello", parse_error, "null");
    row("half", "{\"jsonrpc\":", parse_error, "null");
    row("empty object", "{}", invalid_request, "null");
    row("number", "5", invalid_request, "null");
    row("batch", "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\"}]", invalid_request, "null");
    row("old version", "{\"id\":1,\"method\":\"status\"}", invalid_request, "1");
    row("no method", "{\"jsonrpc\":\"2.0\",\"id\":\"x\"}", invalid_request, "\"x\"");
    row("method is a number", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":1}", invalid_request, "1");
    row("id is a list", "{\"jsonrpc\":\"2.0\",\"id\":[1],\"method\":\"status\"}", invalid_request, "null");
    row("unknown", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"nope\"}", method_not_found, "1");
    row("unknown, no id", "{\"jsonrpc\":\"2.0\",\"method\":\"nope\"}", method_not_found, "");
    for (const char* const bad :
         {R"({"queue":true,"rehearse":true})", R"({"queue":true,"rollback_window_ms":5})",
          R"({"rehearse":1})", R"({"drain_timeout_ms":-1})", R"({"rollback_window_ms":"2s"})",
          R"({"drain_timeout_ms":9223372036854775807})"}) {
      row(bad, QByteArray(R"({"jsonrpc":"2.0","id":1,"method":"restart","params":)") + bad + "}",
          invalid_params, "1");
    }
    row("params is a list", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":[]}",
        invalid_params, "1");
    row("no ids", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"close\"}", invalid_params, "1");
    row("ids of numbers", R"({"jsonrpc":"2.0","id":1,"method":"close","params":{"ids":[7]}})", invalid_params,
        "1");
    row("strange id", R"({"jsonrpc":"2.0","id":1,"method":"close","params":{"ids":["x"]}})", invalid_params,
        "1");
    row("limit 0", R"({"jsonrpc":"2.0","id":1,"method":"connections","params":{"limit":0}})", invalid_params,
        "1");
    row("limit -1", R"({"jsonrpc":"2.0","id":1,"method":"connections","params":{"limit":-1}})",
        invalid_params, "1");
    row("since text", R"({"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"since":"1"}})",
        invalid_params, "1");
    row("since 1e99", R"({"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"since":1e99}})",
        invalid_params, "1");
    row("not utf-8", QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\"}"), parse_error, "null");
    row("zero byte", QByteArray("{\"jsonrpc\"\0}", 12), parse_error, "null");
    row("deep", QByteArray(50'000, '['), parse_error, "null");
    row("33 deep", QByteArray(33, '[') + QByteArray(33, ']'), parse_error, "null");
    row("32 deep", QByteArray(32, '[') + QByteArray(32, ']'), invalid_request, "null");
  }
  void wrong_requests() {
    QFETCH(QByteArray, line);
    QFETCH(int, code);
    QFETCH(QByteArray, id);
    const Request request = decode_request(line.toStdString());
    QVERIFY(refusal(request) != nullptr);
    QCOMPARE(refusal(request)->code, code);
    QCOMPARE(request.id, id.toStdString());
  }
  void hostile_text_becomes_safe_and_short() {
    QCOMPARE(wire_text("a\nb\x1b\xff\\"), std::string("a\\nb\\x1b\\xff\\"));
    QCOMPARE(wire_text("\\x1b \\\\ \\n"), std::string("\\x1b \\\\ \\n"));
    const std::string junk(300'000, '"');
    Step step;
    step.step = "failed";
    step.text = step.failed_at = junk;
    step.output.assign(100, std::string(3'000, '\\') + "\x01\xff");
    step.output.push_back("the last one");
    const std::string line = encode(step);
    QVERIFY(line.size() <= largest_message);
    QCOMPARE(read_back_as<Step>(line).output.back(), std::string("the last one"));
    ServerStatus status = sample_status();
    status.binds.assign(20, junk);
    status.addresses = status.start_command = status.binds;
    status.generations.assign(1000, status.generations[0]);
    QVERIFY(encode(GenerationsChanged{status}).size() <= largest_message);
    QVERIFY(encode_reply("1", Refusal{refused, junk}).size() <= largest_message);
    QVERIFY(encode(Hello{1, junk, 1, 1, junk}).size() <= largest_message);
  }
  void pages_are_full_but_never_too_long() {
    PageText page;
    ConnectionRecord record{
        "1-1", 1, "open", std::string(2000, '\x02'), std::string(900, '"'), std::string(900, '\\')};
    int count = 0;
    while (page.add(record)) ++count;
    QVERIFY(count > 5);
    QVERIFY(page.notification(~0ULL, true, true).size() <= largest_message);
    QVERIFY(page.reply(std::string(130, '1'), "1-1").size() <= largest_message);
    PageText removals;
    while (removals.remove("18446744073709551615-18446744073709551615")) {
    }
    QVERIFY(removals.notification(~0ULL, false, true).size() <= largest_message);
  }
  void connection_ids() {
    QVERIFY(parse_connection_id("7-412") == std::make_pair(std::uint64_t{7}, std::uint64_t{412}));
    for (const char* bad :
         {"", "7", "-", "7-", "-7", "7-x", "7-4-1", "+7-1", "7- 1", "99999999999999999999-1"}) {
      QVERIFY2(!parse_connection_id(bad), bad);
    }
  }
};

QTEST_GUILESS_MAIN(UnitControlCodec)
#include "unit_control_codec.moc"
