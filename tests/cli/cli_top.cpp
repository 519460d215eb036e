#include <signal.h>

#include <QJsonArray>
#include <QJsonObject>
#include <QtTest>

#include "../../admin-cli/rates.hpp"
#include "cli/cli_fixture.hpp"
#include "cli/scripted_server.hpp"
#include "support/eventually.hpp"

using namespace uninterruptible::control;
using namespace std::chrono_literals;
using testing::eventually;
using testing::FakeBackend;
using testing::Result;
using uninterruptible::cli::Look;
using uninterruptible::cli::Rates;
using uninterruptible::cli::rates_between;

namespace {

Look look(std::chrono::seconds at, std::uint64_t accepted, std::uint64_t bytes) {
  Look one;
  one.at = uninterruptible::Clock::time_point(at);
  one.status.generations.push_back({7, 4121, "live", true, {}, 1, accepted, {}, {}});
  one.connections.push_back(FakeBackend::connection(7, 1));
  one.connections[0].bytes_in = bytes;
  return one;
}

/// How often the text is there.
int times(const QByteArray& all, const char* text) { return static_cast<int>(all.count(text)); }

}  // namespace

/// What is looked at again and again: top, and --watch.
class CliTop : public QObject, private testing::CliFixture {
  Q_OBJECT

  [[nodiscard]] testing::Process at_terminal(const std::string& words) const {
    auto chosen = options({}, {{"TERM", "xterm"}, {"NO_COLOR", "1"}});
    chosen.argv = {"script", "-qec", "stty cols 80 rows 12; exec " + chosen.argv[0] + " " + words,
                   "/dev/null"};
    chosen.feed_stdin = true;
    return testing::Process(tree, chosen);
  }

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

  void rates_are_those_of_a_second() {
    const Rates rates = rates_between(look(10s, 100, 2'000), look(14s, 108, 6'000));
    QCOMPARE(rates.accepted, 2.0);
    QCOMPARE(rates.bytes_in, 1'000.0);
    QCOMPARE(rates.bytes_out, 0.0);
    QCOMPARE(rates.bytes_of.at("7-1"), 1'000.0);
    QVERIFY(!rates.requests);
  }
  void what_is_new_counts_from_zero() {
    Look now = look(11s, 5, 300);
    now.status.generations[0].generation = 8;
    now.connections[0].id = "8-1";
    now.status.generations[0].counters["requests"] = 40;
    const Rates rates = rates_between(look(10s, 100, 2'000), now);
    QCOMPARE(rates.accepted, 5.0);
    QCOMPARE(rates.accepted_of.at(8), 5.0);
    QCOMPARE(rates.bytes_of.at("8-1"), 300.0);
    QCOMPARE(rates.requests, std::optional<double>(40.0));
  }
  void a_count_that_went_back_began_anew() {
    QCOMPARE(rates_between(look(10s, 100, 0), look(11s, 30, 0)).accepted, 30.0);
    QCOMPARE(rates_between(look(10s, 100, 0), look(10s, 130, 0)).accepted, 0.0);
  }

  void each_look_is_an_object() {
    const auto echo = server();
    echo->start();
    const Result result = run({"top", "--json", "--count", "3", "--interval", "100ms"});
    QCOMPARE(result.status, 0);
    const QList<QByteArray> lines = result.out.trimmed().split('\n');
    QCOMPARE(lines.size(), 3);
    for (const QByteArray& line : lines) {
      const QJsonObject one = QJsonDocument::fromJson(line).object();
      QCOMPARE(one["connections"].toInt(), 3);
      QCOMPARE(one["generations"].toArray().size(), 2);
      QCOMPARE(one["top"].toArray().size(), 3);
    }
  }
  void the_order_is_chosen() {
    const auto echo = server();
    for (std::size_t i = 0; i < 3; ++i) {
      ConnectionRecord& one = echo->backend.connections[i];
      one.bytes_in = 100 * (i + 1);
      one.bytes_out = 100 * (3 - i);
      one.opened_at -= std::chrono::hours(i);
    }
    echo->start();
    const auto first = [&](const char* by) {
      const QJsonObject one =
          QJsonDocument::fromJson(
              run({"top", "--json", "-n", "1", "--rows", "1", "--by", by, "--interval", "100ms"}).out)
              .object();
      return one["top"].toArray().size() == 1 ? one["top"].toArray()[0].toObject()["id"].toString()
                                              : QString();
    };
    QCOMPARE(first("in"), QString("7-3"));
    QCOMPARE(first("-in"), QString("7-1"));
    QCOMPARE(first("out"), QString("7-1"));
    QCOMPARE(first("age"), QString("7-3"));
    QCOMPARE(run({"top", "--by", "size"}).status, 2);
    QCOMPARE(run({"top", "--interval", "1ms"}).status, 2);
    QCOMPARE(run({"top", "-n", "x"}).status, 2);
  }
  void elsewhere_than_on_a_terminal_blocks_are_appended() {
    const auto echo = server();
    echo->start();
    const Result result = run({"top", "-n", "2", "--interval", "100ms"});
    QCOMPARE(result.status, 0);
    QCOMPARE(times(result.out, "echo: generation 7"), 2);
    QVERIFY(!result.out.contains('\x1b'));
    QVERIFY(result.out.contains("\n\necho: generation 7"));
  }
  void on_a_terminal_it_is_written_over() {
    const auto echo = server();
    for (std::uint64_t i = 4; i <= 100; ++i)
      echo->backend.connections.push_back(FakeBackend::connection(7, i));
    echo->start();
    testing::Process process = at_terminal("top -n 3 --interval 100ms --rows 50");
    const Result result = result_of(process);
    QCOMPARE(result.status, 0);
    QCOMPARE(times(result.out, "\x1b[2J"), 1);
    QCOMPARE(times(result.out, "\x1b[H"), 3);
    // Never as many lines as the terminal has, or it would move.
    for (const QByteArray& look : result.out.split('H')) QVERIFY(times(look, "\n") < 12);
  }
  /// The server goes while it is looked at.
  void watching_ends_with_the_server_data() {
    QTest::addColumn<QString>("words");
    for (const char* const words :
         {"status --watch=100ms", "connections --watch 100ms --json", "top --interval 100ms"})
      QTest::newRow(words) << QString(words);
  }
  void watching_ends_with_the_server() {
    QFETCH(QString, words);
    auto echo = server();
    echo->start();
    std::vector<std::string> arguments;
    for (const QString& word : words.split(' ')) arguments.push_back(word.toStdString());
    testing::Process process(tree, options(arguments, {}));
    const std::string block = words.contains("json")  ? "\"schema\""
                              : words.contains("top") ? "NEW"
                                                      : "ACCEPTED";
    eventually(
        [&] { return times(QByteArray::fromStdString(process.standard_output()), block.c_str()) >= 2; },
        "it looks again");
    echo.reset();
    const Result result = result_of(process);
    QCOMPARE(result.status, 3);
    QVERIFY(result.err.startsWith("uninterruptiblectl: "));
  }
  void watching_ends_with_an_interrupt() {
    const auto echo = server();
    echo->start();
    testing::Process process(tree, options({"status", "--watch", "-s", "echo"}, {}));
    eventually([&] { return !process.standard_output().empty(); }, "it looks");
    QVERIFY(process.signal(SIGINT));
    QCOMPARE(result_of(process).status, 130);
  }
};

QTEST_GUILESS_MAIN(CliTop)
#include "cli_top.moc"
