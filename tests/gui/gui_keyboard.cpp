#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QMenu>
#include <QMenuBar>
#include <QPointer>
#include <QToolButton>
#include <algorithm>

#include "gui/window_fixture.hpp"

using namespace uninterruptible::admin;
using namespace acting;

namespace {

/// What assistive technology is told while this lives: the names of what announced itself.
class Announcements {
 public:
  Announcements() {
    heard().clear();
    QAccessible::setActive(true);
    before_ = QAccessible::installUpdateHandler([](QAccessibleEvent* event) {
      if (event->type() != QAccessible::Alert) return;
      if (auto* const spoken = event->accessibleInterface()) heard() += spoken->text(QAccessible::Name);
    });
  }
  ~Announcements() {
    QAccessible::installUpdateHandler(before_);
    QAccessible::setActive(false);
  }
  Announcements(const Announcements&) = delete;
  Announcements& operator=(const Announcements&) = delete;
  /// How often something was said that begins so.
  [[nodiscard]] static qsizetype count(const QString& beginning) {
    return std::ranges::count_if(heard(), [&](const QString& that) { return that.startsWith(beginning); });
  }

 private:
  static QStringList& heard() {
    static QStringList all;
    return all;
  }
  QAccessible::UpdateHandler before_;
};

QList<QAction*> actionsIn(const QMenu& menu) {
  QList<QAction*> result;
  for (auto* const action : menu.actions()) {
    if (action->menu()) {
      result += actionsIn(*action->menu());
    } else if (!action->isSeparator()) {
      result += action;
    }
  }
  return result;
}

}  // namespace

/// The whole program without a mouse, and what is said to those who do not see it.
class GuiKeyboard : public WindowFixture {
  Q_OBJECT

 private Q_SLOTS:
  void tabGoesFromTopToBottom();
  void everyActionIsInAMenu();
  void aDrainIsServedByKeys();
  void dialogsAreLeftByEscape();
  void bannersAreAnnounced();
  void iconsHaveNames();

 private:
  /// Names of what Tab comes to from the first widget on, until it is there again.
  [[nodiscard]] QStringList tabStops() const;
};

QStringList GuiKeyboard::tabStops() const {
  QStringList result;
  auto* const first = visible(*window_, "restartButton"_q);
  first->setFocus(Qt::TabFocusReason);
  do {
    result += QApplication::focusWidget()->objectName();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
  } while (QApplication::focusWidget() && QApplication::focusWidget() != first && result.size() < 60);
  return result;
}

void GuiKeyboard::tabGoesFromTopToBottom() {
  beginDraining();
  echo_->beginRestart(9);
  echo_->step("requested"_q, 0);
  echo_->step("failed"_q, 3, {{"text"_q, "no"_q}, {"failed_at"_q, "requested"_q}});
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "restartReason"_q), patience);
  clickRow(table(), 0);
  QTest::keyClick(&table(), Qt::Key_Return);
  QTest::keyClick(window_.get(), Qt::Key_F9);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "detailsSheet"_q) && isShown(*window_, "pauseBanner"_q),
                           patience);
  QVERIFY(QTest::qWaitForWindowActive(window_.get()));
  const auto stops = tabStops();
  QTest::keyClick(QApplication::focusWidget(), Qt::Key_Backtab, Qt::ShiftModifier);
  QCOMPARE(QApplication::focusWidget()->objectName(), stops.last());
  QCOMPARE(
      stops,
      "restartButton shutDownButton closeButton pauseButton serverList pauseBannerButton "
      "showOldestButton extendButton closeIdleButton cutOffButton tryAgainButton copyReportButton "
      "dismissButton scopeAll scope8 scope7 filterField connectionTable detailsCopy detailsClose"_q.split(
          u' '));
}

void GuiKeyboard::everyActionIsInAMenu() {
  beginDraining();
  QList<QAction*> reachable;
  for (const auto* const entry : window_->menuBar()->actions()) {
    QVERIFY(entry->text().contains(u'&'));  // Alt and a letter opens it
    reachable += actionsIn(*entry->menu());
  }
  for (auto* const action : window_->findChildren<QAction*>()) {
    if (action->objectName().endsWith("Action"_q))
      QVERIFY2(reachable.contains(action), qPrintable(action->objectName()));
  }
}

void GuiKeyboard::aDrainIsServedByKeys() {
  beginDraining();
  const auto press = [this](int key, Qt::KeyboardModifiers modifiers) {
    QTest::keyClick(window_.get(), static_cast<Qt::Key>(key), modifiers);
  };
  press(Qt::Key_O, Qt::ControlModifier);
  QTRY_COMPARE_WITH_TIMEOUT(selected(), QStringList{"7-1"_q}, patience);
  QCOMPARE(QApplication::focusWidget()->objectName(), "connectionTable"_q);
  press(Qt::Key_E, Qt::ControlModifier);
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("extend_drain"_q), 1, patience);
  press(Qt::Key_X, Qt::ControlModifier | Qt::ShiftModifier);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "cutDialog"_q), patience);
  auto* const dialog = visible(*window_, "cutDialog"_q);
  QVERIFY(QTest::qWaitForWindowActive(dialog));
  QTest::keyClick(dialog, Qt::Key_Return);  // Cancel is what Enter does
  QTRY_VERIFY_WITH_TIMEOUT(!isShown(*window_, "cutDialog"_q), patience);
  QCOMPARE(echo_->asked("close"_q), 0);
}

void GuiKeyboard::dialogsAreLeftByEscape() {
  beginWithEcho();
  clickRow(table(), 0);
  for (const auto& [name, dialog] :
       {std::pair("restartAction"_q, "restartDialog"_q), std::pair("shutDownAction"_q, "shutDownDialog"_q),
        std::pair("cutAction"_q, "cutDialog"_q), std::pair("preferencesAction"_q, "preferencesDialog"_q),
        std::pair("addServerAction"_q, "addServerDialog"_q),
        std::pair("shortcutsAction"_q, "shortcutsDialog"_q), std::pair("aboutAction"_q, "aboutDialog"_q),
        std::pair("exportAction"_q, "exportDialog"_q)}) {
    action(name)->trigger();
    QTRY_VERIFY2_WITH_TIMEOUT(isShown(*window_, dialog), qPrintable(dialog), patience);
    QTest::keyClick(visible(*window_, dialog), Qt::Key_Escape);
    QTRY_VERIFY2_WITH_TIMEOUT(!isShown(*window_, dialog), qPrintable(dialog), patience);
  }
  for (const auto& method : {"restart"_q, "shutdown"_q, "close"_q}) QCOMPARE(echo_->asked(method), 0);
}

void GuiKeyboard::bannersAreAnnounced() {
  beginWithEcho();
  const Announcements said;
  QTest::keyClick(window_.get(), Qt::Key_F9);
  QTRY_COMPARE_WITH_TIMEOUT(said.count("Paused at "_q), 1, patience);
  echo_->open("7-4"_q, "192.0.2.4:5000"_q);
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "pauseBannerText"_q).endsWith(" 1 change waiting."_q), patience);
  QCOMPARE(said.count("Paused at "_q), 1);  // how many wait is no news
  setUndoDelay(60'000);
  clickRow(table(), 0);
  QTest::keyClick(&table(), Qt::Key_Delete);
  QTRY_COMPARE_WITH_TIMEOUT(said.count("Closing 1 connection"_q), 1, patience);
  echo_->beginRestart(8);
  echo_->step("requested"_q, 0);
  QTRY_COMPARE_WITH_TIMEOUT(said.count("Restart into generation 8"_q), 1, patience);
  echo_->step("failed"_q, 3, {{"text"_q, "no"_q}, {"failed_at"_q, "requested"_q}});
  QTRY_COMPARE_WITH_TIMEOUT(said.count("Restart into generation 8 failed"_q), 1, patience);
  echo_->stopping();
  QTRY_COMPARE_WITH_TIMEOUT(said.count("echo is shutting down, 3"_q), 1, patience);
}

void GuiKeyboard::iconsHaveNames() {
  beginDraining();
  for (auto* const button : window_->findChildren<QAbstractButton*>()) {
    if (!button->isVisible() || !button->text().isEmpty()) continue;
    if (button->objectName().startsWith("qt_"_q) || button->parentWidget()->inherits("QLineEdit")) continue;
    QVERIFY2(!button->accessibleName().isEmpty(), qPrintable(button->objectName()));
  }
  // Marks stand beside words; cells with marks say the word.
  QCOMPARE(table().model()->index(0, 1).data().toString(), "7"_q);
}

QTEST_MAIN(GuiKeyboard)
#include "gui_keyboard.moc"
