#include "ui/restart/step_track.hpp"

#include <QHBoxLayout>
#include <QPainter>

#include "core/text/wording.hpp"
#include "ui/style/state_mark.hpp"

namespace uninterruptible::admin {
namespace {

constexpr int gap = 4;

Mark markOf(RestartStop::State state) {
  switch (state) {
    case RestartStop::State::Ahead: return Mark::Ahead;
    case RestartStop::State::Current: return Mark::Current;
    case RestartStop::State::Reached: return Mark::Reached;
    case RestartStop::State::Broken: return Mark::Broken;
  }
  return Mark::None;
}

QString spoken(const RestartStop& stop) {
  const auto word = wording::step(stop.step);
  switch (stop.state) {
    case RestartStop::State::Ahead: return StepStop::tr("%1: not yet").arg(word);
    case RestartStop::State::Current: return StepStop::tr("%1: going on").arg(word);
    case RestartStop::State::Broken: return StepStop::tr("%1: not reached").arg(word);
    case RestartStop::State::Reached:
      return StepStop::tr("%1: reached after %2")
          .arg(word, wording::elapsed(stop.elapsed.value_or(std::chrono::milliseconds::zero())));
  }
  return word;
}

}  // namespace

StepStop::StepStop(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void StepStop::setStop(const RestartStop& stop, bool first, bool last) {
  setObjectName(QStringLiteral("step_") + stop.step);
  stop_ = stop;
  first_ = first;
  last_ = last;
  setAccessibleName(spoken(stop));
  updateGeometry();
  update();
}

QSize StepStop::sizeHint() const {
  const auto metrics = fontMetrics();
  return {metrics.horizontalAdvance(wording::step(stop_.step)) + 6, 3 * metrics.height() + 3 * gap};
}

void StepStop::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const int line = fontMetrics().height();
  const QRectF mark((width() - line) / 2.0, gap / 2.0, line, line);
  painter.setPen(QPen(palette().color(QPalette::Mid), 1.5));
  if (!first_) painter.drawLine(QPointF(0, mark.center().y()), QPointF(mark.left() - 3, mark.center().y()));
  if (!last_)
    painter.drawLine(QPointF(mark.right() + 3, mark.center().y()), QPointF(width(), mark.center().y()));
  paintMark(painter, mark, markOf(stop_.state), palette());

  const bool ahead = stop_.state == RestartStop::State::Ahead;
  painter.setPen(ahead ? subduedColor(palette()) : palette().color(QPalette::Text));
  const QRect word(0, line + gap + gap / 2, width(), line);
  painter.drawText(word, Qt::AlignHCenter | Qt::AlignVCenter, wording::step(stop_.step));
  if (!stop_.elapsed) return;
  painter.setPen(subduedColor(palette()));
  painter.drawText(word.translated(0, line + gap / 2), Qt::AlignHCenter | Qt::AlignVCenter,
                   wording::elapsed(*stop_.elapsed));
}

StepTrack::StepTrack(QWidget* parent) : QWidget(parent) {
  setObjectName(QStringLiteral("stepTrack"));
  setAccessibleName(tr("Steps of the restart"));
  auto* const layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
}

void StepTrack::setStops(const std::vector<RestartStop>& stops) {
  while (stops_.size() > stops.size()) {
    delete stops_.back();
    stops_.pop_back();
  }
  while (stops_.size() < stops.size()) {
    stops_.push_back(new StepStop(this));
    layout()->addWidget(stops_.back());
  }
  for (std::size_t place = 0; place < stops.size(); ++place) {
    stops_[place]->setStop(stops[place], place == 0, place + 1 == stops.size());
  }
}

}  // namespace uninterruptible::admin
