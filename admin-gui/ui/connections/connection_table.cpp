#include "ui/connections/connection_table.hpp"

#include <QAction>
#include <QEvent>
#include <QGridLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QTableView>
#include <algorithm>
#include <chrono>

#include "core/servers/server_monitor.hpp"
#include "core/text/wording.hpp"
#include "ui/connections/connection_delegate.hpp"
#include "ui/connections/padded_header.hpp"
#include "ui/connections/row_keeper.hpp"
#include "ui/connections/scope_bar.hpp"
#include "ui/connections/table_columns.hpp"
#include "ui/connections/table_note.hpp"
#include "ui/style/plain_label.hpp"

namespace uninterruptible::admin {

ConnectionTable::ConnectionTable(Settings* settings, QWidget* parent)
    : QWidget(parent),
      title_(new PlainLabel(QStringLiteral("connectionsTitle"), this)),
      scope_(new ScopeBar(this)),
      field_(new QLineEdit(this)),
      view_(new QTableView(this)),
      note_(new TableNote(view_->viewport())) {
  setObjectName(QStringLiteral("connectionPane"));
  title_->setText(tr("Connections"));
  title_->setScale(1.1, true);
  setUpField();
  setUpView();
  columns_ = new TableColumns(view_, settings);
  new RowKeeper(view_, &filter_);
  connectFilter();

  auto* const head = new QHBoxLayout;
  head->setSpacing(12);
  head->addWidget(title_);
  head->addWidget(scope_);
  head->addStretch(1);
  head->addWidget(field_, 2);
  auto* const layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(6);
  layout->addLayout(head);
  layout->addWidget(view_, 1);
  refreshNote();
}

void ConnectionTable::setUpField() {
  field_->setObjectName(QStringLiteral("filterField"));
  field_->setAccessibleName(tr("Filter"));
  field_->setPlaceholderText(tr("Filter"));
  field_->setToolTip(tr("Filter: id, peer, label, state"));
  field_->installEventFilter(this);
  field_->setClearButtonEnabled(true);
  const int character = fontMetrics().averageCharWidth();
  // Room for the hint, and for the button that clears.
  field_->setMinimumWidth(
      std::max(18 * character, fontMetrics().horizontalAdvance(field_->placeholderText()) + 4 * character));
  field_->setMaximumWidth(std::max(44 * character, field_->minimumWidth()));
  auto* const escape = new QAction(field_);
  escape->setShortcut(Qt::Key_Escape);
  escape->setShortcutContext(Qt::WidgetShortcut);
  connect(escape, &QAction::triggered, field_, &QLineEdit::clear);
  field_->addAction(escape);
  typing_.setSingleShot(true);
  typing_.setInterval(std::chrono::milliseconds(150));
  connect(&typing_, &QTimer::timeout, this, &ConnectionTable::applyFilter);
  connect(field_, &QLineEdit::textChanged, this, [this](const QString& text) {
    if (!text.isEmpty()) return typing_.start();
    typing_.stop();
    applyFilter();
  });
}

void ConnectionTable::setUpView() {
  view_->setObjectName(QStringLiteral("connectionTable"));
  view_->setAccessibleName(tr("Connections"));
  view_->setModel(&filter_);
  view_->setItemDelegate(new ConnectionDelegate(view_));
  view_->setSelectionBehavior(QAbstractItemView::SelectRows);
  view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  view_->setAlternatingRowColors(true);
  view_->setShowGrid(false);
  view_->setWordWrap(false);
  view_->setTabKeyNavigation(false);
  view_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  view_->setContextMenuPolicy(Qt::CustomContextMenu);
  view_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  auto* const rows = view_->verticalHeader();
  rows->hide();
  rows->setSectionResizeMode(QHeaderView::Fixed);
  rows->setDefaultSectionSize(fontMetrics().height() + 8);
  auto* const header = new PaddedHeader(view_);
  view_->setHorizontalHeader(header);
  header->setSectionsClickable(true);
  header->setHighlightSections(false);
  header->setSectionsMovable(true);
  header->setSortIndicatorClearable(true);  // the third click returns to the order of arrival
  header->setSortIndicator(-1, Qt::AscendingOrder);
  view_->setSortingEnabled(true);
  auto* const layout = new QGridLayout(view_->viewport());
  layout->addWidget(note_, 0, 0, Qt::AlignCenter);
  // Nothing moves under a mouse button that is down.
  view_->viewport()->installEventFilter(this);
}

void ConnectionTable::connectFilter() {
  connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
          &ConnectionTable::selectionChanged);
  connect(view_, &QAbstractItemView::doubleClicked, this, &ConnectionTable::detailsWanted);
  connect(scope_, &ScopeBar::chosen, this, [this](std::optional<quint64> generation) {
    filter_.setGeneration(generation);
    refreshNote();
  });
  connect(note_, &TableNote::clearWanted, this, [this] {
    field_->clear();
    scope_->choose({});
  });
  connect(&filter_, &QAbstractItemModel::rowsInserted, this, &ConnectionTable::refreshNote);
  // Rows that went were perhaps selected; the selection model does not say so.
  const auto gone = [this] {
    refreshNote();
    Q_EMIT selectionChanged();
  };
  connect(&filter_, &QAbstractItemModel::rowsRemoved, this, gone);
  connect(&filter_, &QAbstractItemModel::modelReset, this, gone);
}

void ConnectionTable::setServer(ServerMonitor* server) {
  if (server_) server_->disconnect(this);
  server_ = server;
  if (server) connect(server, &ServerMonitor::statusChanged, this, &ConnectionTable::refreshNote);
  columns_->keep();
  filter_.setSourceModel(server ? server->connections() : nullptr);
  static_cast<ConnectionDelegate*>(view_->itemDelegate())
      ->setGenerations(server ? server->generations() : nullptr);
  columns_->restore();
  tick();
  scope_->setServer(server);
  refreshNote();
  Q_EMIT selectionChanged();
}

QStringList ConnectionTable::selectedIds() const {
  QStringList ids;
  for (const auto& index : view_->selectionModel()->selectedRows()) {
    ids += index.data(ConnectionModel::IdRole).toString();
  }
  return ids;
}

QList<ConnectionRow> ConnectionTable::rows(bool selectedOnly) const {
  QList<ConnectionRow> result;
  if (!server_) return result;
  const auto* const selection = view_->selectionModel();
  for (int row = 0; row < filter_.rowCount(); ++row) {
    if (selectedOnly && !selection->isRowSelected(row)) continue;
    result += filter_.at(row);
  }
  return result;
}

void ConnectionTable::setDimmed(bool dimmed) {
  if (dimmed == dimmed_) return;
  dimmed_ = dimmed;
  auto palette = QPalette();
  if (dimmed) palette.setColor(QPalette::Text, palette.color(QPalette::Disabled, QPalette::Text));
  view_->setPalette(palette);
}

void ConnectionTable::showOldest(quint64 generation) {
  field_->clear();
  scope_->choose(generation);
  view_->sortByColumn(ConnectionModel::OpenFor, Qt::DescendingOrder);
  if (filter_.rowCount() > 0) view_->selectRow(0);
  view_->setFocus(Qt::OtherFocusReason);
}

void ConnectionTable::setMenu(QMenu* menu) {
  connect(view_, &QWidget::customContextMenuRequested, this, [this, menu](const QPoint& where) {
    filter_.setFrozen(true);
    menu->popup(view_->viewport()->mapToGlobal(where));
  });
  connect(menu, &QMenu::aboutToHide, this, [this] { filter_.setFrozen(false); });
}

void ConnectionTable::tick() {
  if (!server_) return;
  server_->connections()->setMoment(server_->asOf());
  // Nothing but the ages changes by itself.
  const auto* const header = view_->horizontalHeader();
  for (const int column : {ConnectionModel::OpenFor, ConnectionModel::IdleFor}) {
    view_->viewport()->update(header->sectionViewportPosition(column), 0, header->sectionSize(column),
                              view_->viewport()->height());
  }
}

void ConnectionTable::applyFilter() {
  filter_.setText(field_->text());
  refreshNote();
}

void ConnectionTable::refreshNote() {
  const bool empty = filter_.rowCount() == 0 && server_ && server_->status();
  note_->setVisible(empty);
  if (empty) note_->explain(*server_, field_->text(), server_->connections()->rowCount() > 0);
}

bool ConnectionTable::eventFilter(QObject* watched, QEvent* event) {
  if (watched == field_) {
    if (event->type() == QEvent::Resize) {
      constexpr int margins = 16;
      const auto whole = field_->toolTip();
      const bool fits = field_->fontMetrics().horizontalAdvance(whole) + margins <= field_->width();
      field_->setPlaceholderText(fits ? whole : tr("Filter"));
    }
    return QWidget::eventFilter(watched, event);
  }
  if (event->type() == QEvent::MouseButtonPress) filter_.setFrozen(true);
  if (event->type() == QEvent::MouseButtonRelease) filter_.setFrozen(false);
  return QWidget::eventFilter(watched, event);
}

}  // namespace uninterruptible::admin
