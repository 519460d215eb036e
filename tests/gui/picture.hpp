#pragma once

#include <QApplication>
#include <QColor>
#include <QDialog>
#include <QPainter>
#include <QPalette>
#include <QPixmap>
#include <QStyle>
#include <QWidget>

/// How windows look in pictures, whatever desktop they are made on.
namespace picture {

inline void usePalette(bool dark) {
  QApplication::setStyle(QStringLiteral("Fusion"));
  QPalette palette(dark ? QColor(0x2b, 0x2b, 0x2b) : QColor(0xef, 0xef, 0xef));
  palette.setColor(QPalette::Base, dark ? QColor(0x1e, 0x1e, 0x1e) : QColor(Qt::white));
  palette.setColor(QPalette::AlternateBase, dark ? QColor(0x25, 0x25, 0x25) : QColor(0xf7, 0xf7, 0xf7));
  palette.setColor(QPalette::Highlight, QColor(0x30, 0x8c, 0xc6));
  palette.setColor(QPalette::HighlightedText, Qt::white);
  for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText}) {
    palette.setColor(QPalette::Disabled, role, QColor(0x80, 0x80, 0x80));
  }
  QApplication::setPalette(palette);
}

/// The window with its dialog in front, as a window manager would place that.
inline QPixmap of(QWidget& window) {
  auto result = window.grab();
  const auto ratio = result.devicePixelRatio();
  const auto size = (QSizeF(result.size()) / ratio).toSize();
  for (auto* const dialog : window.findChildren<QDialog*>()) {
    if (!dialog->isVisible()) continue;
    QPainter painter(&result);
    const auto front = dialog->grab();
    const QPoint place((size.width() - dialog->width()) / 2, (size.height() - dialog->height()) / 3);
    painter.fillRect(QRect(QPoint(), size), QColor(0, 0, 0, 60));
    painter.drawPixmap(place, front);
    painter.drawRect(QRect(place, dialog->size()).adjusted(-1, -1, 0, 0));
  }
  return result;
}

}  // namespace picture
