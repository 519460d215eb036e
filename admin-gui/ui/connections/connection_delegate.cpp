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

int sideOfMark(const QStyleOptionViewItem& option) { return option.fontMetrics.height() - 4; }

}  // namespace

QSize ConnectionDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const auto mark = index.column() == ConnectionModel::Generation ? sideOfMark(option) + margin : 0;
  return QStyledItemDelegate::sizeHint(option, index) + QSize(2 * margin + mark, 0);
}

void ConnectionDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                               const QModelIndex& index) const {
  auto item = option;
  initStyleOption(&item, index);
  const bool selected = item.state.testFlag(QStyle::State_Selected);
  item.palette.setCurrentColorGroup(!item.state.testFlag(QStyle::State_Enabled) ? QPalette::Disabled
                                    : item.state.testFlag(QStyle::State_Active) ? QPalette::Active
                                                                                : QPalette::Inactive);
  // The ground reaches from edge to edge, the words keep a distance from it.
  const auto* const style = item.widget ? item.widget->style() : QApplication::style();
  style->drawPrimitive(QStyle::PE_PanelItemViewItem, &item, painter, item.widget);
  auto box = item.rect.adjusted(margin, 0, -margin, 0);
  if (const auto mark = markOf(stateOf(index)); mark != Mark::None) {
    auto palette = item.palette;
    if (selected) {
      // On a coloured ground a mark chooses its light or dark variant by that ground.
      palette.setColor(QPalette::Window, palette.color(QPalette::Highlight));
      palette.setColor(QPalette::Base, palette.color(QPalette::Highlight));
    }
    const int side = sideOfMark(item);
    const QRect place(box.left(), box.center().y() - side / 2, side, side);
    paintMark(*painter, QStyle::visualRect(item.direction, box, place), mark, palette);
    box = QStyle::visualRect(item.direction, box, box.adjusted(side + margin, 0, 0, 0));
  }
  painter->setPen(item.palette.color(selected ? QPalette::HighlightedText : QPalette::Text));
  drawWords(painter, item, box);
}

void ConnectionDelegate::drawWords(QPainter* painter, const QStyleOptionViewItem& item,
                                   const QRect& box) const {
  if (item.text.isEmpty()) return;
  if (item.font != font_) {
    font_ = item.font;
    words_.clear();
  }
  const std::pair key(item.text, box.width());
  auto* words = words_.object(key);
  if (!words) {
    words = new QStaticText(item.fontMetrics.elidedText(item.text, item.textElideMode, box.width()));
    words->setTextFormat(Qt::PlainText);
    words->prepare(painter->transform(), font_);
    words_.insert(key, words);
  }
  const auto size = words->size();
  const auto alignment = QStyle::visualAlignment(item.direction, item.displayAlignment);
  const auto left = alignment.testFlag(Qt::AlignRight) ? box.right() + 1 - size.width() : box.left();
  painter->setFont(font_);
  painter->drawStaticText(QPointF(left, box.top() + (box.height() - size.height()) / 2), *words);
}

void ConnectionDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
  QStyledItemDelegate::initStyleOption(option, index);
  option->state &= ~QStyle::State_HasFocus;
  if (const auto state = stateOf(index); !state.isEmpty()) {
    option->text += QLatin1Char(' ') + wording::state(state);
  }
}

QString ConnectionDelegate::stateOf(const QModelIndex& index) const {
  if (index.column() != ConnectionModel::Generation || !generations_) return {};
  const auto number = index.data().toString();
  for (int row = 0; row < generations_->rowCount(); ++row) {
    if (QString::number(generations_->at(row).status.generation) != number) continue;
    return generations_->index(row).data(GenerationListModel::StateRole).toString();
  }
  return {};
}

}  // namespace uninterruptible::admin
