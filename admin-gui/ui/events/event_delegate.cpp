#include "ui/events/event_delegate.hpp"

#include <QIcon>
#include <QWidget>

#include "core/events/event_model.hpp"
#include "ui/style/state_mark.hpp"

namespace uninterruptible::admin {
namespace {

Mark markOf(EventOutlook outlook) {
  switch (outlook) {
    case EventOutlook::Good: return Mark::Reached;
    case EventOutlook::Warning: return Mark::Notice;
    case EventOutlook::Bad: return Mark::Broken;
    case EventOutlook::Neutral: break;
  }
  return Mark::None;
}

}  // namespace

void EventDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
  QStyledItemDelegate::initStyleOption(option, index);
  option->state &= ~QStyle::State_HasFocus;
  const bool selected = option->state.testFlag(QStyle::State_Selected);
  const auto subject = static_cast<EventSubject>(index.data(EventModel::SubjectRole).toInt());
  const bool aside = subject == EventSubject::Gap || index.column() != EventModel::Text;
  if (aside && !selected) option->palette.setColor(QPalette::Text, subduedColor(option->palette));
  if (subject == EventSubject::Gap) option->font.setItalic(true);
  if (index.column() != EventModel::Subject) return;
  // Words begin below one another, with a mark or without.
  const int side = option->fontMetrics.height() - 4;
  auto palette = option->palette;
  if (selected) {
    palette.setColor(QPalette::Window, palette.color(QPalette::Highlight));
    palette.setColor(QPalette::Base, palette.color(QPalette::Highlight));
  }
  const double ratio = option->widget ? option->widget->devicePixelRatioF() : 1.0;
  const auto outlook = static_cast<EventOutlook>(index.data(EventModel::OutlookRole).toInt());
  option->icon = QIcon(markPixmap(markOf(outlook), side, ratio, palette));
  option->decorationSize = QSize(side, side);
  option->features |= QStyleOptionViewItem::HasDecoration;
}

}  // namespace uninterruptible::admin
