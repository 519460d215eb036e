#include "ui/banners/banner.hpp"

#include <QAccessible>
#include <QHBoxLayout>
#include <QPainter>
#include <QPainterPath>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/style/plain_label.hpp"

namespace uninterruptible::admin {

QString textOf(BannerVerb verb) {
  switch (verb) {
    case BannerVerb::Dismiss: return Banner::tr("Dismiss");
    case BannerVerb::TryNow: return Banner::tr("Try Now");
    case BannerVerb::StopTrying: return Banner::tr("Stop Trying");
    case BannerVerb::KeepWaiting: return Banner::tr("Keep Waiting");
    case BannerVerb::Disconnect: return Banner::tr("Disconnect");
    case BannerVerb::RemoveFromList: return Banner::tr("Remove from List");
    case BannerVerb::RemoveFile: return Banner::tr("Remove File...");
    case BannerVerb::CopyCommand: return Banner::tr("Copy Command");
    case BannerVerb::CutOff: return Banner::tr("Cut Off...");
    case BannerVerb::Resume: return Banner::tr("Resume");
    case BannerVerb::ShowOutput: return Banner::tr("Show Output");
    case BannerVerb::Edit: return Banner::tr("Edit...");
  }
  return {};
}

Banner::Banner(const QString& objectName, QWidget* parent)
    : QFrame(parent),
      mark_(new StateMark(this)),
      text_(new PlainLabel(objectName + QStringLiteral("Text"), this)),
      busy_(new QProgressBar(this)),
      row_(new QHBoxLayout) {
  setObjectName(objectName);
  text_->setProse();
  busy_->setRange(0, 0);
  busy_->setTextVisible(false);
  busy_->setFixedHeight(3);
  busy_->setObjectName(objectName + QStringLiteral("Busy"));
  busy_->setAccessibleName(tr("Waiting"));
  busy_->hide();
  row_->setSpacing(8);
  row_->addWidget(mark_);
  row_->addWidget(text_, 1);
  auto* const layout = new QVBoxLayout(this);
  layout->setContentsMargins(14, 6, 8, 6);
  layout->setSpacing(4);
  layout->addLayout(row_);
  layout->addWidget(busy_);
  hide();
}

void Banner::say(Mark mark, const QString& text, const QList<BannerVerb>& verbs, bool announced) {
  const bool fresh = isHidden() || text != text_->text();
  mark_->setMark(mark);
  text_->setText(text);
  setAccessibleName(text);
  setVerbs(verbs);
  show();
  update();
  if (fresh && announced) announce(*this);
}

// Kept as long as the verbs stay, so that nobody's press hits a button that was just made.
void Banner::setVerbs(const QList<BannerVerb>& verbs) {
  if (verbs == verbs_) return;
  verbs_ = verbs;
  for (auto* const button : buttons_) {
    button->hide();
    button->deleteLater();
  }
  buttons_.clear();
  for (const auto verb : verbs) {
    auto* const button = new QPushButton(textOf(verb), this);
    const auto place = buttons_.isEmpty() ? QString() : QString::number(buttons_.size() + 1);
    button->setObjectName(objectName() + QStringLiteral("Button") + place);
    connect(button, &QPushButton::clicked, this, [this, verb] { Q_EMIT chosen(verb); });
    row_->addWidget(button);
    button->show();
    buttons_ += button;
  }
}

void Banner::setBusy(bool busy) { busy_->setVisible(busy); }

QString Banner::text() const { return text_->text(); }

void Banner::paintEvent(QPaintEvent*) { paintPanel(*this, mark_->mark()); }

void announce(QWidget& widget) {
  QAccessibleEvent event(&widget, QAccessible::Alert);
  QAccessible::updateAccessibility(&event);
}

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
