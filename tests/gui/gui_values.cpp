#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include "core/connections/connection_export.hpp"
#include "core/connections/held_changes.hpp"
#include "core/generations/generation_history.hpp"
#include "core/link/dialed_stream.hpp"
#include "core/link/link_command.hpp"
#include "core/settings/settings.hpp"

using namespace uninterruptible;
using namespace uninterruptible::admin;
using namespace std::chrono_literals;

namespace {

ConnectionRow row(const QString& id, const QString& label = {}) {
  ConnectionRow result;
  result.id = id;
  result.generation = id.section(QLatin1Char('-'), 0, 0).toULongLong();
  result.number = id.section(QLatin1Char('-'), 1).toULongLong();
  result.state = QStringLiteral("open");
  result.peer = QStringLiteral("192.0.2.1:5");
  result.label = label;
  return result;
}

control::GenerationStatus generation(std::uint64_t number, std::uint64_t connections,
                                     std::uint64_t accepted) {
  control::GenerationStatus status;
  status.generation = number;
  status.connections = connections;
  status.accepted = accepted;
  return status;
}

QStringList idsOf(const QList<ConnectionRow>& rows) {
  QStringList ids;
  for (const auto& each : rows) ids += each.id;
  return ids;
}

}  // namespace

/// The plain values of the desktop app: what it writes, remembers, and gathers.
class GuiValues : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void commandsAreLines_data();
  void commandsAreLines();
  void rowsAreExported();
  void settingsAreKept();
  void columnsOfAnotherVersionAreForgotten();
  void changesAreHeldBack();
  void historyIsSampled();
  void connectionsOnOneStreamAreToldApart();
};

void GuiValues::commandsAreLines_data() {
  QTest::addColumn<LinkCommand>("command");
  QTest::addColumn<QString>("line");
  const auto add = [](const char* line, const LinkCommand& command) {
    QTest::newRow(line) << command << QString::fromLatin1(line);
  };
  add("restart", RestartCommand{});
  add("restart --trial 1500ms --drain 2h", RestartCommand{{.rollback_window = 1500ms, .drain_timeout = 2h}});
  add("restart --drain 0", RestartCommand{{.drain_timeout = 0ms}});
  add("restart --rehearse", RestartCommand{{.rehearse = true}});
  add("restart --queue", RestartCommand{{.queue = true}});
  add("cancel", CancelCommand{});
  add("close 7-1 7-2", CloseCommand{{QStringLiteral("7-1"), QStringLiteral("7-2")}, false});
  add("close --now 7-1", CloseCommand{{QStringLiteral("7-1")}, true});
  add("close --generation 7 --idle 90s", CloseMatchingCommand{{.generation = 7, .idle = 90s}, false});
  add("close --peer 10.0.0.0/8 --older 1m --now",
      CloseMatchingCommand{{.peer = "10.0.0.0/8", .older = 1min}, true});
  add("shutdown", ShutDownCommand{});
  add("shutdown --now", ShutDownCommand{.now = true});
  add("extend-drain 10m", ExtendCommand{{.by = 10min}});
  add("extend-drain --generation 7 none", ExtendCommand{{.generation = 7}});
}

void GuiValues::commandsAreLines() {
  QFETCH(LinkCommand, command);
  QFETCH(QString, line);
  QCOMPARE(commandLine(QStringLiteral("echo"), command),
           QStringLiteral("uninterruptiblectl -s echo ") + line);
  // What a shell would take apart is quoted.
  QVERIFY(commandLine(QStringLiteral("/a b/it's.sock"), command)
              .startsWith(QStringLiteral("uninterruptiblectl -s '/a b/it'\\''s.sock' ")));
}

void GuiValues::rowsAreExported() {
  const QList<ConnectionRow> rows{row(QStringLiteral("7-1"), QStringLiteral("a, \"b\"")),
                                  row(QStringLiteral("7-2"), QStringLiteral("=HYPERLINK(x)"))};
  const auto csv = QString::fromUtf8(toCsv(rows)).split(QStringLiteral("\r\n"));
  QCOMPARE(csv.size(), 4);
  QCOMPARE(csv.at(0),
           QStringLiteral("id,generation,state,peer,local,label,opened_at,active_at,bytes_in,bytes_out"));
  QVERIFY(csv.at(1).startsWith(
      QStringLiteral("7-1,7,open,192.0.2.1:5,,\"a, \"\"b\"\"\",1970-01-01T00:00:00.000Z,")));
  QVERIFY(csv.at(2).contains(QStringLiteral(",'=HYPERLINK(x),")));  // no formula in anybody's spreadsheet
  const auto list = QJsonDocument::fromJson(toJson(rows)).array();
  QCOMPARE(list.size(), 2);
  QCOMPARE(list.at(1).toObject().value(QStringLiteral("label")).toString(), QStringLiteral("=HYPERLINK(x)"));
  QCOMPARE(toTsv(rows).count(QLatin1Char('\n')), 3);
  QVERIFY(toTsv(rows).contains(QStringLiteral("\n7-1\t7\topen\t")));
}

void GuiValues::settingsAreKept() {
  const QTemporaryDir directory;
  const auto file = directory.filePath(QStringLiteral("settings.ini"));
  const ServerAddress far{.name = QStringLiteral("mail"), .path = {}, .host = QStringLiteral("ada@db1")};
  {
    Settings settings(file);
    QVERIFY(settings.asksBeforeRestart(QStringLiteral("/x/echo.sock")));
    QCOMPARE(settings.interval(), 200ms);
    settings.setAsksBeforeRestart(QStringLiteral("/x/echo.sock"), false);
    settings.setUsesBinarySizes(true);
    settings.setInterval(1s);
    settings.setServers({far});
    settings.setSplitter(QStringLiteral("s"), "state");
  }
  Settings settings(file);
  QVERIFY(!settings.asksBeforeRestart(QStringLiteral("/x/echo.sock")));
  QVERIFY(settings.asksBeforeRestart(QStringLiteral("/x/mail.sock")));
  QVERIFY(settings.usesBinarySizes() && !settings.showsMoments());
  QCOMPARE(settings.interval(), 1000ms);
  QCOMPARE(settings.servers(), QList{far});
  QCOMPARE(settings.servers().first().argument(), QStringLiteral("ssh://ada@db1/mail"));
  QCOMPARE(settings.splitter(QStringLiteral("s")), QByteArray("state"));
  settings.askAboutAll();
  QCOMPARE(settings.unaskedServers(), 0);
}

void GuiValues::columnsOfAnotherVersionAreForgotten() {
  const QTemporaryDir directory;
  const auto file = directory.filePath(QStringLiteral("settings.ini"));
  Settings(file).setColumns("widths");
  QCOMPARE(Settings(file).columns(), QByteArray("widths"));
  QSettings(file, QSettings::IniFormat).setValue(QStringLiteral("columns/version"), 0);
  QVERIFY(Settings(file).columns().isEmpty());
}

void GuiValues::changesAreHeldBack() {
  HeldChanges held;
  const auto one = QStringLiteral("7-1");
  const auto two = QStringLiteral("7-2");
  held.add({row(two), row(one)}, {});
  held.add({row(one, QStringLiteral("new"))}, {two});
  QCOMPARE(held.count(), 2);
  QCOMPARE(idsOf(held.changed()), QStringList{one});
  QCOMPARE(held.changed().first().label, QStringLiteral("new"));
  QCOMPARE(held.removed(), QStringList{two});
  held.startAnew();  // of what is replaced as a whole nothing is removed
  held.add({row(QStringLiteral("8-1")), row(two), row(one)}, {QStringLiteral("8-1")});
  held.add({}, {two});
  QVERIFY(held.isSnapshot() && held.removed().isEmpty());
  QCOMPARE(idsOf(held.changed()), (QStringList{one, QStringLiteral("8-1")}));
  held.clear();
  QVERIFY(held.count() == 0 && !held.isSnapshot());
}

void GuiValues::historyIsSampled() {
  GenerationHistory history;
  history.sample({generation(7, 3, 100)});
  history.sample({generation(7, 5, 104), generation(8, 0, 0)});
  QCOMPARE(history.connections(7), (QList<double>{3, 5}));
  QCOMPARE(history.accepted(7), (QList<double>{0, 4}));  // the first look says nothing of the second before
  QCOMPARE(history.connections(8), QList<double>{0});
  for (int count = 0; count < 2 * GenerationHistory::capacity; ++count) history.sample({generation(8, 1, 9)});
  QVERIFY(history.connections(7).isEmpty());
  QCOMPARE(history.connections(8).size(), GenerationHistory::capacity);
}

void GuiValues::connectionsOnOneStreamAreToldApart() {
  const QByteArray dialed = R"({"jsonrpc":"2.0","method":"dialed","params":{"number":2}})"
                            "\n";
  const QByteArray other = R"({"jsonrpc":"2.0","method":"dialed by nobody"})"
                           "\n";
  const auto all = "one\n" + other + dialed + "two\nrest";
  // In whatever pieces it comes.
  for (qsizetype piece = 1; piece <= all.size(); ++piece) {
    DialedStream stream;
    QByteArrayList parts{{}};
    for (qsizetype place = 0; place < all.size(); place += piece) {
      stream.feed(all.mid(place, piece));
      do {
        parts.last() += stream.take();
        if (stream.begun() == 2) parts += QByteArray();
      } while (stream.begun() != 0);
    }
    QCOMPARE(parts, (QByteArrayList{"one\n" + other, "two\nrest"}));
  }
  // A line without an end is not kept.
  DialedStream stream;
  stream.feed(dialed.chopped(3) + QByteArray(100'000, '1'));
  QCOMPARE(stream.take().size(), dialed.size() - 3 + 100'000);
  QCOMPARE(stream.begun(), 0U);
}

QTEST_GUILESS_MAIN(GuiValues)
#include "gui_values.moc"
