#include "ui/window/server_list_view.hpp"

#include <QApplication>
#include <QPainter>
#include <QStyledItemDelegate>

#include "core/servers/server_list_model.hpp"
#include "core/text/wording.hpp"
#include "ui/style/state_mark.hpp"

namespace uninterruptible::admin {
namespace {

constexpr int margin = 8;

Mark markOf(LinkPhase phase) {
  switch (phase) {
    case LinkPhase::Connected: return Mark::Live;
    case LinkPhase::Connecting:
    case LinkPhase::Following: return Mark::Starting;
    case LinkPhase::Ended:
    case LinkPhase::Stale: return Mark::Gone;
    default: return Mark::Notice;
  }
}

/// Beside the name: a number while there is a server, else a word.
QString note(const QModelIndex& index) {
  switch (static_cast<LinkPhase>(index.data(ServerListModel::PhaseRole).toInt())) {
    case LinkPhase::Connected:
    case LinkPhase::Following: return wording::number(index.data(ServerListModel::CountRole).toULongLong());
    case LinkPhase::Connecting: return {};
    case LinkPhase::Ended: return ServerListView::tr("ended");
    case LinkPhase::Stale: return ServerListView::tr("gone");
    case LinkPhase::Lost: return ServerListView::tr("lost");
    case LinkPhase::Denied: return ServerListView::tr("denied");
    case LinkPhase::Distrusted: return ServerListView::tr("not trusted");
    case LinkPhase::Incompatible: return ServerListView::tr("unknown");
    case LinkPhase::Unreachable: return ServerListView::tr("no way");
    case LinkPhase::Silent: return ServerListView::tr("silent");
  }
  return {};
}

/// Servers of more than one host stand below the name of theirs.
bool beginsGroup(const QModelIndex& index) {
  const auto* const model = index.model();
  const auto group = index.data(ServerListModel::GroupRole);
  if (index.row() > 0) return model->index(index.row() - 1, 0).data(ServerListModel::GroupRole) != group;
  return model->index(model->rowCount() - 1, 0).data(ServerListModel::GroupRole) != group;
}

class ServerDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& item, const QModelIndex& index) const override {
    auto option = item;
    if (beginsGroup(index)) {
      const auto heading = option.fontMetrics.height() + margin;
      painter->setPen(subduedColor(option.palette));
      painter->drawText(option.rect.adjusted(margin, margin, -margin, 0), Qt::AlignLeft | Qt::AlignTop,
                        index.data(ServerListModel::GroupRole).toString());
      option.rect.setTop(option.rect.top() + heading);
    }
    const auto* const widget = option.widget;
    const auto* const style = widget ? widget->style() : QApplication::style();
    auto background = option;
    initStyleOption(&background, index);
    background.text.clear();
    style->drawControl(QStyle::CE_ItemViewItem, &background, painter, widget);

    const auto line = option.fontMetrics.height();
    auto box = option.rect.adjusted(margin, 0, -margin, 0);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    auto palette = option.palette;
    const auto text = palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
    if (selected) {
      // On a coloured ground the marks choose their light or dark variant by that ground.
      palette.setColor(QPalette::Window, palette.color(QPalette::Highlight));
      palette.setColor(QPalette::WindowText, text);
      palette.setColor(QPalette::Base, palette.color(QPalette::Highlight));
    }
    const auto phase = static_cast<LinkPhase>(index.data(ServerListModel::PhaseRole).toInt());
    paintMark(*painter, QRectF(box.left(), box.center().y() - line / 2.0, line, line), markOf(phase),
              palette);
    box.setLeft(box.left() + line + margin);
    const auto beside = note(index);
    const auto noteWidth = option.fontMetrics.horizontalAdvance(beside);
    painter->setPen(selected ? text : subduedColor(palette));
    painter->drawText(box, Qt::AlignRight | Qt::AlignVCenter, beside);
    painter->setPen(text);
    const auto room = box.width() - noteWidth - margin;
    painter->drawText(box, Qt::AlignLeft | Qt::AlignVCenter,
                      option.fontMetrics.elidedText(index.data().toString(), Qt::ElideRight, room));
  }

  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const auto heading = beginsGroup(index) ? option.fontMetrics.height() + margin : 0;
    return {option.fontMetrics.averageCharWidth() * 20, option.fontMetrics.height() + 2 * margin + heading};
  }
};

}  // namespace

ServerListView::ServerListView(QWidget* parent) : QListView(parent) {
  setObjectName(QStringLiteral("serverList"));
  setAccessibleName(tr("Servers"));
  setItemDelegate(new ServerDelegate(this));
  setEditTriggers(NoEditTriggers);
  setFrameShape(NoFrame);
}

void ServerListView::focusInEvent(QFocusEvent* event) {
  QAbstractScrollArea::focusInEvent(event);
  viewport()->update();
}

}  // namespace uninterruptible::admin
