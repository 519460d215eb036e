#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QMenu>
#include <QMenuBar>
#include <utility>

#include "gui/window_fixture.hpp"

using namespace uninterruptible::admin;
using namespace acting;

namespace {

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

/// The whole program without a mouse.
class GuiKeyboard : public WindowFixture {
  Q_OBJECT

 private Q_SLOTS:
  void tabGoesFromTopToBottom();
  void everyActionIsInAMenu();
  void aDrainIsServedByKeys();
  void dialogsAreLeftByEscape();
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
  const auto wanted =
      "restartButton shutDownButton closeButton pauseButton serverList pauseBannerButton showOldestButton "
      "extendButton closeIdleButton cutOffButton tryAgainButton copyReportButton dismissButton scopeAll "
      "filterField connectionTable detailsScroll detailsCopy detailsClose pastTabs eventView"_q;
  QVERIFY2(stops.join(u' ') == wanted, qPrintable(stops.join(u' ')));
}

void GuiKeyboard::everyActionIsInAMenu() {
  beginDraining();
  QList<QAction*> reachable;
  for (const auto* const entry : window_->menuBar()->actions()) {
    QVERIFY(entry->text().contains(u'&'));  // Alt and a letter opens it
    reachable += actionsIn(*entry->menu());
  }
  // The menu key opens these.
  for (const auto* const widget : window_->findChildren<QWidget*>()) {
    if (widget->contextMenuPolicy() == Qt::ActionsContextMenu) reachable += widget->actions();
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
  // Cancel is what Enter does.
  const auto focused = [] {
    const auto* const widget = QApplication::focusWidget();
    return widget ? widget->objectName() : QString();
  };
  QTRY_COMPARE_WITH_TIMEOUT(focused(), "cancelButton"_q, patience);
  QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
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

void GuiKeyboard::iconsHaveNames() {
  beginDraining();
  for (auto* const button : window_->findChildren<QAbstractButton*>()) {
    if (!button->isVisible() || !button->text().isEmpty()) continue;
    if (button->objectName().startsWith("qt_"_q) || button->parentWidget()->inherits("QLineEdit")) continue;
    QVERIFY2(!button->accessibleName().isEmpty(), qPrintable(button->objectName()));
  }
}

QTEST_MAIN(GuiKeyboard)
#include "gui_keyboard.moc"
