#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QDialog>
#include <QFile>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPointer>
#include <QSet>
#include <QStatusBar>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QTranslator>

#include "core/connections/connection_model.hpp"
#include "gui/window_fixture.hpp"

using namespace uninterruptible::admin;
using namespace acting;

namespace {

/// Lies below all others and is asked for what they do not have.
class Misses : public QTranslator {
 public:
  [[nodiscard]] QString translate(const char* context, const char* text, const char*, int) const override {
    const auto where = QString::fromUtf8(context);
    static const QStringList ours{"wording"_q,  "RestartReport"_q, "SocketFile"_q,
                                  "LinkText"_q, "ActionRules"_q,   "WindowActions"_q};
    if (where.startsWith("uninterruptible::"_q) || ours.contains(where)) {
      all += "%1: %2"_q.arg(where, QString::fromUtf8(text));
    }
    return {};
  }
  [[nodiscard]] bool isEmpty() const override { return false; }
  mutable QSet<QString> all;
};

QString named(const QWidget& widget, const QString& text) {
  return "%1 '%2' has %3x%4"_q.arg(widget.objectName(), text).arg(widget.width()).arg(widget.height());
}

bool holds(const QWidget& widget, const QSize& wanted) {
  return widget.width() >= wanted.width() && widget.height() >= wanted.height();
}

/// Everything with words in it that has not the room for them.
QStringList cutOff(const QWidget& window) {
  QStringList found;
  for (const auto* const label : window.findChildren<QLabel*>()) {
    if (!label->isVisible() || label->text().isEmpty()) continue;
    const bool fits = label->wordWrap() ? label->height() >= label->heightForWidth(label->width())
                                        : holds(*label, label->sizeHint());
    if (!fits) found += named(*label, label->text());
  }
  for (const auto* const button : window.findChildren<QAbstractButton*>()) {
    if (!button->isVisible() || button->text().isEmpty() || holds(*button, button->minimumSizeHint()))
      continue;
    found += named(*button, button->text());
  }
  for (const auto* const box : window.findChildren<QComboBox*>()) {
    if (box->isVisible() && !holds(*box, box->sizeHint())) found += named(*box, box->currentText());
  }
  for (const auto* const field : window.findChildren<QLineEdit*>()) {
    const auto& hint = field->placeholderText();
    if (field->isVisible() && field->width() < field->fontMetrics().horizontalAdvance(hint) + 8) {
      found += named(*field, hint);
    }
  }
  for (const auto* const view : window.findChildren<QTableView*>()) {
    for (const int column : {ConnectionModel::Generation, ConnectionModel::State}) {
      for (int row = 0; view->isVisible() && row < view->model()->rowCount(); ++row) {
        const auto cell = view->model()->index(row, column);
        QStyleOptionViewItem option;
        option.initFrom(view);
        const auto wanted = view->itemDelegate()->sizeHint(option, cell).width();
        if (view->columnWidth(column) < wanted) {
          found += "cell '%1' has %2 of %3"_q.arg(cell.data().toString())
                       .arg(view->columnWidth(column))
                       .arg(wanted);
        }
      }
    }
  }
  for (const auto* const header : window.findChildren<QHeaderView*>()) {
    for (int section = 0; header->isVisible() && section < header->count(); ++section) {
      if (header->isSectionHidden(section) || header->orientation() == Qt::Vertical) continue;
      if (header->sectionSize(section) >= header->sectionSizeHint(section)) continue;
      found += "heading '%1'"_q.arg(header->model()->headerData(section, Qt::Horizontal).toString());
    }
  }
  for (const auto* const stop : window.findChildren<QWidget*>()) {
    if (!stop->objectName().startsWith("step_"_q) || !stop->isVisible()) continue;
    if (!holds(*stop, stop->minimumSizeHint())) found += named(*stop, stop->accessibleName());
  }
  return found;
}

/// The letter behind the `&`; empty if there is none.
QString mnemonic(const QString& text) { return QKeySequence::mnemonic(text).toString(); }

QStringList twice(const QStringList& texts) {
  QStringList found;
  QHash<QString, QString> taken;
  for (const auto& text : texts) {
    const auto key = mnemonic(text);
    if (key.isEmpty()) continue;
    if (taken.contains(key)) found += "%1: '%2' and '%3'"_q.arg(key, taken.value(key), text);
    taken.insert(key, text);
  }
  return found;
}

QStringList textsOf(const QWidget& dialog) {
  QStringList texts;
  for (const auto* const label : dialog.findChildren<QLabel*>()) {
    if (label->buddy()) texts += label->text();
  }
  for (const auto* const button : dialog.findChildren<QAbstractButton*>()) texts += button->text();
  return texts;
}

}  // namespace

/// The window in the languages it speaks.
class GuiLanguages : public WindowFixture {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase();
  void englishHasItsPlurals();
  void anUnknownLanguageIsEnglish();
  void nothingIsCutOff_data();
  void nothingIsCutOff();
  void nothingStaysEnglish_data() { languages(); }
  void nothingStaysEnglish();
  void keysOfMenusAreUnique_data();
  void keysOfMenusAreUnique();

 private:
  static void languages();
  /// Opens each dialog in turn and looks at it.
  template <typename Look>
  void seeDialogs(Look&& look);
  /// Lets the window show all that it can show, and looks at it from time to time.
  template <typename Look>
  void seeAll(Look&& look);
};

void GuiLanguages::initTestCase() {
  if (!QFile::exists(":/translations/uninterruptible-admin_de.qm"_q)) {
    QSKIP("built without lrelease: the program is English only");
  }
}

void GuiLanguages::languages() {
  QTest::addColumn<QLocale>("locale");
  QTest::newRow("German") << QLocale(QLocale::German, QLocale::Germany);
  QTest::newRow("Spanish") << QLocale(QLocale::Spanish, QLocale::Spain);
}

void GuiLanguages::englishHasItsPlurals() {
  echo_->setGeneration(1, 4711, "live"_q, 1);
  echo_->open("1-1"_q, "192.0.2.1:5000"_q);
  QVERIFY(echo_->appear());
  show();
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "serverConnections"_q), "1 connection"_q, patience);
  QTRY_COMPARE_WITH_TIMEOUT(table().model()->rowCount(), 1, patience);
  clickRow(table(), 0);
  action("cutAction"_q)->trigger();
  QCOMPARE(text(*window_, "question"_q), "Cut 1 connection now?"_q);
  QCOMPARE(visible<QPushButton>(*window_, "confirmButton"_q)->text(), "Cut Connection"_q);
  QVERIFY(click(*window_, "cancelButton"_q));
  action("copyRowsAction"_q)->trigger();
  QTRY_VERIFY_WITH_TIMEOUT(window_->statusBar()->currentMessage() == "Copied 1 connection"_q, patience);

  echo_->setGeneration(1, 4711, "live"_q, 2);
  echo_->open("1-2"_q, "192.0.2.2:5000"_q);
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "serverConnections"_q), "2 connections"_q, patience);
  QTRY_COMPARE_WITH_TIMEOUT(table().model()->rowCount(), 2, patience);
  table().selectAll();
  action("cutAction"_q)->trigger();
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "question"_q), "Cut 2 connections now?"_q, patience);
  QCOMPARE(visible<QPushButton>(*window_, "confirmButton"_q)->text(), "Cut Connections"_q);
  QVERIFY(click(*window_, "cancelButton"_q));
  action("copyRowsAction"_q)->trigger();
  QTRY_VERIFY_WITH_TIMEOUT(window_->statusBar()->currentMessage() == "Copied 2 connections"_q, patience);
}

void GuiLanguages::anUnknownLanguageIsEnglish() {
  speak(QLocale(QLocale::Icelandic));
  QCOMPARE(translation_->language(), "en"_q);
  beginWithEcho();
  QCOMPARE(text(*window_, "serverConnections"_q), "3 connections"_q);
  QCOMPARE(action("restartAction"_q)->text(), "&Restart..."_q);
  clickRow(table(), 0);
  action("cutAction"_q)->trigger();
  QCOMPARE(text(*window_, "question"_q), "Cut 1 connection now?"_q);
}

template <typename Look>
void GuiLanguages::seeDialogs(Look&& look) {
  for (const auto& name :
       {"restartAction"_q, "shutDownAction"_q, "shutDownNowAction"_q, "cutAction"_q, "cutOffAction"_q,
        "addServerAction"_q, "preferencesAction"_q, "shortcutsAction"_q, "aboutAction"_q}) {
    const auto before = window_->findChildren<QDialog*>();
    action(name)->trigger();
    QDialog* dialog = nullptr;
    for (auto* const each : window_->findChildren<QDialog*>()) {
      if (!before.contains(each)) dialog = each;
    }
    QVERIFY2(dialog, qPrintable(name));
    QVERIFY(QTest::qWaitForWindowExposed(dialog));
    look(*dialog, name);
    const QPointer<QDialog> watched(dialog);
    dialog->reject();
    QTRY_VERIFY_WITH_TIMEOUT(!watched, patience);
  }
}

template <typename Look>
void GuiLanguages::seeAll(Look&& look) {
  beginDraining();
  // As wide as it opens; two cards above each other, a failure and what has happened need some height.
  window_->resize(window_->width(), 840);
  clickRow(table(), 0);
  action("detailsAction"_q)->trigger();
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "detailsSheet"_q), patience);
  look(*window_, "draining"_q);
  seeDialogs(look);
  action("closeAction"_q)->trigger();
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "undoBar"_q), patience);
  action("pauseAction"_q)->trigger();
  echo_->open("8-2"_q, "192.0.2.8:5000"_q);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "pauseBanner"_q), patience);
  look(*window_, "paused"_q);
  action("pauseAction"_q)->trigger();
  echo_->beginRestart(9);
  echo_->step("requested"_q, 0);
  echo_->step("spawned"_q, 20);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "restartStrip"_q), patience);
  look(*window_, "restarting"_q);
  echo_->step(
      "failed"_q, 400,
      {{"failed_at"_q, "spawned"_q}, {"exit_status"_q, 3}, {"text"_q, "it ended before it was ready"_q}});
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "restartConsequence"_q), patience);
  look(*window_, "failed"_q);
  echo_->vanish();
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "linkBanner"_q), patience);
  look(*window_, "lost"_q);
}

void GuiLanguages::nothingIsCutOff_data() {
  languages();
  QTest::newRow("English") << QLocale(QLocale::English, QLocale::UnitedStates);
}

void GuiLanguages::nothingIsCutOff() {
  QFETCH(QLocale, locale);
  speak(locale);
  QCOMPARE(translation_->language(), locale.name().left(2));
  seeAll([&](const QWidget& window, const QString& name) {
    QStringList found;
    // Layouts settle in a turn or two of the event loop.
    if (QTest::qWaitFor([&] { return (found = cutOff(window)).isEmpty(); }, 3000)) return;
    QFAIL(qPrintable(name + "\n"_q + found.join(u'\n')));
  });
}

void GuiLanguages::nothingStaysEnglish() {
  QFETCH(QLocale, locale);
  const Misses misses;
  translation_.reset();
  QCoreApplication::installTranslator(const_cast<Misses*>(&misses));
  speak(locale);
  show();
  window_.reset();
  watch_.reset();
  seeAll([](const QWidget&, const QString&) {});
  const auto missed = misses.all.values();
  QVERIFY2(missed.isEmpty(), qPrintable(missed.join(u'\n')));
}

void GuiLanguages::keysOfMenusAreUnique_data() {
  languages();
  QTest::newRow("English") << QLocale(QLocale::English, QLocale::UnitedStates);
}

void GuiLanguages::keysOfMenusAreUnique() {
  QFETCH(QLocale, locale);
  speak(locale);
  beginDraining();
  clickRow(table(), 0);
  const auto check = [](const QString& where, const QStringList& texts) {
    const auto found = twice(texts);
    if (!found.isEmpty()) QFAIL(qPrintable(where + ": "_q + found.join("; "_q)));
  };
  const auto texts = [](const QList<QAction*>& actions) {
    QStringList result;
    for (const auto* const each : actions) result += each->text();
    return result;
  };
  const auto bar = texts(window_->menuBar()->actions());
  for (const auto& menu : bar) QVERIFY2(!mnemonic(menu).isEmpty(), qPrintable(menu));
  check("menu bar"_q, bar);
  const auto checkMenus = [&] {
    int menus = 0;
    for (const auto* const menu : window_->findChildren<QMenu*>()) {
      check(menu->title(), texts(menu->actions()));
      if (!menu->title().isEmpty()) ++menus;
    }
    QVERIFY(menus >= 6);
  };
  checkMenus();
  seeDialogs([&](const QWidget& dialog, const QString& name) { check(name, textsOf(dialog)); });
  // In a trial one of the entries is another.
  const auto before = action("cancelRestartAction"_q)->text();
  echo_->beginRestart(9);
  for (const auto& step : {"requested"_q, "spawned"_q, "committed"_q, "trial"_q}) echo_->step(step, 20);
  QTRY_VERIFY_WITH_TIMEOUT(action("cancelRestartAction"_q)->text() != before, patience);
  checkMenus();
}

QTEST_MAIN(GuiLanguages)
#include "gui_languages.moc"
