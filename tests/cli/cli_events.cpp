#include <QJsonArray>
#include <QJsonObject>
#include <QtTest>
#include <csignal>

#include "cli/cli_fixture.hpp"
#include "cli/scripted_server.hpp"
#include "support/eventually.hpp"

using namespace uninterruptible::control;
using namespace std::chrono_literals;
using testing::FakeBackend;
using testing::Result;
using testing::ScriptedServer;

/// `events`: what happens to a server, also where it is handed on.
class CliEvents : public QObject, private testing::CliFixture {
  Q_OBJECT

  testing::Process follow(std::vector<std::string> arguments = {}) const {
    arguments.insert(arguments.begin(), "events");
    return testing::Process(tree, options(std::move(arguments), {}));
  }
  static void await(const testing::Process& process, const std::string& text) {
    testing::eventually([&] { return process.standard_output().find(text) != std::string::npos; },
                        text + " is told");
  }
  static void take_charge(ScriptedServer& it) {
    it.next_backend.state.generation = 8;
    it.next_backend.state.generations = {{7, 4121, "draining", false, {}, 2, 3, {}, {}, {}},
                                         {8, 4188, "live", true, {}, 1, 1, {}, {}, {}}};
    it.next_backend.state.generations[0].draining_since = WallTime(1'700'000'000'000ms);
    it.move();
  }
  static void end_in_order(Endpoint& endpoint) {
    endpoint.stopping({2});
    endpoint.close_clients();
  }
  static QList<QJsonObject> objects(const Result& result) {
    QList<QJsonObject> all;
    for (const QByteArray& line : result.out.trimmed().split('\n')) {
      all.append(QJsonDocument::fromJson(line).object());
      if (all.last()["schema"].toInt() != 1) qWarning("no JSON: %s", line.constData());
    }
    return all;
  }
  static QStringList values(const QList<QJsonObject>& all, const QString& event, const QString& field) {
    QStringList found;
    for (const QJsonObject& one : all) {
      if (one["event"].toString() == event) found << one[field].toVariant().toString();
    }
    return found;
  }

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

  void a_server_is_followed_over_a_restart_to_its_end() {
    const auto echo = server();
    ScriptedServer& it = *echo;
    echo->start();
    testing::Process process = follow();
    await(process, "generation  7 (pid 4121): live, in charge, 3 connections\n");
    it.on_thread([&] {
      it.publish("requested");
      it.publish("spawned", [](Step& step) { step.pid = 4188; });
    });
    await(process, "3: spawned after 20 ms, generation 8 (pid 4188)\n");
    // What comes before it is connected again must not be missed.
    it.on_thread([&] {
      it.publish("committed");
      take_charge(it);
      it.publish("final");
    });
    await(process, "8 (pid 4188): live, in charge, 1 connection\n");
    it.on_thread([&] {
      it.next_backend.state.generations.erase(it.next_backend.state.generations.begin());
      it.next_endpoint.generations_changed();
    });
    await(process, "7 (pid 4121): gone\n");
    it.on_thread([&] { end_in_order(it.next_endpoint); });
    const Result result = result_of(process);
    QCOMPARE(result.status, 0);
    QVERIFY(result.err.isEmpty());
    QStringList told;
    for (const QByteArray& line : result.out.trimmed().split('\n')) told << QString::fromUtf8(line.mid(10));
    const QStringList wanted = {"generation  6 (pid 4000): draining, 2 connections",
                                "generation  7 (pid 4121): live, in charge, 3 connections",
                                "restart     3: requested after 10 ms, generation 8",
                                "restart     3: spawned after 20 ms, generation 8 (pid 4188)",
                                "restart     3: committed after 30 ms, generation 8",
                                "restart     3: final after 40 ms, generation 8",
                                "generation  7 (pid 4121): draining, 2 connections",
                                "generation  8 (pid 4188): live, in charge, 1 connection",
                                "generation  6 (pid 4000): gone",
                                "generation  7 (pid 4121): gone",
                                "server      shuts down, 2 connections are open and may finish",
                                "server      has ended"};
    QCOMPARE(told, wanted);
  }
  void events_as_json() {
    const auto echo = server();
    ScriptedServer& it = *echo;
    echo->start();
    testing::Process process = follow({"--json"});
    await(process, "\"event\":\"generation\"");
    it.on_thread([&] {
      it.publish("failed", [](Step& step) {
        step.at = WallTime(1'700'000'000'123ms);
        step.text = "it was killed";
        step.failed_at = "offered";
        step.pid = 4188;
        step.term_signal = 9;
        step.output = {"last words"};
      });
      take_charge(it);
    });
    await(process, "\"generation\":8,\"pid\":4188,\"state\":\"live\"");
    it.on_thread([&] { end_in_order(it.next_endpoint); });
    const Result result = result_of(process);
    QCOMPARE(result.status, 0);
    const QList<QJsonObject> all = objects(result);
    QCOMPARE(values(all, "generation", "change"),
             QStringList({"present", "present", "changed", "came", "gone"}));
    QCOMPARE(values(all, "generation", "state"),
             QStringList({"draining", "live", "draining", "live", "draining"}));
    QCOMPARE(values(all, "stopping", "connections"), QStringList({"2"}));
    QCOMPARE(all.last()["event"].toString(), QString("ended"));
    const auto step = std::find_if(all.begin(), all.end(),
                                   [](const QJsonObject& one) { return one["event"].toString() == "step"; });
    QVERIFY(step != all.end());
    QJsonObject wanted{{"schema", 1},      {"event", "step"},       {"number", 1},
                       {"restart", 3},     {"generation", 8},       {"step", "failed"},
                       {"elapsed_ms", 10}, {"pid", 4188},           {"text", "it was killed"},
                       {"term_signal", 9}, {"failed_at", "offered"}};
    wanted["at_ms"] = 1'700'000'000'123LL;
    wanted["at"] = "2023-11-14T22:13:20.123Z";
    wanted["output"] = QJsonArray{"last words"};
    QCOMPARE(*step, wanted);
  }
  void connections_are_told_where_they_are_asked_for() {
    const auto echo = server();
    ScriptedServer& it = *echo;
    echo->start();
    testing::Process plain = follow({"--json"});
    testing::Process process = follow({"--connections", "--json"});
    for (const testing::Process* one : {&plain, &process}) await(*one, "\"event\":\"generation\"");
    testing::eventually([&] { return it.count(&FakeBackend::collect_asked) > 0; },
                        "the connections are asked for");
    it.on_thread([&] {
      it.backend.connections[1].state = "closing";
      it.backend.connections[1].bytes_in = 5;
      it.backend.connections[2].bytes_in = 5;
      it.backend.connections.erase(it.backend.connections.begin());
      it.backend.connections.push_back(FakeBackend::connection(7, 9));
    });
    await(process, "\"change\":\"closed\"");
    // A snapshot of the next generation is told by what it changes.
    it.on_thread([&] {
      it.next_backend.connections = {FakeBackend::connection(7, 3), FakeBackend::connection(8, 1)};
      take_charge(it);
    });
    await(process, "\"8-1\"");
    await(plain, "\"generation\":8,");
    it.on_thread([&] { end_in_order(it.next_endpoint); });
    QStringList changes;
    for (const QJsonObject& one : objects(result_of(process))) {
      if (one["event"].toString() != "connection") continue;
      QVERIFY(one.contains("peer") && one.contains("bytes_in") && one.contains("at_ms"));
      changes << one["change"].toString() + " " + one["id"].toString();
    }
    const QStringList first = changes.mid(0, 3);
    for (const char* const one : {"closing 7-2", "opened 7-9", "closed 7-1"})
      QVERIFY2(first.contains(one), one);
    const QStringList then = changes.mid(3);
    for (const char* const one : {"opened 8-1", "closed 7-2", "closed 7-9"})
      QVERIFY2(then.contains(one), one);
    QCOMPARE(changes.size(), 6);
    const Result without = result_of(plain);
    QCOMPARE(without.status, 0);
    QVERIFY(values(objects(without), "connection", "id").isEmpty());
  }
  void log_lines_are_told_where_they_are_asked_for() {
    const auto echo = server();
    ScriptedServer& it = *echo;
    echo->start();
    testing::Process plain = follow();
    testing::Process usual = follow({"--log"});
    testing::Process severe = follow({"--log=error", "--json"});
    for (const auto* process : {&plain, &usual}) await(*process, "in charge");
    await(severe, "\"in_charge\":true");
    const WallTime at(1'700'000'000'000ms);
    it.on_thread([&] {
      QCOMPARE(it.backend.log_followed.back(), std::string("info"));
      it.old_endpoint.publish(LogLine{6, at, "warn", "it is late", 0});
      it.old_endpoint.publish(LogLine{7, at, "error", "it broke", 12});
      take_charge(it);
    });
    for (const auto* process : {&plain, &usual}) await(*process, "8 (pid 4188): live");
    await(severe, "\"generation\":8");
    it.on_thread([&] {
      QCOMPARE(it.next_backend.log_followed.back(), std::string("info"));
      it.next_endpoint.publish(LogLine{8, at, "fatal", "over", 0});
      end_in_order(it.next_endpoint);
    });
    QVERIFY(!result_of(plain).out.contains("log  "));
    QStringList lines;
    for (const QByteArray& line : result_of(usual).out.split('\n')) {
      if (line.mid(10).startsWith("log  ")) lines << line.mid(10);
    }
    QCOMPARE(lines, QStringList({"log         6: warn, it is late", "log         12 lines are lost",
                                 "log         7: error, it broke", "log         8: fatal, over"}));
    const Result strict = result_of(severe);
    QCOMPARE(values(objects(strict), "log", "level"), QStringList({"error", "fatal"}));
    QCOMPARE(values(objects(strict), "log", "lost"), QStringList({"12", ""}));
    QCOMPARE(values(objects(strict), "log", "at_ms"), QStringList({"1700000000000", "1700000000000"}));
  }
  void a_level_that_is_none_is_2() {
    const Result result = run({"events", "--log=loud"});
    QCOMPARE(result.status, 2);
    QVERIFY2(result.err.contains("--log 'loud' is none of debug, info"), result.err.constData());
  }
  void a_server_that_counts_its_steps_anew_is_understood() {
    const auto echo = server();
    ScriptedServer& it = *echo;
    echo->start();
    testing::Process process = follow({"--json"});
    await(process, "\"event\":\"generation\"");
    it.on_thread([&] {
      for (int i = 0; i < 5; ++i) it.publish("progress");
      Step first;
      first.number = 1;
      first.restart = 1;
      first.generation = 2;
      first.step = "requested";
      it.next_backend.steps = {first};
      take_charge(it);
    });
    await(process, "\"generation\":8");
    it.on_thread([&] { end_in_order(it.next_endpoint); });
    QCOMPARE(values(objects(result_of(process)), "step", "step"),
             QStringList({"progress", "progress", "progress", "progress", "progress", "requested"}));
  }
  void a_server_that_was_never_there_is_3() {
    QCOMPARE(run({"events"}).status, 3);
    QCOMPARE(run({"events", "-s", socket("echo")}).status, 3);
  }
  void a_server_that_dies_is_1() {
    const auto echo = server();
    ScriptedServer& it = *echo;
    echo->start();
    testing::Process process = follow();
    await(process, "in charge");
    it.on_thread([&] {
      it.old_endpoint.stop();
      it.close_listener();
      it.old_endpoint.close_clients();
    });
    const Result result = result_of(process);
    QCOMPARE(result.status, 1);
    QVERIFY(result.err.contains("echo is gone"));
    QVERIFY(!result.out.contains("has ended"));
  }
  void an_interrupt_is_130() {
    const auto echo = server();
    echo->start();
    testing::Process process = follow();
    await(process, "in charge");
    process.signal(SIGINT);
    QCOMPARE(result_of(process).status, 130);
  }
};

QTEST_GUILESS_MAIN(CliEvents)
#include "cli_events.moc"
