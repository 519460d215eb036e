#include "ui/connections/connection_table.hpp"

#include <QAction>
#include <QEvent>
#include <QGridLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QStyleOptionHeader>
#include <QTableView>
#include <algorithm>
#include <chrono>

#include "core/servers/server_monitor.hpp"
#include "core/text/wording.hpp"
#include "ui/connections/connection_delegate.hpp"
#include "ui/style/plain_label.hpp"

namespace uninterruptible::admin {
namespace {

/// Widths in average characters; the label takes what is left.
int characters(int column) {
  switch (column) {
    case ConnectionModel::Id: return 12;
    case ConnectionModel::Generation: return 17;
    case ConnectionModel::State: return 13;
    case ConnectionModel::Peer: return 28;
    case ConnectionModel::Label: return 16;
    default: return 13;
  }
}

/// `tcp://0.0.0.0:6789` as something one can type.
QString invitation(const ServerMonitor& server) {
  if (!server.status() || server.status()->addresses.empty()) return {};
  const auto address = wording::plain(server.status()->addresses.front());
  const auto port = address.section(QLatin1Char(':'), -1);
  const auto host = address.section(QStringLiteral("//"), 1).chopped(port.size() + 1);
  if (address.startsWith(QLatin1String("tcp:"))) {
    const bool any = host == QLatin1String("0.0.0.0") || host == QLatin1String("[::]");
    return ConnectionTable::tr("Try: nc %1 %2").arg(any ? QStringLiteral("localhost") : host, port);
  }
  if (address.startsWith(QLatin1String("unix:"))) {
    return ConnectionTable::tr("Try: nc -U %1").arg(address.section(QStringLiteral("//"), 1));
  }
  return {};
}

/// Keeps the same room around its words as the cells below it do.
class PaddedHeader : public QHeaderView {
 public:
  explicit PaddedHeader(QWidget* parent) : QHeaderView(Qt::Horizontal, parent) {}

 protected:
  void initStyleOptionForIndex(QStyleOptionHeader* option, int section) const override {
    QHeaderView::initStyleOptionForIndex(option, section);
    option->text = QLatin1Char(' ') + option->text + QLatin1Char(' ');
  }
};

}  // namespace

ConnectionTable::ConnectionTable(QWidget* parent)
    : QWidget(parent),
      title_(new PlainLabel(QStringLiteral("connectionsTitle"), this)),
      field_(new QLineEdit(this)),
      view_(new QTableView(this)),
      note_(new QWidget(view_->viewport())),
      noteText_(new PlainLabel(QStringLiteral("connectionsNote"), note_)),
      clear_(new QPushButton(tr("Clear Filter"), note_)) {
  setObjectName(QStringLiteral("connectionPane"));
  title_->setText(tr("Connections"));
  title_->setScale(1.1, true);
  field_->setObjectName(QStringLiteral("filterField"));
  field_->setAccessibleName(tr("Filter"));
  field_->setPlaceholderText(tr("Filter: id, peer, label, state"));
  field_->setClearButtonEnabled(true);
  field_->setMaximumWidth(fontMetrics().averageCharWidth() * 44);
  auto* const escape = new QAction(field_);
  escape->setShortcut(Qt::Key_Escape);
  escape->setShortcutContext(Qt::WidgetShortcut);
  connect(escape, &QAction::triggered, field_, &QLineEdit::clear);
  field_->addAction(escape);
  clear_->setObjectName(QStringLiteral("clearFilterButton"));
  connect(clear_, &QPushButton::clicked, field_, &QLineEdit::clear);

  typing_.setSingleShot(true);
  typing_.setInterval(std::chrono::milliseconds(150));
  connect(field_, &QLineEdit::textChanged, this, [this](const QString& text) {
    if (!text.isEmpty()) return typing_.start();
    typing_.stop();
    filter_.setText({});
    refreshNote();
  });
  connect(&typing_, &QTimer::timeout, this, [this] {
    filter_.setText(field_->text());
    refreshNote();
  });
  setUpView();

  auto* const head = new QHBoxLayout;
  head->addWidget(title_);
  head->addStretch(1);
  head->addWidget(field_, 2);
  auto* const layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(6);
  layout->addLayout(head);
  layout->addWidget(view_, 1);
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
  view_->setContextMenuPolicy(Qt::ActionsContextMenu);
  view_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  auto* const rows = view_->verticalHeader();
  rows->hide();
  rows->setSectionResizeMode(QHeaderView::Fixed);
  rows->setDefaultSectionSize(fontMetrics().height() + 8);
  auto* const columns = new PaddedHeader(view_);
  view_->setHorizontalHeader(columns);
  columns->setSectionsClickable(true);
  columns->setHighlightSections(false);
  columns->setSectionsMovable(true);
  columns->setSortIndicatorClearable(true);
  columns->setSortIndicator(-1, Qt::AscendingOrder);
  view_->setSortingEnabled(true);

  auto* const layout = new QGridLayout(view_->viewport());
  layout->addWidget(note_, 0, 0, Qt::AlignCenter);
  auto* const inner = new QVBoxLayout(note_);
  inner->addWidget(noteText_, 0, Qt::AlignHCenter);
  inner->addWidget(clear_, 0, Qt::AlignHCenter);
  noteText_->setAlignment(Qt::AlignCenter);
  noteText_->setSubdued();
  noteText_->setTextInteractionFlags(Qt::TextSelectableByMouse);

  // Nothing moves under a mouse button that is down.
  view_->viewport()->installEventFilter(this);
  connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
          &ConnectionTable::selectionChanged);
  // All ages as of one moment, not those of the changed rows alone.
  connect(&filter_, &QAbstractItemModel::dataChanged, this, &ConnectionTable::tick);
  connect(&filter_, &QAbstractItemModel::rowsInserted, this, &ConnectionTable::refreshNote);
  connect(&filter_, &QAbstractItemModel::rowsRemoved, this, [this] {
    refreshNote();
    Q_EMIT selectionChanged();  // rows that went were perhaps selected; the selection model does not say so
  });
}

void ConnectionTable::setServer(ServerMonitor* server) {
  if (server_) server_->disconnect(this);
  server_ = server;
  if (server) connect(server, &ServerMonitor::statusChanged, this, &ConnectionTable::refreshNote);
  filter_.setSourceModel(server ? server->connections() : nullptr);
  static_cast<ConnectionDelegate*>(view_->itemDelegate())
      ->setGenerations(server ? server->generations() : nullptr);
  auto* const columns = view_->horizontalHeader();
  for (int column = 0; column < columns->count(); ++column) {
    columns->resizeSection(column, characters(column) * fontMetrics().averageCharWidth());
  }
  if (columns->count() > 0) columns->setSectionResizeMode(ConnectionModel::Label, QHeaderView::Stretch);
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

void ConnectionTable::setDimmed(bool dimmed) {
  auto palette = QPalette();
  if (dimmed) palette.setColor(QPalette::Text, palette.color(QPalette::Disabled, QPalette::Text));
  view_->setPalette(palette);
}

void ConnectionTable::tick() { view_->viewport()->update(); }

void ConnectionTable::refreshNote() {
  const bool empty = filter_.rowCount() == 0 && server_ && server_->status();
  note_->setVisible(empty);
  if (!empty) return;
  const bool filtered = server_->connections()->rowCount() > 0;
  clear_->setVisible(filtered);
  noteText_->setText(filtered ? tr("No connection matches \"%1\".").arg(field_->text())
                              : tr("Nobody is connected.") + QLatin1Char('\n') + invitation(*server_));
}

bool ConnectionTable::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::MouseButtonPress) filter_.setFrozen(true);
  if (event->type() == QEvent::MouseButtonRelease) filter_.setFrozen(false);
  return QWidget::eventFilter(watched, event);
}

}  // namespace uninterruptible::admin
