#include "ui/history/history_delegate.hpp"

#include <QApplication>
#include <QHash>
#include <QPainter>
#include <algorithm>

#include "core/history/history_model.hpp"
#include "ui/history/history_marks.hpp"

namespace uninterruptible::admin {
namespace {

constexpr int margin = 4;

/// Tells the stages of a restart apart: until the new process is ready, until there is no way back.
enum class Stage { Starting, Deciding };

struct Stretch {
  Stage stage;
  double from;
  double to;
};

/// Milliseconds; the drain, which is not the restart's own time, is left out.
std::vector<Stretch> stretchesOf(const control::RestartRecord& record) {
  const auto whole = static_cast<double>(record.took.value_or(std::chrono::milliseconds::zero()).count());
  const auto ready = std::ranges::find(record.steps, "ready", &control::StepTime::step);
  const bool came = ready != record.steps.end();
  const auto turn = came ? std::min(whole, static_cast<double>(ready->elapsed.count())) : whole;
  std::vector<Stretch> result{{Stage::Starting, 0, turn}};
  if (turn < whole) result.push_back({Stage::Deciding, turn, whole});
  return result;
}

void paintBar(QPainter& painter, const QRect& room, const RestartEntry& entry, qint64 longest,
              const QPalette& palette, bool selected) {
  if (!entry.record.took || room.width() < 8) return;
  const double unit = static_cast<double>(room.width()) / static_cast<double>(std::max<qint64>(1, longest));
  const auto outcome = markOfOutcome(QString::fromStdString(entry.record.outcome));
  const auto plain = palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
  for (const auto& stretch : stretchesOf(entry.record)) {
    auto color = selected ? plain : toneColor(toneOf(outcome), palette);
    if (stretch.stage == Stage::Starting && outcome != Mark::Broken) color.setAlphaF(0.45F);
    QRectF bar(room.left() + stretch.from * unit, room.top(), (stretch.to - stretch.from) * unit,
               room.height());
    bar.setWidth(std::max(bar.width(), 3.0));  // there was something
    painter.fillRect(bar, color);
  }
  painter.setPen(QPen(selected ? palette.color(QPalette::Highlight) : palette.color(QPalette::Base), 1));
  for (const auto& step : entry.record.steps) {
    if (step.elapsed >= *entry.record.took || step.elapsed.count() == 0) continue;
    const auto x = room.left() + static_cast<double>(step.elapsed.count()) * unit;
    painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom() + 1));
  }
}

}  // namespace

Mark markOfOutcome(const QString& outcome) {
  static const QHash<QString, Mark> marks{
      {QStringLiteral("running"), Mark::Current},  {QStringLiteral("draining"), Mark::Draining},
      {QStringLiteral("finished"), Mark::Reached}, {QStringLiteral("rehearsed"), Mark::Reached},
      {QStringLiteral("failed"), Mark::Broken},    {QStringLiteral("rolled_back"), Mark::Broken},
      {QStringLiteral("crashed"), Mark::Broken}};
  return marks.value(outcome, Mark::Ahead);
}

Mark markOf(Loss loss) {
  switch (loss) {
    case Loss::Nothing: return Mark::Reached;
    case Loss::Something: return Mark::Notice;
    case Loss::Unknown: return Mark::Ahead;
    case Loss::Open: break;
  }
  return Mark::None;
}

QSize HistoryDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  if (index.column() == HistoryModel::Steps) {
    return {option.fontMetrics.averageCharWidth() * 24, option.fontMetrics.height()};
  }
  return QStyledItemDelegate::sizeHint(option, index) + QSize(2 * margin, 0);
}

void HistoryDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const {
  auto ground = option;
  initStyleOption(&ground, index);
  const auto* const style = option.widget ? option.widget->style() : QApplication::style();
  style->drawPrimitive(QStyle::PE_PanelItemViewItem, &ground, painter, option.widget);
  if (index.column() != HistoryModel::Steps) {
    ground.rect.adjust(margin, 0, -margin, 0);
    ground.backgroundBrush = Qt::NoBrush;
    style->drawControl(QStyle::CE_ItemViewItem, &ground, painter, option.widget);
    return;
  }
  const auto* const model = qobject_cast<const HistoryModel*>(index.model());
  if (!model) return;
  const int side = option.fontMetrics.ascent();
  const QRect room(option.rect.left() + margin, option.rect.center().y() - side / 2,
                   option.rect.width() - 2 * margin, side);
  painter->save();
  paintBar(*painter, room, model->at(index.row()), model->longest(), option.palette,
           option.state.testFlag(QStyle::State_Selected));
  painter->restore();
}

void HistoryDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
  QStyledItemDelegate::initStyleOption(option, index);
  option->state &= ~QStyle::State_HasFocus;
  Mark mark = Mark::None;
  if (index.column() == HistoryModel::Outcome) {
    mark = markOfOutcome(index.data(HistoryModel::OutcomeRole).toString());
  } else if (index.column() == HistoryModel::Lost) {
    mark = markOf(static_cast<Loss>(index.data(HistoryModel::LossRole).toInt()));
  }
  if (mark == Mark::None) return;
  const int side = option->fontMetrics.height() - 4;
  auto palette = option->palette;
  if (option->state.testFlag(QStyle::State_Selected)) {
    palette.setColor(QPalette::Window, palette.color(QPalette::Highlight));
    palette.setColor(QPalette::Base, palette.color(QPalette::Highlight));
  }
  const double ratio = option->widget ? option->widget->devicePixelRatioF() : 1.0;
  option->icon = QIcon(markPixmap(mark, side, ratio, palette));
  option->decorationSize = QSize(side, side);
  option->features |= QStyleOptionViewItem::HasDecoration;
}

}  // namespace uninterruptible::admin
