#pragma once

#include <QFrame>
#include <QString>

#include "ui/style/state_mark.hpp"

class QPushButton;

namespace uninterruptible::admin {

class PlainLabel;

/// A line across the page that says something and may offer one thing to do about it. Never a box in the way.
class Banner : public QFrame {
  Q_OBJECT

 public:
  explicit Banner(const QString& objectName, QWidget* parent = nullptr);

  /// Shows it; without `action` there is no button. Assistive technology is told when the text is new.
  void say(Mark mark, const QString& text, const QString& action = {});
  [[nodiscard]] QString text() const;

 Q_SIGNALS:
  void actionClicked();

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  StateMark* mark_;
  PlainLabel* text_;
  QPushButton* button_;
};

/// Paints a panel: the palette's base, a hairline around it, and a bar in the mark's tone at its left edge.
void paintPanel(QWidget& widget, Mark edge);

}  // namespace uninterruptible::admin
