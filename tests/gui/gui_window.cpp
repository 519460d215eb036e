#include <QAccessible>
#include <QAction>
#include <QClipboard>
#include <QElapsedTimer>
#include <QHeaderView>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTemporaryDir>
#include <algorithm>
#include <memory>
#include <optional>

#include "core/connections/connection_model.hpp"
#include "core/servers/server_watch.hpp"
#include "gui/acting.hpp"
#include "gui/scripted_server.hpp"
#include "ui/window/action_rules.hpp"
#include "ui/window/launch_options.hpp"
#include "ui/window/main_window.hpp"

using namespace uninterruptible::admin;
using namespace acting;

namespace {

QString operator""_q(const char* text, std::size_t size) {
  return QString::fromUtf8(text, static_cast<qsizetype>(size));
}

}  // namespace

/// Drives the window with mouse and keys while scripted servers say what servers say.
class GuiWindow : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init();
  void cleanup();

  void anEmptyPageSaysWhereItLooked();
  void aServerAppearsWithItsConnections();
  void nobodyIsConnected();
  void aRestartIsFollowedToItsEnd();
  void aFailedRestartSaysWhy();
  void aRefusedRestartIsExplained();
  void aRestartCanBeThoughtBetterOf();
  void selectionAndOrderStayWhileThingsChange();
  void theFilterNarrowsTheTable();
  void connectionsAreClosedByKey();
  void shutDownAsksFirst();
  void aServerThatEndedStaysReadable();
  void aServerVanishesAndComesBack();
  void aGapInTheDeltasIsHealed();
  void aSilentServerIsNamed();
  void anotherProtocolIsNamed();
  void garbageIsSurvived();
  void twoServersAreToldApart();
  void theWishedServerComesFirst();
  void hostileTextIsPlainText();
  void everythingHasAName();
  void theDarkPaletteIsRendered();
  void actionsFollowTheRules_data();
  void actionsFollowTheRules();
  void theCommandLineIsRead();

 private:
  void show(const QString& wanted = {});
  /// A live generation 7 with three connections, connected to.
  void beginWithEcho();
  [[nodiscard]] QTableView& table() const { return *window_->findChild<QTableView*>("connectionTable"_q); }
  [[nodiscard]] QStringList ids() const { return column(table(), ConnectionModel::Id); }
  [[nodiscard]] QStringList selected() const;
  [[nodiscard]] QString linkText() const { return text(*window_, "linkLabel"_q); }
  [[nodiscard]] QWidget* card(int generation) const {
    return visible(*window_, "generationCard%1"_q.arg(generation));
  }

  std::optional<QTemporaryDir> directory_;
  std::unique_ptr<ScriptedServer> echo_;
  std::unique_ptr<ServerWatch> watch_;
  std::unique_ptr<MainWindow> window_;
};

void GuiWindow::init() {
  directory_.emplace();
  QVERIFY(directory_->isValid());
  // Before the I/O thread is there: the environment may not change under it.
  qputenv("UNINTERRUPTIBLE_CONTROL_DIR", directory_->path().toLocal8Bit());
  echo_ = std::make_unique<ScriptedServer>(directory_->path(), "echo"_q);
}

void GuiWindow::cleanup() {
  window_.reset();
  watch_.reset();
  echo_.reset();
  directory_.reset();
}

void GuiWindow::show(const QString& wanted) {
  watch_ = std::make_unique<ServerWatch>();
  window_ = std::make_unique<MainWindow>(watch_.get(), wanted);
  window_->show();
  QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
}

void GuiWindow::beginWithEcho() {
  echo_->setInCharge(7);
  echo_->setGeneration(7, 3987, "live"_q, 3);
  for (const auto& id : {"7-1"_q, "7-2"_q, "7-3"_q}) echo_->open(id, "192.0.2.%1:5000"_q.arg(id.back()));
  QVERIFY(echo_->appear());
  show();
  QTRY_COMPARE_WITH_TIMEOUT(table().model()->rowCount(), 3, patience);
  QTRY_VERIFY_WITH_TIMEOUT(card(7), patience);
}

QStringList GuiWindow::selected() const {
  QStringList result;
  for (const auto& index : table().selectionModel()->selectedRows()) {
    result += index.data(ConnectionModel::IdRole).toString();
  }
  result.sort();
  return result;
}

void GuiWindow::anEmptyPageSaysWhereItLooked() {
  show();
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "emptyPlaces"_q).contains(directory_->path()), patience);
  QCOMPARE(text(*window_, "emptyTitle"_q), "No server found"_q);
  QVERIFY(!window_->findChild<QAction*>("restartAction"_q)->isEnabled());
  QCOMPARE(window_->findChild<QAction*>("restartAction"_q)->toolTip(), "No server is selected."_q);
}

void GuiWindow::aServerAppearsWithItsConnections() {
  show();
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "emptyPage"_q), patience);
  echo_->setGeneration(1, 4711, "live"_q, 2);
  echo_->open("1-1"_q, "192.0.2.1:5000"_q);
  echo_->open("1-2"_q, "192.0.2.2:5000"_q, "user=ada"_q);
  QVERIFY(echo_->appear());
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "serverName"_q), "echo"_q, patience);
  QTRY_COMPARE_WITH_TIMEOUT(ids(), (QStringList{"1-1"_q, "1-2"_q}), patience);
  QCOMPARE(text(*window_, "serverAddresses"_q), "tcp://127.0.0.1:6789"_q);
  QCOMPARE(text(*window_, "serverConnections"_q), "2 connections"_q);
  QVERIFY(card(1));
  QCOMPARE(text(*card(1), "cardPid"_q), "pid 4711"_q);
  QCOMPARE(text(*card(1), "cardState"_q), "Live"_q);
  QCOMPARE(linkText(), "Connected to echo"_q);
  echo_->open("1-3"_q, "192.0.2.3:5000"_q);
  QTRY_COMPARE_WITH_TIMEOUT(ids().last(), "1-3"_q, patience);
  QCOMPARE(text(*window_, "selectionLabel"_q), "0 selected of 3"_q);
}

void GuiWindow::nobodyIsConnected() {
  echo_->setGeneration(1, 4711, "live"_q, 0);
  QVERIFY(echo_->appear());
  show();
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "connectionsNote"_q).startsWith("Nobody is connected."_q),
                           patience);
  QVERIFY(text(*window_, "connectionsNote"_q).contains("nc 127.0.0.1 6789"_q));
}

void GuiWindow::aRestartIsFollowedToItsEnd() {
  beginWithEcho();
  QVERIFY(click(*window_, "restartButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "restartDialog"_q), patience);
  QVERIFY(text(*window_, "consequence"_q).contains("(3)"_q));
  QVERIFY(click(*window_, "confirmButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("restart"_q), 1, patience);

  echo_->beginRestart(8);
  echo_->step("requested"_q, 0);
  echo_->step("spawned"_q, 20);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "restartStrip"_q), patience);
  QTRY_COMPARE_WITH_TIMEOUT(visible(*window_, "step_spawned"_q)->accessibleName(),
                            "Spawned: reached after 20 ms"_q, patience);
  QCOMPARE(visible(*window_, "step_connected"_q)->accessibleName(), "Connected: going on"_q);
  QVERIFY(!window_->findChild<QAction*>("restartAction"_q)->isEnabled());

  for (const auto& word : {"connected"_q, "offered"_q, "ready"_q, "committed"_q, "trial"_q})
    echo_->step(word, 30);
  echo_->setGeneration(7, 3987, "standby"_q, 3);
  echo_->setGeneration(8, 4121, "live"_q, 1);
  echo_->open("8-1"_q, "192.0.2.9:5000"_q);
  QTRY_VERIFY_WITH_TIMEOUT(card(7) && card(8), patience);
  QCOMPARE(text(*card(7), "cardState"_q), "Standby"_q);

  // The control socket changes hands; nobody is alarmed, and nothing is missed.
  echo_->step("final"_q, 2030);
  echo_->setGeneration(7, 3987, "draining"_q, 3);
  echo_->move(8);
  echo_->step("draining"_q, 2031);
  QTRY_COMPARE_WITH_TIMEOUT(text(*card(7), "cardState"_q), "Draining"_q, patience);
  QTRY_COMPARE_WITH_TIMEOUT(visible(*window_, "step_final"_q)->accessibleName(),
                            "Final: reached after 2.0 s"_q, patience);
  QTRY_COMPARE_WITH_TIMEOUT(linkText(), "Connected to echo"_q, patience);
  QVERIFY(!isShown(*window_, "linkBanner"_q));
  QCOMPARE(ids().size(), 4);

  echo_->close({"7-1"_q, "7-2"_q});
  echo_->setGeneration(7, 3987, "draining"_q, 1);
  QTRY_COMPARE_WITH_TIMEOUT(text(*card(7), "cardConnections"_q), "1 of 3 left"_q, patience);
  echo_->close({"7-3"_q});
  echo_->removeGeneration(7);
  echo_->step("finished"_q, 5000);
  QTRY_VERIFY_WITH_TIMEOUT(!card(7), patience);
  QVERIFY(card(8));
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringList{"8-1"_q}, patience);
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "restartHeadline"_q),
                            "Restart into generation 8 finished in 5.0 s"_q, patience);
  QTRY_VERIFY_WITH_TIMEOUT(window_->findChild<QAction*>("restartAction"_q)->isEnabled(), patience);
}

void GuiWindow::aFailedRestartSaysWhy() {
  beginWithEcho();
  QVERIFY(click(*window_, "restartButton"_q));
  QVERIFY(click(*window_, "confirmButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("restart"_q), 1, patience);
  echo_->beginRestart(8);
  echo_->step("requested"_q, 0);
  echo_->step("spawned"_q, 20);
  echo_->step("failed"_q, 412,
              {{"text"_q, "the new process ended early"_q},
               {"failed_at"_q, "spawned"_q},
               {"pid"_q, 4188},
               {"exit_status"_q, 3},
               {"output"_q, QJsonArray{"reading config.yml"_q, "config.yml:12: unknown key"_q}}});
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "restartHeadline"_q).contains("failed"_q), patience);
  QVERIFY(text(*window_, "restartReason"_q).contains("Process 4188 exited with status 3."_q));
  QCOMPARE(text(*window_, "restartConsequence"_q), "Generation 7 keeps serving. No connection was lost."_q);
  const auto* const lines = visible<QPlainTextEdit>(*window_, "lastLines"_q);
  QVERIFY(lines);
  QCOMPARE(lines->toPlainText(), "reading config.yml\nconfig.yml:12: unknown key"_q);
  QCOMPARE(visible(*window_, "step_connected"_q)->accessibleName(), "Connected: not reached"_q);

  QVERIFY(click(*window_, "copyReportButton"_q));
  QVERIFY(QGuiApplication::clipboard()->text().contains("config.yml:12"_q));
  QVERIFY(click(*window_, "tryAgainButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "restartDialog"_q), patience);
  QVERIFY(click(*window_, "cancelButton"_q));
  QVERIFY(click(*window_, "dismissButton"_q));
  QVERIFY(!isShown(*window_, "restartStrip"_q));
}

void GuiWindow::aRefusedRestartIsExplained() {
  beginWithEcho();
  echo_->refuse("restart"_q, 1, "8 generations drain already"_q);
  QTest::keyClick(window_.get(), Qt::Key_R, Qt::ControlModifier);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "confirmButton"_q), patience);
  QTest::keyClick(visible(*window_, "confirmButton"_q), Qt::Key_Return);
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "noticeBannerText"_q), "No restart: 8 generations drain already"_q,
                            patience);
  QVERIFY(click(*window_, "noticeBannerButton"_q));
  QVERIFY(!isShown(*window_, "noticeBanner"_q));
}

void GuiWindow::aRestartCanBeThoughtBetterOf() {
  beginWithEcho();
  QVERIFY(click(*window_, "restartButton"_q));
  QVERIFY(click(*window_, "cancelButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(!isShown(*window_, "restartDialog"_q), patience);
  // What is asked after it must not have been asked for a restart before it.
  clickRow(table(), 0);
  QVERIFY(click(*window_, "closeButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("close"_q), 1, patience);
  QCOMPARE(echo_->asked("restart"_q), 0);
}

void GuiWindow::selectionAndOrderStayWhileThingsChange() {
  beginWithEcho();
  auto* const header = table().horizontalHeader();
  const auto clickHeader = [&] {
    const auto x = header->sectionViewportPosition(ConnectionModel::Peer) +
                   header->sectionSize(ConnectionModel::Peer) / 2;
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, QPoint(x, header->height() / 2));
  };
  clickHeader();
  clickHeader();
  QTRY_COMPARE_WITH_TIMEOUT(ids(), (QStringList{"7-3"_q, "7-2"_q, "7-1"_q}), patience);
  clickRow(table(), 0);
  clickRow(table(), 2, Qt::ControlModifier);
  QCOMPARE(selected(), (QStringList{"7-1"_q, "7-3"_q}));

  for (int number = 10; number < 60; ++number) {
    echo_->open("7-%1"_q.arg(number), "192.0.2.%1:5000"_q.arg(number));
  }
  echo_->close({"7-2"_q});
  QTRY_COMPARE_WITH_TIMEOUT(ids().size(), 52, patience);
  QCOMPARE(selected(), (QStringList{"7-1"_q, "7-3"_q}));
  const auto order = column(table(), ConnectionModel::Peer);
  QVERIFY(std::ranges::is_sorted(order, std::ranges::greater{}));

  // A new snapshot, as after a change of generations, leaves both as they were.
  echo_->setGeneration(8, 4121, "live"_q, 0);
  echo_->move(8);
  echo_->close({"7-3"_q});
  QTRY_COMPARE_WITH_TIMEOUT(ids().size(), 51, patience);
  QCOMPARE(selected(), QStringList{"7-1"_q});
  QCOMPARE(text(*window_, "selectionLabel"_q), "1 selected of 51"_q);
}

void GuiWindow::theFilterNarrowsTheTable() {
  beginWithEcho();
  QTest::keyClick(window_.get(), Qt::Key_F, Qt::ControlModifier);
  auto* const field = visible<QLineEdit>(*window_, "filterField"_q);
  QVERIFY(field);
  QTest::keyClicks(field, "0.2.2:"_q);
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringList{"7-2"_q}, patience);
  QTest::keyClicks(field, "nonsense"_q);
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "connectionsNote"_q),
                            "No connection matches \"0.2.2:nonsense\"."_q, patience);
  QVERIFY(click(*window_, "clearFilterButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(ids().size(), 3, patience);
}

void GuiWindow::connectionsAreClosedByKey() {
  beginWithEcho();
  QVERIFY(!window_->findChild<QAction*>("closeAction"_q)->isEnabled());
  clickRow(table(), 1);
  clickRow(table(), 2, Qt::ShiftModifier);
  QTest::keyClick(&table(), Qt::Key_Delete);
  QTRY_COMPARE_WITH_TIMEOUT(echo_->closedIds(), (QStringList{"7-2"_q, "7-3"_q}), patience);
  echo_->close({"7-2"_q, "7-3"_q});
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringList{"7-1"_q}, patience);
  QTRY_VERIFY_WITH_TIMEOUT(!window_->findChild<QAction*>("closeAction"_q)->isEnabled(), patience);
}

void GuiWindow::shutDownAsksFirst() {
  beginWithEcho();
  QVERIFY(click(*window_, "shutDownButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "shutDownDialog"_q), patience);
  // Cancel is what Enter does.
  QVERIFY(visible<QPushButton>(*window_, "cancelButton"_q)->isDefault());
  QVERIFY(click(*window_, "confirmButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("shutdown"_q), 1, patience);
  echo_->stopping();
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "linkBannerText"_q),
                            "echo is shutting down, 3 connections left."_q, patience);
  QVERIFY(!window_->findChild<QAction*>("restartAction"_q)->isEnabled());
}

void GuiWindow::aServerThatEndedStaysReadable() {
  beginWithEcho();
  echo_->stopping();
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "linkBanner"_q), patience);
  echo_->vanish();
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "linkBannerText"_q).startsWith("echo ended at "_q), patience);
  QCOMPARE(ids().size(), 3);
  QVERIFY(click(*window_, "linkBannerButton"_q));  // Remove from List
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "emptyPage"_q), patience);
}

void GuiWindow::aServerVanishesAndComesBack() {
  beginWithEcho();
  echo_->vanish();
  QElapsedTimer since;
  since.start();
  QTRY_VERIFY_WITH_TIMEOUT(linkText().startsWith("Following echo"_q), patience);
  QVERIFY(!isShown(*window_, "linkBanner"_q));
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "linkBannerText"_q).startsWith("Lost echo at "_q), patience);
  QVERIFY(since.elapsed() >= 2900);  // not earlier: it could have been a change of generations
  QCOMPARE(ids().size(), 3);

  // A new server under the old name: numbers begin anew, and so does what the window knows.
  ScriptedServer again(directory_->path(), "echo"_q);
  again.setGeneration(1, 5000, "live"_q, 1);
  again.open("1-1"_q, "192.0.2.77:5000"_q);
  again.beginRestart(2);
  again.step("requested"_q, 0);
  QVERIFY(again.appear());
  QTRY_COMPARE_WITH_TIMEOUT(linkText(), "Connected to echo"_q, patience);
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringList{"1-1"_q}, patience);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "restartStrip"_q), patience);
  QVERIFY(card(1) && !card(7));
  QVERIFY(!isShown(*window_, "linkBanner"_q));
}

void GuiWindow::aGapInTheDeltasIsHealed() {
  beginWithEcho();
  echo_->say(R"({"jsonrpc":"2.0","method":"connections","params":{"number":99,"reset":false,"complete":true,)"
             R"("changed":[],"removed":["7-1"]}})"
             "\n");
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("subscribe"_q), 2, patience);
  echo_->close({"7-2"_q});
  QTRY_COMPARE_WITH_TIMEOUT(ids(), (QStringList{"7-1"_q, "7-3"_q}), patience);
}

void GuiWindow::aSilentServerIsNamed() {
  echo_->setSilent(true);
  QVERIFY(echo_->appear());
  show();
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "linkBannerText"_q),
                            "echo does not answer. Its process may be stopped or busy."_q, patience);
}

void GuiWindow::anotherProtocolIsNamed() {
  echo_->setProtocol(9);
  echo_->setGeneration(1, 4711, "live"_q, 0);
  QVERIFY(echo_->appear());
  show();
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "linkBannerText"_q).contains("protocol 9"_q), patience);
  QCOMPARE(echo_->asked("subscribe"_q), 0);
}

void GuiWindow::garbageIsSurvived() {
  beginWithEcho();
  echo_->say("\xff garbage {{{\n");
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "linkBanner"_q) || echo_->asked("subscribe"_q) > 1, patience);
  QTRY_COMPARE_WITH_TIMEOUT(linkText(), "Connected to echo"_q, patience);
  QCOMPARE(ids().size(), 3);
}

void GuiWindow::twoServersAreToldApart() {
  beginWithEcho();
  ScriptedServer mail(directory_->path(), "mail"_q);
  mail.setGeneration(1, 5000, "live"_q, 1);
  mail.open("1-1"_q, "192.0.2.99:25"_q);
  QVERIFY(mail.appear());
  auto* const list = visible<QAbstractItemView>(*window_, "serverList"_q);
  QVERIFY(list);
  QTRY_COMPARE_WITH_TIMEOUT(list->model()->rowCount(), 2, patience);
  QCOMPARE(text(*window_, "serverName"_q), "echo"_q);
  clickRow(*list, 1);
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "serverName"_q), "mail"_q, patience);
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringList{"1-1"_q}, patience);
  // A question about one server stays about it.
  QVERIFY(click(*window_, "restartButton"_q));
  QVERIFY(click(*window_, "confirmButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(mail.asked("restart"_q), 1, patience);
  QCOMPARE(echo_->asked("restart"_q), 0);
}

void GuiWindow::theWishedServerComesFirst() {
  ScriptedServer mail(directory_->path(), "mail"_q);
  mail.setGeneration(1, 5000, "live"_q, 0);
  echo_->setGeneration(1, 5001, "live"_q, 0);
  QVERIFY(echo_->appear());
  show("mail"_q);
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "emptyTitle"_q), "No server \"mail\" found"_q, patience);
  QVERIFY(mail.appear());
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "serverName"_q), "mail"_q, patience);
}

void GuiWindow::hostileTextIsPlainText() {
  const auto hostile = "<b>bold</b>\u202e\n<img src=x>"_q;
  echo_->setGeneration(1, 4711, "live"_q, 1);
  echo_->open("1-1"_q, "192.0.2.1:5000"_q, hostile);
  echo_->beginRestart(2);
  echo_->step("requested"_q, 0);
  echo_->step("failed"_q, 3, {{"text"_q, hostile}, {"failed_at"_q, "requested"_q}});
  QVERIFY(echo_->appear());
  show();
  QTRY_COMPARE_WITH_TIMEOUT(column(table(), ConnectionModel::Label),
                            QStringList{"<b>bold</b>\uFFFD\uFFFD<img src=x>"_q}, patience);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "restartReason"_q), patience);
  for (const auto* const label : window_->findChildren<QLabel*>()) {
    QVERIFY2(label->textFormat() == Qt::PlainText, qPrintable(label->objectName()));
  }
}

void GuiWindow::everythingHasAName() {
  beginWithEcho();
  for (auto* const widget : window_->findChildren<QWidget*>()) {
    const bool usable = widget->focusPolicy() != Qt::NoFocus && widget->isVisible() &&
                        !widget->objectName().startsWith("qt_"_q) && widget->parentWidget() != nullptr;
    if (!usable || widget->inherits("QMenuBar") || widget->inherits("QMenu")) continue;
    if (widget->objectName().isEmpty()) continue;  // a part of Qt's own
    auto* const spoken = QAccessible::queryAccessibleInterface(widget);
    const auto name = spoken ? spoken->text(QAccessible::Name) : QString();
    QVERIFY2(!name.isEmpty(), qPrintable(widget->objectName()));
  }
  for (const auto* const action : window_->findChildren<QAction*>()) {
    if (action->objectName().endsWith("Action"_q))
      QVERIFY2(!action->statusTip().isEmpty(), qPrintable(action->text()));
  }
}

void GuiWindow::theDarkPaletteIsRendered() {
  beginWithEcho();
  const auto before = QApplication::palette();
  const auto light = window_->grab().toImage();
  QPalette dark(QColor(0x2b, 0x2b, 0x2b));
  dark.setColor(QPalette::Base, QColor(0x1e, 0x1e, 0x1e));
  QApplication::setPalette(dark);
  QTest::qWait(0);
  const auto image = window_->grab().toImage();
  QApplication::setPalette(before);
  // A card's ground lies between its words: its middle at the right.
  const auto* const shown = card(7);
  const auto place = shown->mapTo(window_.get(), QPoint(shown->width() / 2, shown->height() - 8));
  QVERIFY(image.pixelColor(place).lightness() < 80);
  QVERIFY(light.pixelColor(place).lightness() > 200);
}

void GuiWindow::actionsFollowTheRules_data() {
  QTest::addColumn<bool>("server");
  QTest::addColumn<int>("phase");
  QTest::addColumn<bool>("stopping");
  QTest::addColumn<bool>("restarting");
  QTest::addColumn<int>("selected");
  QTest::addColumn<QString>("enabled");  // of r(estart), s(hut down), c(lose)
  const auto phase = [](LinkPhase value) { return static_cast<int>(value); };
  const auto connected = phase(LinkPhase::Connected);
  QTest::newRow("no server") << false << phase(LinkPhase::Connecting) << false << false << 0 << ""_q;
  QTest::newRow("connecting") << true << phase(LinkPhase::Connecting) << false << false << 0 << ""_q;
  QTest::newRow("connected") << true << connected << false << false << 0 << "rs"_q;
  QTest::newRow("selected") << true << connected << false << false << 2 << "rsc"_q;
  QTest::newRow("restarting") << true << connected << false << true << 1 << "sc"_q;
  QTest::newRow("stopping") << true << connected << true << false << 1 << "c"_q;
  QTest::newRow("following") << true << phase(LinkPhase::Following) << false << false << 1 << ""_q;
  QTest::newRow("lost") << true << phase(LinkPhase::Lost) << false << false << 1 << ""_q;
  QTest::newRow("ended") << true << phase(LinkPhase::Ended) << true << false << 1 << ""_q;
}

void GuiWindow::actionsFollowTheRules() {
  QFETCH(bool, server);
  QFETCH(int, phase);
  QFETCH(bool, stopping);
  QFETCH(bool, restarting);
  QFETCH(int, selected);
  QFETCH(QString, enabled);
  const auto rules = actionRules({.server = server,
                                  .phase = static_cast<LinkPhase>(phase),
                                  .stopping = stopping,
                                  .restarting = restarting,
                                  .selected = selected});
  QString result;
  if (rules.restart.enabled) result += QLatin1Char('r');
  if (rules.shutDown.enabled) result += QLatin1Char('s');
  if (rules.close.enabled) result += QLatin1Char('c');
  QCOMPARE(result, enabled);
  for (const auto& rule : {rules.restart, rules.shutDown, rules.close})
    QCOMPARE(rule.why.isEmpty(), rule.enabled);
}

void GuiWindow::theCommandLineIsRead() {
  const auto parse = [](const QString& line) { return parseCommandLine(line.split(QLatin1Char(' '))); };
  QCOMPARE(parse("x --server mail"_q).server, "mail"_q);
  QCOMPARE(parse("x --server=mail"_q).server, "mail"_q);
  QCOMPARE(parse("x -platform offscreen -s mail"_q).server, "mail"_q);
  QVERIFY(!parse("x"_q).exitCode);
  QCOMPARE(parse("x --help"_q).exitCode.value_or(-1), 0);
  QVERIFY(parse("x --help"_q).output.startsWith("Usage:"_q));
  QCOMPARE(parse("x --version"_q).exitCode.value_or(-1), 0);
  QCOMPARE(parse("x --sever mail"_q).exitCode.value_or(-1), 2);
  QCOMPARE(parse("x --server"_q).exitCode.value_or(-1), 2);
  QCOMPARE(parse("x mail"_q).exitCode.value_or(-1), 2);
}

QTEST_MAIN(GuiWindow)
#include "gui_window.moc"
