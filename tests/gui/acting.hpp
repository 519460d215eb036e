#pragma once

#include <QAbstractItemView>
#include <QApplication>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QTest>

/// What a person does in the window and sees there, by object name.
namespace acting {

/// Only a failing test waits that long.
inline constexpr int patience = 20'000;

/// A widget that can be seen; nullptr if there is none of that name.
template <typename Widget = QWidget>
[[nodiscard]] Widget* visible(const QWidget& window, const QString& name) {
  for (auto* const widget : window.findChildren<Widget*>(name)) {
    if (widget->isVisible()) return widget;
  }
  return nullptr;
}

[[nodiscard]] inline bool isShown(const QWidget& window, const QString& name) {
  return visible(window, name) != nullptr;
}

/// Text of a label that can be seen, empty if it cannot.
[[nodiscard]] inline QString text(const QWidget& window, const QString& name) {
  const auto* const label = visible<QLabel>(window, name);
  return label ? label->text() : QString();
}

/// Clicks with the mouse in the middle of a widget; false if it cannot be seen or used.
[[nodiscard]] inline bool click(const QWidget& window, const QString& name) {
  auto* const widget = visible(window, name);
  if (!widget || !widget->isEnabled()) return false;
  QTest::mouseClick(widget, Qt::LeftButton);
  return true;
}

/// Clicks on a row of a view.
inline void clickRow(QAbstractItemView& view, int row, Qt::KeyboardModifiers modifiers = {}) {
  const auto place = view.visualRect(view.model()->index(row, 0)).center();
  QTest::mouseClick(view.viewport(), Qt::LeftButton, modifiers, place);
}

/// Texts of a column from top to bottom, as shown.
[[nodiscard]] inline QStringList column(const QAbstractItemView& view, int column) {
  QStringList texts;
  for (int row = 0; row < view.model()->rowCount(); ++row) {
    texts += view.model()->index(row, column).data().toString();
  }
  return texts;
}

}  // namespace acting
