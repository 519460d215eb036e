#include "ui/style/plain_label.hpp"

#include <QApplication>
#include <QHelpEvent>
#include <QPainter>
#include <QStyle>
#include <QToolTip>
#include <algorithm>

#include "ui/style/state_mark.hpp"

namespace uninterruptible::admin {

PlainLabel::PlainLabel(const QString& objectName, QWidget* parent) : QLabel(parent) {
  setObjectName(objectName);
  setTextFormat(Qt::PlainText);
}

void PlainLabel::setScale(double factor, bool bold) {
  auto font = QApplication::font(this);
  font.setPointSizeF(font.pointSizeF() * factor);
  font.setBold(bold);
  setFont(font);
}

void PlainLabel::setSubdued() {
  subdued_ = true;
  applySubdued();
}

void PlainLabel::setProse() {
  setWordWrap(true);
  setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
}

QSize PlainLabel::sizeHint() const {
  constexpr int wide = 120;
  return bounded(QLabel::sizeHint(), wide);
}

QSize PlainLabel::minimumSizeHint() const {
  constexpr int narrow = 40;
  return bounded(QLabel::minimumSizeHint(), narrow);
}

QSize PlainLabel::bounded(QSize size, int characters) const {
  return {std::min(size.width(), characters * fontMetrics().averageCharWidth()), size.height()};
}

bool PlainLabel::fits() const {
  const int flags = wordWrap() ? Qt::TextWordWrap | Qt::TextExpandTabs : Qt::TextExpandTabs;
  const auto room = contentsRect();
  const auto needed = fontMetrics().boundingRect(0, 0, room.width(), 0, flags, text()).size();
  // The last line may lose a pixel to rounding.
  return needed.width() <= room.width() && needed.height() <= room.height() + 1;
}

bool PlainLabel::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip || !toolTip().isEmpty() || fits()) return QLabel::event(event);
  // Tool tips take what looks like HTML for it.
  const auto tip = QStringLiteral("<qt>%1</qt>").arg(text().toHtmlEscaped());
  QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), tip, this);
  return true;
}

void PlainLabel::paintEvent(QPaintEvent* event) {
  const bool elidable =
      !wordWrap() && textInteractionFlags() == Qt::NoTextInteraction && !text().contains(QLatin1Char('\n'));
  if (!elidable || fits()) return QLabel::paintEvent(event);
  QPainter painter(this);
  const auto shown = fontMetrics().elidedText(text(), Qt::ElideRight, contentsRect().width());
  style()->drawItemText(&painter, contentsRect(), static_cast<int>(alignment()), palette(), isEnabled(),
                        shown, foregroundRole());
}

void PlainLabel::changeEvent(QEvent* event) {
  QLabel::changeEvent(event);
  if (event->type() == QEvent::ApplicationPaletteChange && subdued_) applySubdued();
}

void PlainLabel::applySubdued() {
  auto palette = QApplication::palette(this);
  // Disabled, it is as faint as everything else.
  const auto color = subduedColor(palette);
  for (const auto group : {QPalette::Active, QPalette::Inactive})
    palette.setColor(group, QPalette::WindowText, color);
  setPalette(palette);
}

}  // namespace uninterruptible::admin
