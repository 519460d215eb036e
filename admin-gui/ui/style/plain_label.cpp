#include "ui/style/plain_label.hpp"

#include <QApplication>
#include <QEvent>

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

void PlainLabel::changeEvent(QEvent* event) {
  QLabel::changeEvent(event);
  if (event->type() == QEvent::ApplicationPaletteChange && subdued_) applySubdued();
}

void PlainLabel::applySubdued() {
  auto palette = QApplication::palette(this);
  palette.setColor(QPalette::WindowText, subduedColor(palette));
  setPalette(palette);
}

}  // namespace uninterruptible::admin
