#include <QJsonArray>
#include <QJsonObject>
#include <QtTest>

#include "cli/cli_fixture.hpp"
#include "cli/scripted_server.hpp"

using namespace uninterruptible::control;
using namespace std::chrono_literals;
using testing::FakeBackend;
using testing::Result;
using testing::ScriptedServer;

/// What uninterruptiblectl makes of the commands that end connections and drains, against scripted servers.
class CliOrders : public QObject, private testing::CliFixture {
  Q_OBJECT

  static std::vector<CloseCall> asked_to_close(ScriptedServer& server) {
    std::vector<CloseCall> calls;
    server.on_thread([&] { calls = server.backend.closed; });
    return calls;
  }
  /// A server where so many connections fit every condition.
  [[nodiscard]] std::unique_ptr<ScriptedServer> server_with(std::uint64_t fitting) const {
    auto made = server();
    made->backend.on_close = [fitting](const CloseCall&) {
      CloseOutcome outcome;
      outcome.count = fitting;
      for (std::uint64_t i = 1; i <= std::min<std::uint64_t>(fitting, 1000); ++i)
        outcome.closing.push_back("7-" + std::to_string(i));
      return outcome;
    };
    made->start();
    return made;
  }

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

  void what_is_given_empty_or_wrong_never_widens_a_close_data() {
    QTest::addColumn<QStringList>("arguments");
    const std::vector<QStringList> all = {
        {"close", "--peer", ""},
        {"close", "--generation", "7", "--peer", ""},
        {"close", "--generation", "7", "--peer="},
        {"close", "--generation", ""},
        {"close", "--idle", "1h", "--generation", ""},
        {"close", "--generation", "-1"},
        {"close", "--generation", "7x"},
        {"close", "--generation", "7", "--idle", ""},
        {"close", "--generation", "7", "--idle", "soon"},
        {"close", "--generation", "7", "--older", ""},
        {"close", "--generation", "7", "--older", "-1s"},
        {"close", "--now"},
        {"close", "--now", "--yes"},
        {"close", "7-1", "--generation", "7"},
        {"extend-drain"},
        {"extend-drain", ""},
        {"extend-drain", "0"},
        {"extend-drain", "soon"},
        {"extend-drain", "--generation", "", "1h"},
        {"log-level", "debug", "info"},
        {"shutdown", "--now"},
    };
    for (const QStringList& arguments : all) QTest::newRow(qPrintable(arguments.join(' '))) << arguments;
  }
  void what_is_given_empty_or_wrong_never_widens_a_close() {
    QFETCH(QStringList, arguments);
    const auto echo = server();
    echo->start();
    std::vector<std::string> words;
    for (const QString& word : arguments) words.push_back(word.toStdString());
    const Result result = run(words);
    QCOMPARE(result.status, 2);
    QVERIFY(result.out.isEmpty());
    QVERIFY(result.err.contains("Try: "));
    QVERIFY(asked_to_close(*echo).empty());
    QCOMPARE(echo->count(&FakeBackend::shutdown_asked), 0);
    std::size_t extended = 0;
    echo->on_thread([&] { extended = echo->backend.extended.size(); });
    QCOMPARE(extended, 0UL);
  }
  void conditions_go_to_the_server() {
    const auto echo = server_with(2);
    const Result result = run(
        {"close", "--generation", "7", "--peer", "10.0.0.0/8", "--idle", "30s", "--older", "2m", "--json"});
    QCOMPARE(result.status, 0);
    QCOMPARE(result.json()["closing"].toArray(), QJsonArray({"7-1", "7-2"}));
    QCOMPARE(result.json()["count"].toInt(), 2);
    const auto calls = asked_to_close(*echo);
    QCOMPARE(calls.size(), 1UL);
    QVERIFY(calls[0].ids.empty() && !calls[0].now && !calls[0].dry_run);
    QVERIFY(calls[0].filter == (CloseFilter{7, "10.0.0.0/8", "", 30s, 2min}));
  }
  void those_that_are_not_named_are_counted() {
    const auto echo = server_with(2500);
    const Result result = run({"close", "--generation", "7"});
    QCOMPARE(result.status, 0);
    QCOMPARE(result.out.count('\n'), 1001);
    QVERIFY(result.out.endsWith("\nclosing 1500 more\n"));
    QCOMPARE(run({"close", "--generation", "7", "--json"}).json()["count"].toInt(), 2500);
  }
  void before_cutting_it_looks_how_many_there_are() {
    const auto many = server_with(11);
    QCOMPARE(run({"close", "--now", "--generation", "7"}).status, 2);
    const auto looked = asked_to_close(*many);
    QCOMPARE(looked.size(), 1UL);
    QVERIFY(looked[0].dry_run);
    QCOMPARE(run({"close", "--now", "--generation", "7", "--yes"}).status, 0);
    const auto cut = asked_to_close(*many);
    QCOMPARE(cut.size(), 2UL);
    QVERIFY(cut[1].now && !cut[1].dry_run);
  }
  void ten_are_cut_without_a_question() {
    const auto echo = server_with(10);
    const Result result = run({"close", "--cut", "--generation", "7"});
    QCOMPARE(result.status, 0);
    QVERIFY(result.out.startsWith("cutting 7-1\n"));
    QVERIFY(asked_to_close(*echo).back().now);
  }
  void a_drain_is_extended_in_part() {
    const auto echo = server();
    const auto at = WallTime(1'700'000'000'000ms);
    echo->backend.extension = DrainExtended{{{6, at}, {7, std::nullopt}}, {5}};
    echo->start();
    const Result json = run({"extend-drain", "90s", "--json"});
    QCOMPARE(json.status, 7);
    const QJsonArray moved = json.json()["generations"].toArray();
    QCOMPARE(moved[0].toObject()["cut_off_at_ms"].toInteger(), 1'700'000'000'000LL);
    QVERIFY(!moved[1].toObject().contains("cut_off_at_ms"));
    QCOMPARE(json.json()["unchanged"].toArray(), QJsonArray{5});
    const Result text = run({"extend-drain", "none", "--generation", "6"});
    QVERIFY(text.out.endsWith("generation 7 drains without a limit\n"));
    QVERIFY(text.err.contains("generation 5 has no drain timeout"));
    std::vector<DrainExtension> extended;
    echo->on_thread([&] { extended = echo->backend.extended; });
    QVERIFY(extended == (std::vector<DrainExtension>{{std::nullopt, 90s}, {6, std::nullopt}}));
  }
  void a_drain_that_is_not_extended_is_1() {
    const auto echo = server();
    echo->backend.extension = Refusal{refused, "no generation drains"};
    echo->start();
    const Result result = run({"extend-drain", "90s"});
    QCOMPARE(result.status, 1);
    QVERIFY(result.err.contains("no generation drains"));
  }
  void log_levels_are_shown_before_and_after() {
    const auto echo = server();
    echo->start();
    QCOMPARE(run({"log-level"}).out, QByteArray("generation 6: info\ngeneration 7: info\n"));
    QCOMPARE(run({"log-level", "warn"}).out,
             QByteArray("generation 6: info -> warn\ngeneration 7: info -> warn\n"));
    const QJsonObject one =
        run({"log-level", "warn", "--json"}).json()["generations"].toArray()[0].toObject();
    QCOMPARE(one["generation"].toInt(), 6);
    QCOMPARE(one["before"].toString(), QString("info"));
    QCOMPARE(one["level"].toString(), QString("warn"));
  }
  void a_long_history_comes_in_pages() {
    const auto echo = server();
    for (std::uint64_t i = 50; i >= 1; --i) {
      RestartRecord& one = echo->backend.restarts.emplace_back();
      one.restart = i;
      one.outcome = "failed";
      one.output.assign(20, std::string(200, 'x'));
    }
    echo->start();
    const QJsonArray all = run({"history", "--json"}).json()["restarts"].toArray();
    QCOMPARE(all.size(), 50);
    for (int i = 0; i < 50; ++i) QCOMPARE(all[i].toObject()["restart"].toInt(), i + 1);
    const QJsonArray latest = run({"history", "--json", "--limit", "30"}).json()["restarts"].toArray();
    QCOMPARE(latest.size(), 30);
    QCOMPARE(latest[0].toObject()["restart"].toInt(), 21);
    QCOMPARE(run({"history", "17", "--json"}).json()["restarts"].toArray()[0].toObject()["restart"].toInt(),
             17);
    const Result unknown = run({"history", "51"});
    QCOMPARE(unknown.status, 1);
    QVERIFY(unknown.err.contains("echo remembers no restart 51"));
    for (const char* const wrong : {"", "x", "-1"}) QCOMPARE(run({"history", wrong}).status, 2);
    for (const char* const wrong : {"", "0", "1001", "all"})
      QCOMPARE(run({"history", "--limit", wrong}).status, 2);
  }
  void a_server_without_history_says_so() {
    const auto echo = server();
    echo->start();
    const Result result = run({"history"});
    QCOMPARE(result.status, 0);
    QVERIFY(result.out.isEmpty() && result.err.contains("has not been restarted yet"));
  }
  void shutdown_at_once_asks_for_that() {
    const auto echo = server();
    echo->start();
    QCOMPARE(run({"shutdown", "--now", "--yes", "--no-wait"}).out, QByteArray("echo shuts down at once\n"));
    QCOMPARE(echo->count(&FakeBackend::shutdown_now_asked), 1);
    QCOMPARE(run({"shutdown", "--no-wait"}).status, 0);
    QCOMPARE(echo->count(&FakeBackend::shutdown_now_asked), 1);
    QCOMPARE(echo->count(&FakeBackend::shutdown_asked), 2);
  }
};

QTEST_GUILESS_MAIN(CliOrders)
#include "cli_orders.moc"
