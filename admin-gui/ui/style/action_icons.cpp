#include "ui/style/action_icons.hpp"

#include <QPainter>
#include <QPalette>
#include <QPixmap>

namespace uninterruptible::admin {
namespace {

constexpr int grid = 24;

QPixmap drawing(Glyph glyph, int size, const QColor& color) {
  QPixmap pixmap(size, size);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.scale(static_cast<double>(size) / grid, static_cast<double>(size) / grid);
  painter.setPen(QPen(color, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  switch (glyph) {
    case Glyph::Restart:
      painter.drawArc(QRectF(4, 4, 16, 16), 20 * 16, 290 * 16);
      painter.drawPolyline(QPolygonF{QPointF(20.5, 4.5), QPointF(19.6, 9.4), QPointF(14.6, 8.6)});
      break;
    case Glyph::Back:
      painter.drawArc(QRectF(5, 7, 14, 12), -100 * 16, 190 * 16);
      painter.drawLine(12, 7, 5, 7);
      painter.drawPolyline(QPolygonF{QPointF(8.5, 3.5), QPointF(5, 7), QPointF(8.5, 10.5)});
      break;
    case Glyph::Pause:
      painter.drawLine(8, 5, 8, 19);
      painter.drawLine(16, 5, 16, 19);
      break;
    case Glyph::ShutDown:
      painter.drawArc(QRectF(4, 5, 16, 16), 125 * 16, 290 * 16);
      painter.drawLine(12, 3, 12, 11);
      break;
    case Glyph::Close:
      painter.drawLine(6, 6, 18, 18);
      painter.drawLine(18, 6, 6, 18);
      break;
  }
  return pixmap;
}

}  // namespace

QIcon glyphIcon(Glyph glyph, const QPalette& palette) {
  QIcon icon;
  for (const int size : {16, 24, 32, 48, 64}) {
    icon.addPixmap(drawing(glyph, size, palette.color(QPalette::Active, QPalette::ButtonText)));
    icon.addPixmap(drawing(glyph, size, palette.color(QPalette::Disabled, QPalette::ButtonText)),
                   QIcon::Disabled);
  }
  return icon;
}

}  // namespace uninterruptible::admin
