#include <QAccessible>
#include <QAction>
#include <QElapsedTimer>
#include <QHeaderView>
#include <QLineEdit>
#include <algorithm>

#include "core/connections/connection_model.hpp"
#include "gui/window_fixture.hpp"
#include "ui/window/launch_options.hpp"

using namespace uninterruptible::admin;
using namespace acting;

/// Drives the window with mouse and keys while scripted servers say what servers say.
class GuiWindow : public WindowFixture {
  Q_OBJECT

 private Q_SLOTS:
  void anEmptyPageSaysWhereItLooked();
  void aServerAppearsWithItsConnections();
  void nobodyIsConnected();
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
  void theCommandLineIsRead();
};

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
  setUndoDelay(50);
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
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "linkBannerText"_q).startsWith("echo does not answer. "_q),
                           patience);
  QVERIFY(text(*window_, "linkBannerText"_q)
              .contains("Its process %1 is "_q.arg(QCoreApplication::applicationPid())));
  QVERIFY(click(*window_, "linkBannerButton2"_q));  // Disconnect
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "linkBannerText"_q).contains("Not trying any more."_q), patience);
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
