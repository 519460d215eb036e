#include "ui/banners/banner.hpp"

#include <QAccessible>
#include <QHBoxLayout>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>

#include "ui/style/plain_label.hpp"

namespace uninterruptible::admin {

Banner::Banner(const QString& objectName, QWidget* parent)
    : QFrame(parent),
      mark_(new StateMark(this)),
      text_(new PlainLabel(objectName + QStringLiteral("Text"), this)),
      button_(new QPushButton(this)) {
  setObjectName(objectName);
  button_->setObjectName(objectName + QStringLiteral("Button"));
  text_->setProse();
  auto* const layout = new QHBoxLayout(this);
  layout->setContentsMargins(14, 6, 8, 6);
  layout->setSpacing(8);
  layout->addWidget(mark_);
  layout->addWidget(text_, 1);
  layout->addWidget(button_);
  connect(button_, &QPushButton::clicked, this, &Banner::actionClicked);
  hide();
}

void Banner::say(Mark mark, const QString& text, const QString& action) {
  const bool fresh = isHidden() || text != text_->text();
  mark_->setMark(mark);
  text_->setText(text);
  setAccessibleName(text);
  button_->setText(action);
  button_->setVisible(!action.isEmpty());
  show();
  update();
  if (!fresh) return;
  QAccessibleEvent event(this, QAccessible::Alert);
  QAccessible::updateAccessibility(&event);
}

QString Banner::text() const { return text_->text(); }

void Banner::paintEvent(QPaintEvent*) { paintPanel(*this, mark_->mark()); }

void paintPanel(QWidget& widget, Mark edge) {
  QPainter painter(&widget);
  painter.setRenderHint(QPainter::Antialiasing);
  const auto box = QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5);
  QPainterPath shape;
  shape.addRoundedRect(box, 5, 5);
  painter.fillPath(shape, widget.palette().color(QPalette::Base));
  if (edge != Mark::None) {
    painter.save();
    painter.setClipPath(shape);
    const auto tone = widget.isEnabled() ? toneOf(edge) : Tone::Calm;
    painter.fillRect(QRectF(0, 0, 5, widget.height()), toneColor(tone, widget.palette()));
    painter.restore();
  }
  painter.setPen(QPen(widget.palette().color(QPalette::Mid), 1));
  painter.drawPath(shape);
}

}  // namespace uninterruptible::admin
