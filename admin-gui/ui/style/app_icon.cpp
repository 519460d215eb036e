#include "ui/style/app_icon.hpp"

#include <QPainter>
#include <QPixmap>

namespace uninterruptible::admin {
namespace {

QPixmap drawing(int size) {
  QPixmap pixmap(size, size);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.scale(size / 128.0, size / 128.0);
  painter.setPen(Qt::NoPen);
  painter.setBrush(QColor(0x17, 0x32, 0x4a));
  painter.drawRoundedRect(QRectF(6, 6, 116, 116), 26, 26);
  const auto pen = [](const QColor& color, double width) {
    return QPen(color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
  };
  painter.setBrush(Qt::NoBrush);
  // Two generations: the old ring is open where the new one begins, and the way leads across without a gap.
  painter.setPen(pen(QColor(0x6d, 0x93, 0xb3), 11));
  painter.drawArc(QRectF(20, 36, 56, 56), 68 * 16, 224 * 16);
  painter.setPen(pen(QColor(0x5f, 0xc9, 0x8a), 11));
  painter.drawArc(QRectF(52, 36, 56, 56), -112 * 16, 224 * 16);
  painter.setPen(pen(Qt::white, 9));
  painter.drawLine(40, 64, 84, 64);
  painter.drawPolyline(QPolygonF{QPointF(72, 51), QPointF(86, 64), QPointF(72, 77)});
  return pixmap;
}

}  // namespace

QIcon appIcon() {
  QIcon icon;
  for (const int size : {16, 24, 32, 48, 64, 128, 256}) icon.addPixmap(drawing(size));
  return icon;
}

}  // namespace uninterruptible::admin
