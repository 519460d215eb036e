#include <QAction>
#include <memory>
#include <vector>

#include "core/connections/connection_model.hpp"
#include "core/servers/server_watch.hpp"
#include "core/settings/settings.hpp"
#include "gui/acting.hpp"
#include "support/client.hpp"
#include "support/sandbox.hpp"
#include "ui/window/main_window.hpp"

using namespace uninterruptible::admin;
using namespace acting;

namespace {

QString operator""_q(const char* text, std::size_t size) {
  return QString::fromUtf8(text, static_cast<qsizetype>(size));
}

}  // namespace

/// A person, a window, a real server and real clients, from the first connection to the server's end.
class GuiLive : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aRestartIsClickedAndSeen();
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

QTEST_MAIN(GuiLive)
#include "gui_live.moc"
