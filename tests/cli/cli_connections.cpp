#include <QJsonArray>
#include <QJsonObject>
#include <QtTest>

#include "cli/cli_fixture.hpp"
#include "cli/scripted_server.hpp"

using namespace uninterruptible::control;
using namespace std::chrono_literals;
using testing::FakeBackend;
using testing::Result;

/// Which connections `connections` shows, and how; and `counters`.
class CliConnections : public QObject, private testing::CliFixture {
  Q_OBJECT

  static ConnectionRecord connection(std::uint64_t generation, std::uint64_t number, const char* peer,
                                     std::chrono::minutes age, std::chrono::minutes idle, std::uint64_t in) {
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    ConnectionRecord record = FakeBackend::connection(generation, number);
    record.peer = peer;
    record.opened_at = now - age;
    record.active_at = now - idle;
    record.bytes_in = in;
    return record;
  }
  [[nodiscard]] std::unique_ptr<testing::ScriptedServer> busy_server() const {
    auto echo = server();
    echo->backend.connections = {connection(6, 9, "192.0.2.7:51234", 300min, 200min, 50),
                                 connection(6, 10, "192.0.2.130:9", 200min, 5min, 7000),
                                 connection(7, 1, "[2001:db8::5]:443", 90min, 90min, 10),
                                 connection(7, 2, "[::ffff:192.0.2.9]:80", 1min, 0min, 900),
                                 connection(7, 3, "/run/client", 2min, 1min, 0)};
    echo->backend.connections[1].state = "closing";
    echo->backend.connections[4].opened_at = {};
    return echo;
  }

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

  void filters_choose_and_sort_orders_data() {
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QString>("ids");
    const std::pair<const char*, const char*> rows[] = {{"", "6-9 6-10 7-1 7-2 7-3"},
                                                        {"--generation 7", "7-1 7-2 7-3"},
                                                        {"--generation 8", ""},
                                                        {"--state closing", "6-10"},
                                                        {"--state open", "6-9 7-1 7-2 7-3"},
                                                        {"--peer 192.0.2.7", "6-9"},
                                                        {"--peer 192.0.2.0/24", "6-9 6-10 7-2"},
                                                        {"--peer 192.0.2.0/25", "6-9 7-2"},
                                                        {"--peer ::ffff:192.0.2.0/121", "6-9 7-2"},
                                                        {"--peer 2001:db8::/32", "7-1"},
                                                        {"--peer ::/0", "6-9 6-10 7-1 7-2"},
                                                        {"--older 1h", "6-9 6-10 7-1"},
                                                        {"--older 4h", "6-9"},
                                                        {"--idle 1h", "6-9 7-1"},
                                                        {"--older 1h --idle 1h --generation 7", "7-1"},
                                                        {"--sort id", "6-9 6-10 7-1 7-2 7-3"},
                                                        {"--sort -id", "7-3 7-2 7-1 6-10 6-9"},
                                                        {"--sort in", "7-3 7-1 6-9 7-2 6-10"},
                                                        {"--sort -in", "6-10 7-2 6-9 7-1 7-3"},
                                                        {"--sort=-idle", "6-9 7-1 6-10 7-3 7-2"},
                                                        {"--sort age --generation 6", "6-10 6-9"},
                                                        {"--sort -generation", "7-1 7-2 7-3 6-9 6-10"}};
    for (const auto& [arguments, ids] : rows) QTest::newRow(arguments) << QString(arguments) << QString(ids);
  }
  void filters_choose_and_sort_orders() {
    QFETCH(QString, arguments);
    QFETCH(QString, ids);
    const auto echo = busy_server();
    echo->start();
    std::vector<std::string> words = {"connections"};
    for (const QString& word : arguments.split(' ', Qt::SkipEmptyParts)) words.push_back(word.toStdString());
    words.push_back("--json");
    QStringList found;
    for (const auto& one : run(words).json()["connections"].toArray())
      found << one.toObject()["id"].toString();
    QCOMPARE(found.join(' '), ids);
    words.back() = "-q";
    const Result result = run(words);
    QCOMPARE(result.status, 0);
    QCOMPARE(QString(result.out), QString(ids).replace(' ', '\n') + (ids.isEmpty() ? "" : "\n"));
  }
  void columns_come_as_they_were_asked_for() {
    const auto echo = busy_server();
    echo->start();
    const Result result = run({"connections", "--columns", "generation,id,in", "--generation", "6"});
    QCOMPARE(result.out, QByteArray("GENERATION  ID        IN\n"
                                    "         6  6-9     50 B\n"
                                    "         6  6-10  7000 B\n"));
    QCOMPARE(run({"connections", "--columns", "id", "--no-header", "--generation", "6"}).out,
             QByteArray("6-9\n6-10\n"));
  }
  void wrong_values_are_2_and_never_reach_a_server_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("told");
    QTest::newRow("column") << QStringList{"--columns", "id,size"} << "generation, state, peer";
    QTest::newRow("nearest") << QStringList{"--columns", "per"} << "Try: --columns peer";
    QTest::newRow("no column") << QStringList{"--columns", ","} << "is none of id, ";
    QTest::newRow("sort") << QStringList{"--sort", "-size"} << "generation, state, peer";
    QTest::newRow("state") << QStringList{"--state", "live"} << "open, closing";
    QTest::newRow("generation") << QStringList{"--generation", "last"} << "no number";
    QTest::newRow("peer") << QStringList{"--peer", "example.com"} << "no address";
    QTest::newRow("bits") << QStringList{"--peer", "192.0.2.0/33"} << "no address";
    QTest::newRow("older") << QStringList{"--older", "long"} << "no duration";
    QTest::newRow("idle") << QStringList{"--idle", "-5"} << "no duration";
    for (const char* const option :
         {"--generation", "--state", "--peer", "--older", "--idle", "--columns", "--sort"})
      QTest::newRow(qPrintable(QString("empty ") + option))
          << QStringList{option, ""} << QString(option) + " '";
    QTest::newRow("both") << QStringList{"-q", "--json"} << "exclude each other";
    QTest::newRow("color") << QStringList{"--color", "yes"} << "auto, always, never";
  }
  void wrong_values_are_2_and_never_reach_a_server() {
    QFETCH(QStringList, arguments);
    QFETCH(QString, told);
    std::vector<std::string> words = {"connections"};
    for (const QString& word : arguments) words.push_back(word.toStdString());
    const Result result = run(words);
    QCOMPARE(result.status, 2);
    QVERIFY(result.out.isEmpty());
    QVERIFY2(result.err.contains(told.toUtf8()), result.err.constData());
  }
  void the_server_is_asked_for_those_that_fit_and_what_it_says_is_judged_again() {
    const auto echo = server();
    echo->backend.connections.push_back(FakeBackend::connection(6, 9));
    echo->backend.connections[0].peer = "192.0.2.7:1";  // the scripted server does not judge peers
    echo->start();
    QCOMPARE(run({"connections", "-q", "--generation", "7", "--peer", "192.0.2.0/24"}).out,
             QByteArray("7-1\n"));
    echo->on_thread([&] {
      QCOMPARE(echo->backend.filters.size(), 1UL);
      QVERIFY(echo->backend.filters[0].generation == 7U && echo->backend.filters[0].peer == "192.0.2.0/24");
    });
  }
  void counters_of_each_generation_and_their_sum() {
    const auto echo = server();
    echo->backend.state.generations[0].counters = {{"idle_timeouts", 4}, {"denied_by_network", 1}};
    echo->backend.state.generations[1].counters = {{"idle_timeouts", 38}};
    echo->start();
    QCOMPARE(run({"counters"}).out, QByteArray("COUNTER            GEN 6  GEN 7  SUM\n"
                                               "denied_by_network      1      -    1\n"
                                               "idle_timeouts          4     38   42\n"));
    const QJsonObject json = run({"counters", "--json"}).json();
    QCOMPARE(json["name"].toString(), QString("echo"));
    QCOMPARE(json["sum"].toObject(), (QJsonObject{{"denied_by_network", 1}, {"idle_timeouts", 42}}));
    QCOMPARE(json["generations"].toArray()[1].toObject(),
             (QJsonObject{{"generation", 7}, {"counters", QJsonObject{{"idle_timeouts", 38}}}}));
  }
  void nothing_counted_is_no_error() {
    const auto echo = server();
    echo->start();
    const Result result = run({"counters"});
    QCOMPARE(result.status, 0);
    QVERIFY(result.out.isEmpty() && result.err.contains("counted nothing"));
  }
};

QTEST_GUILESS_MAIN(CliConnections)
#include "cli_connections.moc"
