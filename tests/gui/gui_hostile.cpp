#include <QAbstractButton>
#include <QAction>
#include <QFile>
#include <QFileDialog>
#include <QJsonDocument>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QStatusBar>

#include "core/connections/connection_model.hpp"
#include "core/link/link_command.hpp"
#include "core/text/wording.hpp"
#include "gui/loop_probe.hpp"
#include "gui/window_fixture.hpp"

using namespace uninterruptible::admin;
using namespace acting;

namespace {

/// What looks like HTML, orders a terminal and the order of reading, breaks lines and formulas, and has no
/// end.
const QString hostile =
    "=<b>bold</b><img src=x>%1%2&amp;\x1b[31m\u202e\u2066\u200e\t\r\n\U000E0041"_q + "W"_q.repeated(10'000);
const QString shown =
    "=<b>bold</b><img src=x>%1%2&amp;\uFFFD[31m\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDWWW"_q;

/// What is wrong with a text that somebody reads; empty if nothing is.
QString whyNotPlain(const QString& text) {
  for (const char32_t character : text.toUcs4()) {
    if (character != U'\n' && wording::isInvisible(character))
      return "U+%1 in: %2"_q.arg(static_cast<uint>(character), 4, 16).arg(text.left(200));
  }
  return {};
}

/// What is wrong with one of the texts of a widget.
QString whyNotPlain(const QWidget& widget) {
  if (Qt::mightBeRichText(widget.toolTip())) return "tool tip: "_q + widget.toolTip().left(200);
  QStringList texts{widget.accessibleName(), widget.accessibleDescription(), widget.windowTitle(),
                    widget.statusTip(), widget.toolTip()};
  if (const auto* const label = qobject_cast<const QLabel*>(&widget)) {
    // A form's own captions are told by their text what they are.
    const bool maybeRich = label->textFormat() == Qt::AutoText && Qt::mightBeRichText(label->text());
    if (label->textFormat() == Qt::RichText || maybeRich) return "rich text: "_q + label->text().left(200);
    texts += label->text();
  }
  if (const auto* const button = qobject_cast<const QAbstractButton*>(&widget)) texts += button->text();
  if (const auto* const field = qobject_cast<const QLineEdit*>(&widget)) texts += field->text();
  if (const auto* const field = qobject_cast<const QPlainTextEdit*>(&widget)) texts += field->toPlainText();
  if (const auto* const bar = qobject_cast<const QStatusBar*>(&widget)) texts += bar->currentMessage();
  for (const auto& text : texts) {
    if (const auto why = whyNotPlain(text); !why.isEmpty()) return widget.objectName() + ": "_q + why;
  }
  return {};
}

}  // namespace

/// Whatever servers, clients and files are called, it is shown as plain text and stretches nothing; and
/// whatever they do, the window goes on.
class GuiHostile : public WindowFixture {
  Q_OBJECT

 private Q_SLOTS:
  void textsFromOutsideArePlainEverywhere();
  void theFileMayBeCalledAnything();
  void copiesAndExportsKeepTheirForm();
  void nothingIsPastedIntoAShell();
  void aServerThatStopsInTheMiddleOfAWordHoldsNothingUp();

 private:
  /// A live generation 7 with one connection, all of whose texts are hostile.
  void beginWithHostile();
  /// Nothing that can be read is anything but plain text, and the window is as wide as it was.
  void inspect(const char* when);
  int width_ = 0;
};

void GuiHostile::beginWithHostile() {
  echo_->setInCharge(7);
  echo_->setGeneration(7, 3987, "live"_q, 1);
  echo_->open("7-1"_q, "192.0.2.1:5000"_q);
  QVERIFY(echo_->appear());
  show();
  QTRY_COMPARE_WITH_TIMEOUT(ids().size(), 1, patience);
  width_ = window_->minimumSizeHint().width();
  echo_->setStatusField("addresses"_q, QJsonArray{hostile, hostile});
  echo_->setStatusField("start_command"_q, QJsonArray{hostile});
  echo_->setGeneration(7, 3987, hostile, 1);
  echo_->open("7-1"_q, hostile, hostile);
  QTRY_VERIFY_WITH_TIMEOUT(column(table(), ConnectionModel::Label).first().startsWith(shown), patience);
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "serverAddresses"_q).startsWith(shown), patience);
}

void GuiHostile::inspect(const char* when) {
  QCoreApplication::processEvents();
  for (const auto* const widget : window_->findChildren<QWidget*>()) {
    const auto why = whyNotPlain(*widget);
    QVERIFY2(why.isEmpty(), qPrintable(QString::fromLatin1(when) + ": "_q + why));
    if (!widget->isWindow() || !widget->isVisible()) continue;
    QVERIFY2(widget->width() <= window_->width(), qPrintable(widget->objectName()));
  }
  const auto mostWidth = width_ + window_->fontMetrics().averageCharWidth() * 80;
  QVERIFY2(window_->minimumSizeHint().width() <= mostWidth, when);
  QVERIFY2(
      window_->width() <= mostWidth || window_->width() <= window_->fontMetrics().averageCharWidth() * 179,
      when);
  QVERIFY2(window_->height() <= window_->fontMetrics().height() * 46 + 2, when);
}

void GuiHostile::textsFromOutsideArePlainEverywhere() {
  beginWithHostile();
  inspect("connections");
  clickRow(table(), 0);
  QTest::keyClick(&table(), Qt::Key_Return);
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "detailsLabel"_q).startsWith(shown), patience);
  inspect("details");
  QTest::keyClick(&table(), Qt::Key_Delete, Qt::ShiftModifier);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "cutDialog"_q), patience);
  inspect("cut");
  QVERIFY(click(*window_, "cancelButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(!isShown(*window_, "cutDialog"_q), patience);

  echo_->refuse("restart"_q, 1, hostile);
  QVERIFY(click(*window_, "restartButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "restartDialog"_q), patience);
  inspect("restart");
  QVERIFY(click(*window_, "confirmButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "noticeBannerText"_q).startsWith("No restart: "_q + shown),
                           patience);
  inspect("notice");
  QVERIFY(click(*window_, "noticeBannerButton"_q));

  echo_->beginRestart(8);
  echo_->step("requested"_q, 0);
  echo_->step("progress"_q, 1, {{"text"_q, hostile}});
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "restartRemark"_q).startsWith(shown), patience);
  inspect("progress");
  echo_->step("failed"_q, 3,
              {{"text"_q, hostile}, {"failed_at"_q, hostile}, {"output"_q, QJsonArray{hostile, hostile}}});
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "lastLines"_q), patience);
  inspect("failed");
  QVERIFY(click(*window_, "copyReportButton"_q));
  QVERIFY(clipboard().contains("  | "_q + shown));
  QVERIFY2(whyNotPlain(clipboard()).isEmpty(), qPrintable(whyNotPlain(clipboard())));
}

void GuiHostile::theFileMayBeCalledAnything() {
  const auto name = "<b>bold & %2\u202e\n\x1b[1m'x"_q;
  ScriptedServer odd(directory_->path(), name);
  odd.setGeneration(1, 5000, "live"_q, 0);
  QVERIFY(odd.appear());
  show();
  width_ = window_->minimumSizeHint().width();
  const auto plain = "<b>bold & %2\uFFFD\uFFFD\uFFFD[1m'x"_q;
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "serverName"_q), plain, patience);
  QCOMPARE(column(*visible<QAbstractItemView>(*window_, "serverList"_q), 0), QStringList{plain});
  QTRY_COMPARE_WITH_TIMEOUT(linkText(), "Connected to "_q + plain, patience);
  inspect("page");
  QVERIFY(click(*window_, "restartButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "restartDialog"_q), patience);
  inspect("restart");
  QVERIFY(visible<QLineEdit>(*window_, "command"_q)
              ->text()
              .endsWith(R"(%2\342\200\256\012\033[1m\'x.sock' restart)"_q));
  QVERIFY(click(*window_, "cancelButton"_q));
  action("copy_restartAction"_q)->trigger();
  inspect("copied");
  // Left behind, it is told by its path.
  odd.vanish();
  QFile::remove(directory_->filePath(name + ".sock"_q));
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "linkBannerText"_q).startsWith("Lost "_q + plain), patience);
  inspect("lost");
}

void GuiHostile::copiesAndExportsKeepTheirForm() {
  beginWithHostile();
  clickRow(table(), 0);
  QTest::keyClick(&table(), Qt::Key_C, Qt::ControlModifier);
  QCOMPARE(clipboard().count(QLatin1Char('\n')), 2);
  const auto cells = clipboard().section(QLatin1Char('\n'), 1, 1).split(QLatin1Char('\t'));
  QCOMPARE(cells.size(), 10);
  QVERIFY(cells.at(5).startsWith("'"_q + shown));  // no formula in anybody's spreadsheet
  QTest::keyClick(&table(), Qt::Key_Return);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "detailsCopy"_q), patience);
  QVERIFY(click(*window_, "detailsCopy"_q));
  QCOMPARE(clipboard().count(QLatin1Char('\n')), 10);
  for (const auto& name : {"out.csv"_q, "out.json"_q}) {
    action("exportAction"_q)->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "exportDialog"_q), patience);
    auto* const dialog = visible<QFileDialog>(*window_, "exportDialog"_q);
    dialog->selectFile(directory_->filePath(name));
    QVERIFY(QMetaObject::invokeMethod(dialog, "accept"));
    QTRY_VERIFY_WITH_TIMEOUT(QFile(directory_->filePath(name)).size() > 0, patience);
    QTRY_VERIFY_WITH_TIMEOUT(!isShown(*window_, "exportDialog"_q), patience);
  }
  QFile csv(directory_->filePath("out.csv"_q));
  QVERIFY(csv.open(QIODevice::ReadOnly));
  const auto lines = csv.readAll();
  QCOMPARE(lines.count('\n'), 2);
  QVERIFY(lines.contains(",'=<b>bold</b>"));
  QFile json(directory_->filePath("out.json"_q));
  QVERIFY(json.open(QIODevice::ReadOnly));
  const auto row = QJsonDocument::fromJson(json.readAll()).array().first().toObject();
  QVERIFY(row.value("label"_q).toString().startsWith(shown));
}

void GuiHostile::nothingIsPastedIntoAShell() {
  echo_->setGeneration(7, 3987, "live"_q, 0);
  echo_->setStatusField("addresses"_q, QJsonArray{"tcp://$(reboot);x:1"_q});
  QVERIFY(echo_->appear());
  show();
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "copyInvitationButton"_q), patience);
  QVERIFY(click(*window_, "copyInvitationButton"_q));
  QCOMPARE(clipboard(), "nc '$(reboot);x' 1"_q);
  QCOMPARE(shellWord("it's\n"_q), R"($'it\'s\012')"_q);
}

void GuiHostile::aServerThatStopsInTheMiddleOfAWordHoldsNothingUp() {
  beginWithEcho();
  ScriptedServer mail(directory_->path(), "mail"_q);
  mail.setGeneration(1, 5000, "live"_q, 0);
  QVERIFY(mail.appear());
  auto* const list = visible<QAbstractItemView>(*window_, "serverList"_q);
  QTRY_COMPARE_WITH_TIMEOUT(list->model()->rowCount(), 2, patience);
  const LoopProbe probe;
  echo_->say(R"({"jsonrpc":"2.0","method":"connections","params":{"number":2,"reset":true,"chang)");
  QTest::keyClick(window_.get(), Qt::Key_2, Qt::ControlModifier);
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "serverName"_q), "mail"_q, patience);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "generationCard1"_q), patience);
  QVERIFY(click(*window_, "restartButton"_q));
  QVERIFY(click(*window_, "confirmButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(mail.asked("restart"_q), 1, patience);
  clickRow(*list, 0);
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "serverName"_q), "echo"_q, patience);
  QCOMPARE(ids().size(), 3);
  QVERIFY2(probe.longest() < 2000, qPrintable(QString::number(probe.longest())));
}

QTEST_MAIN(GuiHostile)
#include "gui_hostile.moc"
