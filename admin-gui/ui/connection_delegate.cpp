#include "ui/connection_delegate.hpp"

#include "core/connection_model.hpp"
#include "core/generation_list_model.hpp"
#include "ui/state_mark.hpp"

namespace uninterruptible::admin {
namespace {

Mark markOfGeneration(const GenerationListModel& generations, const QString& number) {
  for (int row = 0; row < generations.rowCount(); ++row) {
    if (QString::number(generations.at(row).status.generation) != number) continue;
    return markOf(generations.index(row).data(GenerationListModel::StateRole).toString());
  }
  return Mark::None;
}

}  // namespace

void ConnectionDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
  QStyledItemDelegate::initStyleOption(option, index);
  option->state &= ~QStyle::State_HasFocus;
  if (index.column() != ConnectionModel::Generation || !generations_) return;
  const auto mark = markOfGeneration(*generations_, option->text);
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
