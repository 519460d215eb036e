#include "ui/style/state_mark.hpp"

#include <QFontMetrics>
#include <QHash>
#include <QPainter>
#include <QPainterPath>

namespace uninterruptible::admin {
namespace {

bool isDark(const QPalette& palette) { return palette.color(QPalette::Window).lightness() < 128; }

QPen stroke(const QColor& color, double width) {
  return {color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin};
}

void disc(QPainter& painter, const QRectF& box, const QColor& color) {
  painter.setPen(Qt::NoPen);
  painter.setBrush(color);
  painter.drawEllipse(box);
}

void ring(QPainter& painter, const QRectF& box, const QColor& color, double width) {
  painter.setPen(stroke(color, width));
  painter.setBrush(Qt::NoBrush);
  painter.drawEllipse(box.adjusted(width / 2, width / 2, -width / 2, -width / 2));
}

/// A point of the box in fractions of its size.
QPointF at(const QRectF& box, double x, double y) {
  return {box.left() + box.width() * x, box.top() + box.height() * y};
}

}  // namespace

QColor toneColor(Tone tone, const QPalette& palette) {
  const bool dark = isDark(palette);
  switch (tone) {
    case Tone::Good: return dark ? QColor(0x5f, 0xc9, 0x8a) : QColor(0x1e, 0x7d, 0x45);
    case Tone::Busy: return dark ? QColor(0xf0, 0xb4, 0x4c) : QColor(0x9a, 0x5b, 0x00);
    case Tone::Bad: return dark ? QColor(0xff, 0x83, 0x78) : QColor(0xb3, 0x26, 0x1e);
    case Tone::Calm: return subduedColor(palette);
  }
  return {};
}

QColor subduedColor(const QPalette& palette) {
  const auto text = palette.color(QPalette::WindowText);
  const auto ground = palette.color(QPalette::Window);
  constexpr double share = 0.64;
  const auto mix = [](int front, int back) { return static_cast<int>(front * share + back * (1 - share)); };
  return {mix(text.red(), ground.red()), mix(text.green(), ground.green()), mix(text.blue(), ground.blue())};
}

Tone toneOf(Mark mark) {
  switch (mark) {
    case Mark::Live:
    case Mark::Reached: return Tone::Good;
    case Mark::Standby:
    case Mark::Draining:
    case Mark::Starting:
    case Mark::Stopping:
    case Mark::Current: return Tone::Busy;
    case Mark::Broken:
    case Mark::Notice: return Tone::Bad;
    default: return Tone::Calm;
  }
}

Mark markOf(const QString& state) {
  static const QHash<QString, Mark> marks{
      {QStringLiteral("live"), Mark::Live},         {QStringLiteral("standby"), Mark::Standby},
      {QStringLiteral("draining"), Mark::Draining}, {QStringLiteral("starting"), Mark::Starting},
      {QStringLiteral("stopping"), Mark::Stopping}, {QStringLiteral("open"), Mark::Live},
      {QStringLiteral("closing"), Mark::Draining}};
  return marks.value(state, Mark::None);
}

void paintMark(QPainter& painter, const QRectF& where, Mark mark, const QPalette& palette) {
  const auto side = std::min(where.width(), where.height());
  const QRectF box(where.center().x() - side / 2, where.center().y() - side / 2, side, side);
  const auto color = toneColor(toneOf(mark), palette);
  const auto inside = palette.color(QPalette::Base);
  const double width = std::max(1.4, side * 0.13);
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  switch (mark) {
    case Mark::None: break;
    case Mark::Live: disc(painter, box.adjusted(width, width, -width, -width), color); break;
    case Mark::Standby:
      ring(painter, box, color, width);
      painter.setPen(stroke(color, width));
      painter.drawLine(at(box, 0.38, 0.34), at(box, 0.38, 0.66));
      painter.drawLine(at(box, 0.62, 0.34), at(box, 0.62, 0.66));
      break;
    case Mark::Draining: {
      ring(painter, box, color, width);
      painter.setPen(Qt::NoPen);
      painter.setBrush(color);
      const auto inner = box.adjusted(width * 1.7, width * 1.7, -width * 1.7, -width * 1.7);
      painter.drawChord(inner, 180 * 16, 180 * 16);
      break;
    }
    case Mark::Starting: {
      const auto inner = box.adjusted(width / 2, width / 2, -width / 2, -width / 2);
      painter.setPen(stroke(color, width));
      painter.drawArc(inner, 90 * 16, -200 * 16);
      break;
    }
    case Mark::Stopping: {
      painter.setPen(Qt::NoPen);
      painter.setBrush(color);
      const auto inset = side * 0.16;
      painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), side * 0.1, side * 0.1);
      break;
    }
    case Mark::Gone: {
      auto pen = stroke(color, width);
      pen.setDashPattern({1.2, 1.8});
      painter.setPen(pen);
      painter.setBrush(Qt::NoBrush);
      painter.drawEllipse(box.adjusted(width, width, -width, -width));
      break;
    }
    case Mark::Ahead: {
      const auto inset = side * 0.2;
      ring(painter, box.adjusted(inset, inset, -inset, -inset), color, width * 0.8);
      break;
    }
    case Mark::Current: {
      ring(painter, box, color, width);
      const auto inset = side * 0.3;
      disc(painter, box.adjusted(inset, inset, -inset, -inset), color);
      break;
    }
    case Mark::Reached:
      disc(painter, box, color);
      painter.setPen(stroke(inside, width));
      painter.drawPolyline(QPolygonF{at(box, 0.28, 0.52), at(box, 0.44, 0.68), at(box, 0.72, 0.34)});
      break;
    case Mark::Broken:
      disc(painter, box, color);
      painter.setPen(stroke(inside, width));
      painter.drawLine(at(box, 0.33, 0.33), at(box, 0.67, 0.67));
      painter.drawLine(at(box, 0.67, 0.33), at(box, 0.33, 0.67));
      break;
    case Mark::Notice:
      painter.setPen(stroke(color, width));
      painter.setBrush(Qt::NoBrush);
      painter.drawPolygon(QPolygonF{at(box, 0.5, 0.1), at(box, 0.95, 0.88), at(box, 0.05, 0.88)});
      painter.drawLine(at(box, 0.5, 0.4), at(box, 0.5, 0.6));
      painter.drawPoint(at(box, 0.5, 0.75));
      break;
  }
  painter.restore();
}

QPixmap markPixmap(Mark mark, int size, double ratio, const QPalette& palette) {
  const auto pixels = static_cast<int>(size * ratio);
  QPixmap pixmap(pixels, pixels);
  pixmap.setDevicePixelRatio(ratio);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  paintMark(painter, QRectF(0.5, 0.5, size - 1, size - 1), mark, palette);
  return pixmap;
}

StateMark::StateMark(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void StateMark::setMark(Mark mark) {
  if (mark == mark_) return;
  mark_ = mark;
  update();
}

QSize StateMark::sizeHint() const {
  const int side = QFontMetrics(font()).height();
  return {side, side};
}

void StateMark::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  paintMark(painter, QRectF(rect()).adjusted(1, 1, -1, -1), mark_, palette());
}

}  // namespace uninterruptible::admin
