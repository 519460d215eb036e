#include <signal.h>
#include <sys/stat.h>

#include <QRegularExpression>
#include <QtTest>
#include <functional>
#include <map>

#include "../../admin-cli/outcome.hpp"
#include "cli/cli_fixture.hpp"
#include "cli/scripted_server.hpp"
#include "support/eventually.hpp"
#include "support/files.hpp"

using namespace uninterruptible::control;
using testing::Result;
using testing::ScriptedServer;
using uninterruptible::cli::exit_meanings;

namespace {

QString source(const char* path) {
  return QString::fromStdString(testing::read_file(testing::support_file(std::string("../../") + path)));
}

QList<int> numbers(const QString& text, const char* pattern) {
  const QRegularExpression number(pattern, QRegularExpression::MultilineOption);
  QList<int> all;
  for (auto found = number.globalMatch(text); found.hasNext();) all << found.next().captured(1).toInt();
  return all;
}

QString section(const QString& text, const QString& begin, const QString& end) {
  const qsizetype from = text.indexOf(begin);
  return text.mid(from, text.indexOf(end, from + begin.size()) - from);
}

}  // namespace

/// Every exit status there is: provoked, and the same in every list of them.
class CliExitCodes : public QObject, private testing::CliFixture {
  Q_OBJECT

  std::unique_ptr<ScriptedServer> echo_;

  /// A running server, that these have prepared.
  ScriptedServer& serve(const std::function<void(ScriptedServer&)>& prepare = {}) {
    echo_ = server();
    if (prepare) prepare(*echo_);
    echo_->start();
    return *echo_;
  }
  [[nodiscard]] int interrupted() {
    serve();
    testing::Process process(tree, options({"events"}, {}));
    testing::eventually([&] { return !process.standard_output().empty(); }, "it follows");
    process.signal(SIGINT);
    return result_of(process).status;
  }
  /// The ways to each of them.
  std::map<int, std::function<int()>> ways() {
    return {{0,
             [this] {
               serve();
               return run({"status"}).status;
             }},
            {1,
             [this] {
               serve([](ScriptedServer& it) {
                 it.backend.on_restart = [] { return Refusal{refused, "not now"}; };
               });
               return run({"restart"}).status;
             }},
            {2,
             [this] {
               return run({"status", "--nonsense"}).status;
             }},
            {3, [this] { return run({"status"}).status; }},
            {4,
             [this] {
               serve();
               ::chmod(directory->path().c_str(), 0777);
               return run({"status"}).status;
             }},
            {5,
             [this] {
               serve();  // whose restart does not begin
               return run({"restart", "--timeout", "100ms"}).status;
             }},
            {6,
             [this] {
               serve([](ScriptedServer& it) { it.backend.greeting.protocol = 99; });
               return run({"status"}).status;
             }},
            {7,
             [this] {
               serve();
               return run({"close", "7-1", "7-99"}).status;
             }},
            {8,
             [this] {
               serve([](ScriptedServer& it) { script(it, {[&it] { it.publish("rolled_back"); }}); });
               return run({"restart"}).status;
             }},
            {130, [this] { return interrupted(); }}};
  }

 private slots:
  void init() { begin(); }
  void cleanup() {
    echo_.reset();
    end();
  }

  void each_is_provoked_data() {
    QTest::addColumn<int>("status");
    for (const auto& one : exit_meanings()) {
      const int status = static_cast<int>(one.code);
      QTest::newRow(std::to_string(status).c_str()) << status;
    }
  }
  void each_is_provoked() {
    QFETCH(int, status);
    const auto all = ways();
    const auto way = all.find(status);
    QVERIFY2(way != all.end(), "nobody knows how to come to it");
    QCOMPARE(way->second(), status);
  }
  void all_lists_are_the_same() {
    QList<int> all;
    for (const auto& one : exit_meanings()) all << static_cast<int>(one.code);
    const QString declared = section(source("admin-cli/outcome.hpp"), "enum class ExitCode", "};");
    QCOMPARE(numbers(declared, R"(= (\d+),)"), all);
    const QString man =
        section(source("docs/man/uninterruptiblectl.1"), ".SH EXIT STATUS", ".SH ENVIRONMENT");
    QCOMPARE(numbers(man, R"(^\.B (\d+)$)"), all);
    const QString operations = section(source("docs/operations.md"), "| status |", "\n\n");
    QCOMPARE(numbers(operations, R"(^\| (\d+) \|)"), all);
    const QString help = QString::fromUtf8(run({"--help"}).out);
    QCOMPARE(numbers(help.mid(help.indexOf("Exit status:")), R"(^ *(\d+)  )"), all);
    for (const auto& one : exit_meanings()) {
      const QString text = QString::fromUtf8(one.text.data(), static_cast<int>(one.text.size()));
      QVERIFY2(operations.contains(text), qPrintable(text));
    }
  }
};

QTEST_GUILESS_MAIN(CliExitCodes)
#include "cli_exit_codes.moc"
