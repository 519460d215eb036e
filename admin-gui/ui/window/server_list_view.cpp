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
    case LinkPhase::Silent: return ServerListView::tr("silent");
  }
  return {};
}

class ServerDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
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

  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
    return {option.fontMetrics.averageCharWidth() * 20, option.fontMetrics.height() + 2 * margin};
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
