#include "ui/events/event_view.hpp"

#include <QAction>
#include <QClipboard>
#include <QGridLayout>
#include <QGuiApplication>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QScrollBar>
#include <algorithm>

#include "core/events/event_model.hpp"
#include "core/servers/server_monitor.hpp"
#include "core/text/wording.hpp"
#include "ui/events/event_delegate.hpp"
#include "ui/style/plain_label.hpp"

namespace uninterruptible::admin {

EventView::EventView(QWidget* parent)
    : QTableView(parent), note_(new PlainLabel(QStringLiteral("eventsNote"), viewport())) {
  setObjectName(QStringLiteral("eventView"));
  setAccessibleName(tr("Events"));
  setItemDelegate(new EventDelegate(this));
  setSelectionBehavior(SelectRows);
  setSelectionMode(ExtendedSelection);
  setEditTriggers(NoEditTriggers);
  setTabKeyNavigation(false);
  setShowGrid(false);
  setWordWrap(false);
  setFrameShape(NoFrame);
  setVerticalScrollMode(ScrollPerItem);
  horizontalHeader()->hide();
  horizontalHeader()->setStretchLastSection(true);
  horizontalHeader()->setHighlightSections(false);
  verticalHeader()->hide();
  verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 4);
  note_->setText(tr("Nothing has happened yet."));
  note_->setSubdued();
  auto* const layout = new QGridLayout(viewport());
  layout->addWidget(note_, 0, 0, Qt::AlignCenter);

  auto* const copier = new QAction(tr("&Copy"), this);
  copier->setObjectName(QStringLiteral("copyEventsAction"));
  copier->setStatusTip(tr("Copy the selected events as lines of text"));
  copier->setShortcut(QKeySequence::Copy);
  copier->setShortcutContext(Qt::WidgetShortcut);
  connect(copier, &QAction::triggered, this, &EventView::copy);
  auto* const all = new QAction(tr("Select &All"), this);
  all->setObjectName(QStringLiteral("selectEventsAction"));
  all->setStatusTip(tr("Select all events"));
  connect(all, &QAction::triggered, this, &QAbstractItemView::selectAll);
  addActions({copier, all});
  setContextMenuPolicy(Qt::ActionsContextMenu);
}

void EventView::setServer(ServerMonitor* server) {
  if (events_) events_->disconnect(this);
  events_ = server ? server->events() : nullptr;
  auto* const selection = selectionModel();
  setModel(events_);
  delete selection;
  if (events_) {
    fitColumns();
    // What cannot be seen needs no place; it is found again when it can.
    connect(events_, &EventModel::aboutToChange, this, [this] {
      if (isVisible()) remember();
    });
    connect(events_, &EventModel::changed, this, [this] {
      showNote();
      if (isVisible()) restore();
    });
  }
  atEnd_ = true;
  if (isVisible()) restore();
  showNote();
}

void EventView::showEvent(QShowEvent* event) {
  QTableView::showEvent(event);
  restore();
}

void EventView::hideEvent(QHideEvent* event) {
  remember();
  QTableView::hideEvent(event);
}

// The end stays the end.
void EventView::resizeEvent(QResizeEvent* event) {
  const auto* const bar = verticalScrollBar();
  const bool atEnd = bar->value() == bar->maximum();
  QTableView::resizeEvent(event);
  if (atEnd && isVisible()) {
    atEnd_ = true;
    restore();
  }
}

void EventView::fitColumns() {
  const auto metrics = fontMetrics();
  const int room = metrics.averageCharWidth() * 2;
  // Days before today have a date, the oldest one first.
  const auto oldest = events_->rowCount() > 0 ? wording::clock(events_->at(0).at) : QString();
  const auto time =
      std::max(oldest, QStringLiteral("88:88:88"),
               [](const QString& one, const QString& other) { return one.size() < other.size(); });
  if (const auto width = metrics.horizontalAdvance(time) + room; width != columnWidth(EventModel::Time)) {
    setColumnWidth(EventModel::Time, width);
  }
  int widest = 0;
  for (const auto subject : {EventSubject::Restart, EventSubject::Generation, EventSubject::Server,
                             EventSubject::Log, EventSubject::Gap}) {
    widest = std::max(widest, metrics.horizontalAdvance(subjectWord(subject)));
  }
  setColumnWidth(EventModel::Subject, widest + metrics.height() + 2 * room);
}

void EventView::remember() {
  if (!events_) return;
  const auto* const bar = verticalScrollBar();
  atEnd_ = bar->value() == bar->maximum();
  const auto row = rowAt(0);
  top_ = row < 0 ? 0 : events_->at(row).serial;
}

void EventView::restore() {
  if (!events_ || events_->rowCount() == 0) return;
  fitColumns();
  // Before the rows are laid out the scroll bar has another range.
  executeDelayedItemsLayout();
  updateGeometries();
  auto* const bar = verticalScrollBar();
  bar->setValue(atEnd_ ? bar->maximum() : events_->rowFrom(top_));
}

void EventView::showNote() { note_->setVisible(events_ && events_->rowCount() == 0); }

void EventView::copy() {
  auto rows = selectionModel() ? selectionModel()->selectedRows() : QModelIndexList();
  if (rows.isEmpty()) return;
  std::ranges::sort(rows, {}, &QModelIndex::row);
  QString text;
  for (const auto& index : rows) text += lineOf(events_->at(index.row())) + QLatin1Char('\n');
  QGuiApplication::clipboard()->setText(text);
}

}  // namespace uninterruptible::admin
