#include "ui/connections/connection_delegate.hpp"

#include <QApplication>
#include <QPainter>

#include "core/connections/connection_model.hpp"
#include "core/generations/generation_list_model.hpp"
#include "core/text/wording.hpp"
#include "ui/style/state_mark.hpp"

namespace uninterruptible::admin {
namespace {

constexpr int margin = 4;

/// State of a generation by its number; empty when that is not (or no longer) known.
QString stateOf(const GenerationListModel& generations, const QString& number) {
  for (int row = 0; row < generations.rowCount(); ++row) {
    if (QString::number(generations.at(row).status.generation) != number) continue;
    return generations.index(row).data(GenerationListModel::StateRole).toString();
  }
  return {};
}

}  // namespace

QSize ConnectionDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  return QStyledItemDelegate::sizeHint(option, index) + QSize(2 * margin, 0);
}

void ConnectionDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                               const QModelIndex& index) const {
  // The ground reaches from edge to edge, the words keep a distance from it.
  auto ground = option;
  QStyledItemDelegate::initStyleOption(&ground, index);
  const auto* const style = option.widget ? option.widget->style() : QApplication::style();
  style->drawPrimitive(QStyle::PE_PanelItemViewItem, &ground, painter, option.widget);
  auto words = option;
  words.rect.adjust(margin, 0, -margin, 0);
  initStyleOption(&words, index);
  words.backgroundBrush = Qt::NoBrush;
  style->drawControl(QStyle::CE_ItemViewItem, &words, painter, option.widget);
}

void ConnectionDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
  QStyledItemDelegate::initStyleOption(option, index);
  option->state &= ~QStyle::State_HasFocus;
  if (index.column() != ConnectionModel::Generation || !generations_) return;
  const auto state = stateOf(*generations_, option->text);
  const auto mark = markOf(state);
  if (mark == Mark::None) return;
  option->text += QLatin1Char(' ') + wording::state(state);
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
