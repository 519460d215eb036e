#include <QAction>
#include <QFile>
#include <QFileDialog>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLineEdit>
#include <QMenu>
#include <QScrollBar>

#include "core/connections/connection_model.hpp"
#include "core/text/wording.hpp"
#include "gui/window_fixture.hpp"
#include "ui/generations/sparkline.hpp"

using namespace uninterruptible::admin;
using namespace acting;

/// The table of connections and what stands beside it: what stays, what is remembered, what is taken out.
class GuiTable : public WindowFixture {
  Q_OBJECT

 private Q_SLOTS:
  void thePlaceStaysWhenManyEnd();
  void whoIsCurrentHandsOverToANeighbour();
  void theThirdClickReturnsToTheOrderOfArrival();
  void nothingMovesUnderThePointer();
  void detailsAreShownAndKeptUpToDate();
  void columnsAreChosenAndRemembered();
  void rowsAreCopiedAndExported();
  void unitsAreChosen();
  void whoIsAloneIsInvited();
  void cardsStackInANarrowWindow();
  void linesShowHowItWent();

 private:
  void clickHeader(int column);
  void beginWithMany();
};

void GuiTable::clickHeader(int column) {
  auto* const header = table().horizontalHeader();
  const auto x = header->sectionViewportPosition(column) + header->sectionSize(column) / 2;
  QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, QPoint(x, header->height() / 2));
}

void GuiTable::beginWithMany() {
  echo_->setInCharge(7);
  echo_->setGeneration(7, 3987, "live"_q, 400);
  for (int number = 1; number <= 400; ++number)
    echo_->open("7-%1"_q.arg(number), "192.0.2.1:%1"_q.arg(number));
  QVERIFY(echo_->appear());
  show();
  QTRY_COMPARE_WITH_TIMEOUT(table().model()->rowCount(), 400, patience);
  // The view lays itself out a moment after the rows have come.
  QTRY_VERIFY_WITH_TIMEOUT(table().verticalScrollBar()->maximum() >= 300, patience);
}

void GuiTable::thePlaceStaysWhenManyEnd() {
  beginWithMany();
  table().verticalScrollBar()->setValue(300);
  const auto top = [this] { return table().model()->index(table().rowAt(0), 0).data().toString(); };
  const auto before = top();
  QCOMPARE(before, "7-301"_q);
  clickRow(table(), 302);
  const auto chosen = selected();
  QCOMPARE(chosen.size(), 1);
  QStringList gone;
  for (int row = 0; row < 300; row += 2) gone += table().model()->index(row, 0).data().toString();
  echo_->close(gone);
  QTRY_COMPARE_WITH_TIMEOUT(table().model()->rowCount(), 250, patience);
  QCOMPARE(selected(), chosen);
  QCOMPARE(table().currentIndex().data().toString(), chosen.first());
  QCOMPARE(top(), before);
  // What comes above moves nothing either; at the very top it is shown.
  clickHeader(ConnectionModel::OpenFor);
  table().verticalScrollBar()->setValue(100);
  const auto sorted = top();
  for (int number = 500; number < 520; ++number) echo_->open("7-%1"_q.arg(number), "192.0.2.2:1"_q);
  QTRY_COMPARE_WITH_TIMEOUT(table().model()->rowCount(), 270, patience);
  QCOMPARE(top(), sorted);
  table().verticalScrollBar()->setValue(0);
  echo_->open("7-600"_q, "192.0.2.2:1"_q);
  QTRY_COMPARE_WITH_TIMEOUT(table().model()->rowCount(), 271, patience);
  QCOMPARE(table().verticalScrollBar()->value(), 0);
}

void GuiTable::whoIsCurrentHandsOverToANeighbour() {
  beginWithMany();
  table().verticalScrollBar()->setValue(100);
  const auto idAt = [this](int row) { return table().model()->index(row, 0).data().toString(); };
  clickRow(table(), 105);
  const auto next = idAt(106);
  const auto after = idAt(107);
  const auto ending = idAt(105);
  // Scrolled elsewhere: that it ends is no reason to go there.
  table().verticalScrollBar()->setValue(10);
  echo_->close({ending});
  QTRY_COMPARE_WITH_TIMEOUT(table().model()->rowCount(), 399, patience);
  QCOMPARE(table().currentIndex().data().toString(), next);
  QCOMPARE(table().verticalScrollBar()->value(), 10);
  QCOMPARE(selected(), QStringList());
  echo_->close({next, idAt(3)});
  QTRY_COMPARE_WITH_TIMEOUT(table().model()->rowCount(), 397, patience);
  QCOMPARE(table().currentIndex().data().toString(), after);
}

void GuiTable::theThirdClickReturnsToTheOrderOfArrival() {
  beginWithEcho();
  const QStringList arrival{"7-1"_q, "7-2"_q, "7-3"_q};
  clickHeader(ConnectionModel::BytesIn);
  QTRY_COMPARE_WITH_TIMEOUT(ids(), arrival, patience);
  clickHeader(ConnectionModel::BytesIn);
  QTRY_COMPARE_WITH_TIMEOUT(ids(), (QStringList{"7-3"_q, "7-2"_q, "7-1"_q}), patience);
  clickHeader(ConnectionModel::BytesIn);
  QTRY_COMPARE_WITH_TIMEOUT(ids(), arrival, patience);
}

void GuiTable::nothingMovesUnderThePointer() {
  beginWithEcho();
  clickHeader(ConnectionModel::Peer);
  clickHeader(ConnectionModel::Peer);
  QTRY_COMPARE_WITH_TIMEOUT(ids(), (QStringList{"7-3"_q, "7-2"_q, "7-1"_q}), patience);
  const auto place = table().visualRect(table().model()->index(0, 0)).center();
  QTest::mousePress(table().viewport(), Qt::LeftButton, {}, place);
  echo_->open("7-9"_q, "192.0.2.9:5000"_q);
  QTRY_COMPARE_WITH_TIMEOUT(ids().size(), 4, patience);
  QCOMPARE(ids(), (QStringList{"7-3"_q, "7-2"_q, "7-1"_q, "7-9"_q}));
  QTest::mouseRelease(table().viewport(), Qt::LeftButton, {}, place);
  QTRY_COMPARE_WITH_TIMEOUT(ids(), (QStringList{"7-9"_q, "7-3"_q, "7-2"_q, "7-1"_q}), patience);
}

void GuiTable::detailsAreShownAndKeptUpToDate() {
  beginWithEcho();
  echo_->open("7-4"_q, "192.0.2.4:5000"_q, "user=ada"_q);
  QTRY_COMPARE_WITH_TIMEOUT(ids().size(), 4, patience);
  clickRow(table(), 3);
  QTest::keyClick(&table(), Qt::Key_Return);
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "detailsTitle"_q), "Connection 7-4"_q, patience);
  QCOMPARE(text(*window_, "detailsLabel"_q), "user=ada"_q);
  QCOMPARE(text(*window_, "detailsPeer"_q), "192.0.2.4:5000"_q);
  QCOMPARE(text(*window_, "detailsLocal"_q), "127.0.0.1:6789"_q);
  QVERIFY(text(*window_, "detailsIn"_q).endsWith("(%1 bytes)"_q.arg(wording::number(2924))));
  echo_->open("7-4"_q, "192.0.2.4:5000"_q, "user=grace"_q);
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "detailsLabel"_q), "user=grace"_q, patience);
  QVERIFY(click(*window_, "detailsCopy"_q));
  QVERIFY(clipboard().startsWith("Connection 7-4\n"_q) && clipboard().contains("Label: user=grace\n"_q));
  echo_->close({"7-4"_q});
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "detailsState"_q), "Ended"_q, patience);
  QCOMPARE(text(*window_, "detailsPeer"_q), "192.0.2.4:5000"_q);  // what was known stays
  QTest::keyClick(visible(*window_, "detailsSheet"_q), Qt::Key_Escape);
  QVERIFY(!isShown(*window_, "detailsSheet"_q));
}

void GuiTable::columnsAreChosenAndRemembered() {
  beginWithEcho();
  QVERIFY(table().isColumnHidden(ConnectionModel::Local));
  auto* const menu = window_->findChild<QMenu*>("columnsMenu"_q);
  Q_EMIT menu->aboutToShow();
  menu->actions().at(ConnectionModel::Local)->trigger();
  menu->actions().at(ConnectionModel::Label)->trigger();
  QVERIFY(!table().isColumnHidden(ConnectionModel::Local));
  QVERIFY(!menu->actions().at(ConnectionModel::Id)->isEnabled());
  table().setColumnWidth(ConnectionModel::Peer, 321);
  window_->close();
  window_ = std::make_unique<MainWindow>(watch_.get(), settings_.get());
  window_->show();
  QTRY_COMPARE_WITH_TIMEOUT(ids().size(), 3, patience);
  QVERIFY(!table().isColumnHidden(ConnectionModel::Local));
  QVERIFY(table().isColumnHidden(ConnectionModel::Label));
  QCOMPARE(table().columnWidth(ConnectionModel::Peer), 321);
}

void GuiTable::rowsAreCopiedAndExported() {
  beginWithEcho();
  clickRow(table(), 1);
  QTest::keyClick(&table(), Qt::Key_C, Qt::ControlModifier);
  QCOMPARE(clipboard().count(QLatin1Char('\n')), 2);
  QVERIFY(clipboard().contains("\n7-2\t7\topen\t192.0.2.2:5000\t"_q));
  for (const auto& name : {"out.csv"_q, "out.json"_q}) {
    action("exportAction"_q)->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "exportDialog"_q), patience);
    auto* const dialog = visible<QFileDialog>(*window_, "exportDialog"_q);
    dialog->selectFile(directory_->filePath(name));
    QVERIFY(QMetaObject::invokeMethod(dialog, "accept"));
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(directory_->filePath(name)), patience);
    QTRY_VERIFY_WITH_TIMEOUT(!isShown(*window_, "exportDialog"_q), patience);
  }
  QFile csv(directory_->filePath("out.csv"_q));
  QVERIFY(csv.open(QIODevice::ReadOnly));
  QCOMPARE(csv.readAll().count("\r\n"), 4);
  QFile json(directory_->filePath("out.json"_q));
  QVERIFY(json.open(QIODevice::ReadOnly));
  QCOMPARE(QJsonDocument::fromJson(json.readAll()).array().size(), 3);
}

void GuiTable::unitsAreChosen() {
  beginWithEcho();
  QVERIFY(column(table(), ConnectionModel::BytesOut).first().endsWith(" kB"_q));
  action("preferencesAction"_q)->trigger();
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "preferencesDialog"_q), patience);
  QTest::keyClick(visible(*window_, "sizesBox"_q), Qt::Key_Down);
  QTest::keyClick(visible(*window_, "timesBox"_q), Qt::Key_Down);
  QVERIFY(click(*window_, "confirmButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(column(table(), ConnectionModel::BytesOut).first().endsWith(" KiB"_q), patience);
  QVERIFY(column(table(), ConnectionModel::OpenFor).first().contains(QLatin1Char(':')));
  wording::setFormat({});  // the process goes on with other tests
}

void GuiTable::whoIsAloneIsInvited() {
  echo_->setGeneration(1, 4711, "live"_q, 0);
  QVERIFY(echo_->appear());
  show();
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "copyInvitationButton"_q), patience);
  QVERIFY(click(*window_, "copyInvitationButton"_q));
  QCOMPARE(clipboard(), "nc 127.0.0.1 6789"_q);
  QVERIFY(!action("exportAction"_q)->isEnabled());
}

void GuiTable::cardsStackInANarrowWindow() {
  beginWithEcho();
  // Without buttons, so that two of them would fit.
  echo_->setGeneration(7, 3987, "standby"_q, 3);
  echo_->setGeneration(8, 4121, "live"_q, 0);
  echo_->setGeneration(6, 3000, "standby"_q, 1);
  QTRY_VERIFY_WITH_TIMEOUT(card(6) && card(8), patience);
  const auto place = [this](int generation) { return card(generation)->mapTo(window_.get(), QPoint()); };
  window_->resize(1700, 900);
  QTRY_VERIFY_WITH_TIMEOUT(place(8).y() == place(7).y() && place(7).y() == place(6).y(), patience);
  QVERIFY(place(8).x() < place(7).x() && place(7).x() < place(6).x());  // the newest first
  window_->resize(850, 900);
  QTRY_VERIFY_WITH_TIMEOUT(place(8).x() == place(7).x() && place(7).x() == place(6).x(), patience);
  QVERIFY(place(8).y() < place(7).y() && place(7).y() < place(6).y());
}

void GuiTable::linesShowHowItWent() {
  beginWithEcho();
  const auto values = [this](const QString& name) { return visible<Sparkline>(*card(7), name)->values(); };
  QTRY_VERIFY_WITH_TIMEOUT(!values("cardConnectionLine"_q).isEmpty(), patience);
  echo_->setGeneration(7, 3987, "live"_q, 9);
  QTRY_COMPARE_WITH_TIMEOUT(values("cardConnectionLine"_q).last(), 9.0, patience);
  QCOMPARE(values("cardConnectionLine"_q).first(), 3.0);
  QVERIFY(values("cardRateLine"_q).contains(6.0));  // 3 accepted before, 9 now
}

QTEST_MAIN(GuiTable)
#include "gui_table.moc"
