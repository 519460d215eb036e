#include <unistd.h>
#include <QAction>
#include <QFile>
#include <QPlainTextEdit>
#include <QProcess>
#include <QRegularExpression>
#include <memory>
#include <vector>

#include "core/connections/connection_model.hpp"
#include "core/events/event_model.hpp"
#include "core/history/history_model.hpp"
#include "core/servers/server_watch.hpp"
#include "core/settings/settings.hpp"
#include "gui/acting.hpp"
#include "support/client.hpp"
#include "support/files.hpp"
#include "support/sandbox.hpp"
#include "ui/window/main_window.hpp"

using namespace uninterruptible::admin;
using namespace acting;

namespace {

QString operator""_q(const char* text, std::size_t size) {
  return QString::fromUtf8(text, static_cast<qsizetype>(size));
}

/// What the command line tool writes of a restart, and what the window does, in the lines that are the
/// tool's.
void compareWithCommandLine(const QString& report, int restart) {
  const auto tool = qEnvironmentVariable("UNINTERRUPTIBLE_BIN") + "/uninterruptiblectl"_q;
  if (!QFile::exists(tool)) return;
  QProcess process;
  process.start(tool, {"-s"_q, "gui-past"_q, "history"_q, QString::number(restart)});
  QVERIFY(process.waitForFinished(patience));
  const auto lines = QString::fromUtf8(process.readAllStandardOutput()).split(QLatin1Char('\n'));
  QVERIFY2(lines.size() > 5, process.readAllStandardError().constData());
  int compared = 0;
  const auto shown = report.split(QLatin1Char('\n'));
  for (const auto* const name : {"generations", "took", "reason", "last accept", "first accept", "gap",
                                 "listener", "connections", "|"}) {
    const auto beginning = "  "_q + QString::fromLatin1(name) + QLatin1Char(' ');
    const auto ours = shown.filter(QRegularExpression("^"_q + QRegularExpression::escape(beginning)));
    const auto theirs = lines.filter(QRegularExpression("^ *"_q + QRegularExpression::escape(beginning)));
    QCOMPARE(ours.size(), theirs.size());
    for (qsizetype place = 0; place < ours.size(); ++place) {
      QCOMPARE(ours.at(place).trimmed(), theirs.at(place).trimmed());
      ++compared;
    }
  }
  QVERIFY(compared >= 4);
}

}  // namespace

/// A person, a window, a real server and real clients, from the first connection to the server's end.
class GuiLive : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aRestartIsClickedAndSeen();
  void restartsAreRemembered();
};

void GuiLive::aRestartIsClickedAndSeen() {
  const testing::Sandbox sandbox;
  qputenv("UNINTERRUPTIBLE_CONTROL_DIR", QByteArray::fromStdString(sandbox.control_directory()));
  Settings settings(QString::fromStdString(sandbox.control_directory()) + "/settings.ini"_q);
  ServerWatch watch;
  MainWindow window(&watch, &settings);
  window.show();
  QVERIFY(QTest::qWaitForWindowExposed(&window));
  QTRY_VERIFY_WITH_TIMEOUT(isShown(window, "emptyPage"_q), patience);

  auto server = sandbox.start({qEnvironmentVariable("UNINTERRUPTIBLE_BIN").toStdString() + "/echo-server",
                               "--bind", "tcp://127.0.0.1:0", "--lines", "--name", "gui-live"},
                              {{"UNINTERRUPTIBLE_ROLLBACK_WINDOW", "100ms"}});
  QTRY_COMPARE_WITH_TIMEOUT(text(window, "serverName"_q), "gui-live"_q, patience);
  const auto card = [&](int generation) { return visible(window, "generationCard%1"_q.arg(generation)); };
  QTRY_VERIFY_WITH_TIMEOUT(card(1), patience);
  QCOMPARE(text(*card(1), "cardPid"_q), "pid %1"_q.arg(server.pid()));
  const auto address = text(window, "serverAddresses"_q).toStdString();

  std::vector<testing::Client> clients;
  for (int number = 0; number < 5; ++number) clients.emplace_back(address);
  const auto firstPid = clients.front().ask("PID?");
  QCOMPARE(firstPid.value_or(""), std::to_string(server.pid()));
  const auto* const table = window.findChild<QTableView*>("connectionTable"_q);
  QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 5, patience);
  const auto port = QString::number(clients.front().local_port());
  QVERIFY(column(*table, ConnectionModel::Peer).filter(port).size() == 1);

  QVERIFY(click(window, "restartButton"_q));
  QVERIFY(click(window, "confirmButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(isShown(window, "restartStrip"_q), patience);
  QTRY_VERIFY_WITH_TIMEOUT(card(2) && text(*card(2), "cardState"_q) == "Live"_q, patience);
  QTRY_VERIFY_WITH_TIMEOUT(card(1) && text(*card(1), "cardState"_q) == "Draining"_q, patience);
  QTRY_COMPARE_WITH_TIMEOUT(text(*card(1), "cardConnections"_q), "5 of 5 left"_q, patience);
  QTRY_VERIFY_WITH_TIMEOUT(visible(window, "step_final"_q) &&
                               visible(window, "step_final"_q)->accessibleName().contains("reached after"_q),
                           patience);
  QTRY_COMPARE_WITH_TIMEOUT(text(window, "linkLabel"_q), "Connected to gui-live"_q, patience);
  QVERIFY(!isShown(window, "linkBanner"_q));

  // Those from before are served on by the old process, a new one by the new process; the window shows both.
  QCOMPARE(clients.back().ask("still here").value_or(""), "still here");
  testing::Client late(address);
  const auto secondPid = late.ask("PID?").value_or("");
  QVERIFY(secondPid != firstPid.value_or(""));
  QCOMPARE(text(*card(2), "cardPid"_q), "pid "_q + QString::fromStdString(secondPid));
  QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 6, patience);
  QCOMPARE(column(*table, ConnectionModel::Generation).count("2"_q), 1);

  // A click closes one of the old one, its client sees the end; the others go by themselves.
  const auto peers = column(*table, ConnectionModel::Peer);
  const auto row = static_cast<int>(peers.indexOf(peers.filter(port).first()));
  table->selectionModel()->select(table->model()->index(row, 0),
                                  QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
  QVERIFY(click(window, "closeButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 5, patience);
  QVERIFY(clients.front().at_end());
  clients.clear();
  QTRY_VERIFY_WITH_TIMEOUT(!card(1), patience);
  QVERIFY(card(2));
  QTRY_VERIFY_WITH_TIMEOUT(text(window, "restartHeadline"_q).contains("finished"_q), patience);
  QCOMPARE(server.wait_exit(), testing::exited(0));

  QVERIFY(click(window, "shutDownButton"_q));
  QVERIFY(click(window, "confirmButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(text(window, "linkBannerText"_q).contains("shutting down"_q), patience);
  QCOMPARE(late.ask("and to the end").value_or(""), "and to the end");
  late.half_close();
  QVERIFY(late.at_end());
  QTRY_VERIFY_WITH_TIMEOUT(text(window, "linkBannerText"_q).startsWith("gui-live ended at "_q), patience);
  QCOMPARE(testing::wait_exit(static_cast<pid_t>(std::stoi(secondPid))), testing::exited(0));
}

void GuiLive::restartsAreRemembered() {
  const testing::Sandbox sandbox;
  qputenv("UNINTERRUPTIBLE_CONTROL_DIR", QByteArray::fromStdString(sandbox.control_directory()));
  // A program whose next version does not start while its configuration is wrong.
  const auto start = sandbox / "start";
  const auto broken = sandbox / "broken";
  testing::write_file(sandbox / "version", "2.0.4");
  testing::write_file(start,
                      "#!/bin/sh\nif [ -e " + broken +
                          " ]; then\n  echo \"unknown key <b>prot</b>\" >&2\n  exit 3\nfi\nexec " +
                          testing::program("echo-server") +
                          " --bind tcp://127.0.0.1:0 --lines --name gui-past --version-text \"$(cat " +
                          (sandbox / "version") + ")\" --start-command " + start + "\n",
                      0755);
  Settings settings(QString::fromStdString(sandbox.control_directory()) + "/settings.ini"_q);
  ServerWatch watch;
  MainWindow window(&watch, &settings);
  window.show();
  QVERIFY(QTest::qWaitForWindowExposed(&window));
  auto server = sandbox.start({start}, {{"UNINTERRUPTIBLE_ROLLBACK_WINDOW", "100ms"}});
  const auto card = [&](int generation) { return visible(window, "generationCard%1"_q.arg(generation)); };
  QTRY_VERIFY_WITH_TIMEOUT(card(1), patience);
  QTRY_COMPARE_WITH_TIMEOUT(text(*card(1), "cardVersion"_q), "version 2.0.4"_q, patience);
  const auto address = text(window, "serverAddresses"_q).toStdString();
  auto& events = *window.findChild<QTableView*>("eventView"_q);
  auto& history = *window.findChild<QTableView*>("historyTable"_q);
  const auto told = [&] { return column(events, EventModel::Text); };
  const auto outcomes = [&] { return column(history, HistoryModel::Outcome); };
  window.findChild<QAction*>("showLogAction"_q)->trigger();
  const auto restart = [&] {
    QTRY_VERIFY_WITH_TIMEOUT(window.findChild<QAction*>("restartAction"_q)->isEnabled(), patience);
    window.findChild<QAction*>("restartAction"_q)->trigger();
    QVERIFY(click(window, "confirmButton"_q));
  };

  std::vector<testing::Client> clients;
  for (int number = 0; number < 2; ++number) {
    clients.emplace_back(address);
    QCOMPARE(clients.back().ask("here").value_or(""), "here");
  }
  testing::write_file(sandbox / "version", "2.1.0");
  restart();
  QTRY_COMPARE_WITH_TIMEOUT(outcomes(), QStringList{"Draining"_q}, patience);
  QTRY_COMPARE_WITH_TIMEOUT(text(*card(2), "cardVersion"_q), "version 2.1.0"_q, patience);
  QTRY_VERIFY_WITH_TIMEOUT(text(window, "restartAsker"_q).contains("(uid %1)"_q.arg(::getuid())), patience);
  QTRY_VERIFY_WITH_TIMEOUT(
      text(window, "restartLedger"_q).startsWith("Nothing is lost so far: 2 connections"_q), patience);
  clients.clear();
  QTRY_COMPARE_WITH_TIMEOUT(outcomes(), QStringList{"Finished"_q}, patience);
  QCOMPARE(column(history, HistoryModel::Lost), QStringList{"nothing"_q});
  QVERIFY(told().filter("1: Final after "_q).size() == 1);
  QVERIFY(told().filter("2 (pid "_q).filter("version 2.1.0"_q).size() >= 1);
  QTRY_VERIFY_WITH_TIMEOUT(column(events, EventModel::Subject).contains("Log"_q), patience);
  QCOMPARE(server.wait_exit(), testing::exited(0));

  testing::write_file(broken, "");
  restart();
  QTRY_COMPARE_WITH_TIMEOUT(outcomes(), (QStringList{"Failed"_q, "Finished"_q}), patience);
  QTRY_COMPARE_WITH_TIMEOUT(told().filter("2: Failed after "_q).size(), 1, patience);
  window.findChild<QAction*>("showHistoryAction"_q)->trigger();
  const auto report = [&] { return visible<QPlainTextEdit>(window, "restartSheetReport"_q)->toPlainText(); };
  QTRY_VERIFY_WITH_TIMEOUT(report().contains("  | unknown key <b>prot</b>\n"_q), patience);
  compareWithCommandLine(report(), 2);
  clickRow(history, 1);
  QVERIFY(report().contains("versions      2.0.4 -> 2.1.0\n"_q));
  QVERIFY(report().contains(
      "lost          Nothing was lost: 2 connections at final: 2 finished, 0 were cut\n"_q));
  compareWithCommandLine(report(), 1);
}

QTEST_MAIN(GuiLive)
#include "gui_live.moc"
