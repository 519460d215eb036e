#include "ui/window/main_window.hpp"

#include <QAction>
#include <QEvent>
#include <QItemSelectionModel>
#include <QLineEdit>
#include <QMenuBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTableView>
#include <QToolBar>
#include <QToolButton>
#include <chrono>
#include <utility>

#include "core/servers/server_watch.hpp"
#include "core/text/wording.hpp"
#include "ui/banners/link_text.hpp"
#include "ui/connections/connection_table.hpp"
#include "ui/page/empty_page.hpp"
#include "ui/page/server_page.hpp"
#include "ui/style/action_icons.hpp"
#include "ui/style/plain_label.hpp"
#include "ui/window/action_rules.hpp"
#include "ui/window/server_list_view.hpp"

namespace uninterruptible::admin {

MainWindow::MainWindow(ServerWatch* watch, QString wanted, QWidget* parent)
    : QMainWindow(parent),
      watch_(watch),
      wanted_(std::move(wanted)),
      list_(new ServerListView(this)),
      stack_(new QStackedWidget(this)),
      emptyPage_(new EmptyPage(this)),
      page_(new ServerPage(this)) {
  setObjectName(QStringLiteral("mainWindow"));
  setWindowTitle(tr("Uninterruptible"));
  list_->setModel(watch_->servers());
  stack_->addWidget(emptyPage_);
  stack_->addWidget(page_);
  auto* const splitter = new QSplitter(this);
  splitter->addWidget(list_);
  splitter->addWidget(stack_);
  splitter->setStretchFactor(1, 1);
  splitter->setChildrenCollapsible(false);
  splitter->setSizes({fontMetrics().averageCharWidth() * 26, fontMetrics().averageCharWidth() * 140});
  setCentralWidget(splitter);
  resize(fontMetrics().averageCharWidth() * 170, fontMetrics().height() * 42);

  makeActions();
  drawIcons();
  makeMenus();
  makeToolBar();
  makeStatusBar();

  connect(list_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          [this](const QModelIndex& now) { chooseServer(now.row()); });
  connect(watch_->servers(), &QAbstractItemModel::rowsInserted, this, &MainWindow::serversChanged);
  connect(watch_->servers(), &QAbstractItemModel::rowsAboutToBeRemoved, this,
          [this](const QModelIndex&, int first, int last) {
            for (int row = first; row <= last; ++row) {
              if (watch_->servers()->at(row) == server_) showServer(nullptr);
            }
          });
  connect(watch_->servers(), &QAbstractItemModel::rowsRemoved, this, &MainWindow::serversChanged);
  connect(watch_, &ServerWatch::looked, this,
          [this] { emptyPage_->setSearch(watch_->directories(), wanted_); });
  connect(page_->connections(), &ConnectionTable::selectionChanged, this, [this] {
    refreshActions();
    refreshStatusBar();
  });
  connect(page_, &ServerPage::restartWanted, this, &MainWindow::askRestart);
  connect(page_, &ServerPage::removalWanted, this, &MainWindow::removeServer);
  connect(emptyPage_, &EmptyPage::lookAgain, watch_, &ServerWatch::lookAgain);
  clock_.setInterval(std::chrono::seconds(1));
  connect(&clock_, &QTimer::timeout, this, &MainWindow::tick);
  clock_.start();
  serversChanged();
  refreshActions();
  refreshStatusBar();
}

MainWindow::~MainWindow() {
  // The models outlive the window, but the views must not look at them while they go.
  watch_->servers()->disconnect(this);
  showServer(nullptr);
}

QAction* MainWindow::makeAction(const QString& objectName, const QString& text, const QString& tip) {
  auto* const action = new QAction(text, this);
  action->setObjectName(objectName);
  action->setStatusTip(tip);
  action->setToolTip(tip);
  return action;
}

void MainWindow::makeActions() {
  restart_ = makeAction(QStringLiteral("restartAction"), tr("&Restart..."),
                        tr("Start the next generation and hand over to it"));
  restart_->setShortcut(Qt::CTRL | Qt::Key_R);
  connect(restart_, &QAction::triggered, this, &MainWindow::askRestart);
  shutDown_ = makeAction(QStringLiteral("shutDownAction"), tr("&Shut Down..."),
                         tr("Accept nobody any more and end with the last connection"));
  shutDown_->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_Q);
  connect(shutDown_, &QAction::triggered, this, &MainWindow::askShutDown);
  close_ = makeAction(QStringLiteral("closeAction"), tr("&Close Connection"),
                      tr("End the selected connections politely"));
  close_->setShortcut(Qt::Key_Delete);
  connect(close_, &QAction::triggered, this, &MainWindow::closeSelected);
  filter_ = makeAction(QStringLiteral("filterAction"), tr("&Filter"),
                       tr("Show only connections with certain words"));
  filter_->setShortcut(QKeySequence::Find);
  connect(filter_, &QAction::triggered, this, [this] {
    page_->connections()->filterField()->setFocus(Qt::ShortcutFocusReason);
    page_->connections()->filterField()->selectAll();
  });
  lookAgain_ = makeAction(QStringLiteral("lookAgainAction"), tr("&Look Again"), tr("Look for servers now"));
  lookAgain_->setShortcut(Qt::Key_F5);
  connect(lookAgain_, &QAction::triggered, watch_, &ServerWatch::lookAgain);
  quit_ = makeAction(QStringLiteral("quitAction"), tr("&Quit"), tr("Close this window; the servers go on"));
  quit_->setShortcut(Qt::CTRL | Qt::Key_Q);
  connect(quit_, &QAction::triggered, this, &QWidget::close);
  page_->connections()->view()->addAction(close_);
}

void MainWindow::drawIcons() {
  restart_->setIcon(glyphIcon(Glyph::Restart, palette()));
  shutDown_->setIcon(glyphIcon(Glyph::ShutDown, palette()));
  close_->setIcon(glyphIcon(Glyph::Close, palette()));
}

void MainWindow::changeEvent(QEvent* event) {
  QMainWindow::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && close_) drawIcons();
}

void MainWindow::makeMenus() {
  auto* const server = menuBar()->addMenu(tr("&Server"));
  server->addActions({restart_, shutDown_});
  server->addSeparator();
  server->addActions({lookAgain_, quit_});
  auto* const connection = menuBar()->addMenu(tr("&Connection"));
  connection->addActions({close_, filter_});
}

void MainWindow::makeToolBar() {
  auto* const bar = addToolBar(tr("Actions"));
  bar->setObjectName(QStringLiteral("toolBar"));
  bar->setMovable(false);
  bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  bar->addActions({restart_, shutDown_});
  bar->addSeparator();
  bar->addAction(close_);
  for (const auto& [action, name] :
       {std::pair(restart_, "restartButton"), std::pair(shutDown_, "shutDownButton"),
        std::pair(close_, "closeButton")}) {
    auto* const button = bar->widgetForAction(action);
    button->setObjectName(QString::fromLatin1(name));
    button->setFocusPolicy(Qt::TabFocus);
  }
}

void MainWindow::makeStatusBar() {
  linkLabel_ = new PlainLabel(QStringLiteral("linkLabel"), this);
  selectionLabel_ = new PlainLabel(QStringLiteral("selectionLabel"), this);
  freshnessLabel_ = new PlainLabel(QStringLiteral("freshnessLabel"), this);
  for (auto* const label : {linkLabel_, selectionLabel_, freshnessLabel_})
    label->setContentsMargins(8, 2, 8, 2);
  statusBar()->addWidget(linkLabel_, 1);
  statusBar()->addPermanentWidget(selectionLabel_);
  statusBar()->addPermanentWidget(freshnessLabel_);
}

void MainWindow::applyRule(QAction* action, const ActionState& rule) {
  action->setEnabled(rule.enabled);
  action->setToolTip(rule.enabled ? action->statusTip() : rule.why);
}

void MainWindow::chooseServer(int row) { showServer(row < 0 ? nullptr : watch_->servers()->at(row)); }

void MainWindow::showServer(ServerMonitor* server) {
  if (server == server_) return;
  if (server_) server_->disconnect(this);
  server_ = server;
  page_->setServer(server);
  if (server) {
    connect(server, &ServerMonitor::linkChanged, this, [this] {
      refreshActions();
      refreshStatusBar();
    });
    connect(server, &ServerMonitor::statusChanged, this, [this] {
      updatedAt_ = wording::now();
      refreshActions();
      refreshStatusBar();
    });
    connect(server, &ServerMonitor::refused, this, &MainWindow::explainRefusal);
    connect(server, &ServerMonitor::closing, this, [this](const QStringList& ids) {
      constexpr int shownFor = 5000;
      statusBar()->showMessage(tr("Closing %1").arg(wording::connections(static_cast<quint64>(ids.size()))),
                               shownFor);
    });
  }
  updatedAt_ = wording::now();
  setWindowTitle(server ? tr("%1 - Uninterruptible").arg(server->name()) : tr("Uninterruptible"));
  stack_->setCurrentWidget(server ? static_cast<QWidget*>(page_) : emptyPage_);
  refreshActions();
  refreshStatusBar();
}

void MainWindow::serversChanged() {
  emptyPage_->setSearch(watch_->directories(), wanted_);
  auto* const servers = watch_->servers();
  if (server_ || servers->rowCount() == 0) return;
  // The one that was asked for comes first; without a wish, whoever is there.
  const int row = wanted_.isEmpty() ? 0 : servers->find(wanted_);
  if (row >= 0) list_->setCurrentIndex(servers->index(row));
  if (row >= 0) chooseServer(row);
}

void MainWindow::refreshActions() {
  Situation now;
  now.server = server_ != nullptr;
  if (server_) {
    now.phase = server_->link().phase;
    now.stopping = server_->link().stopping;
    now.restarting = server_->isRestarting();
    now.selected = static_cast<int>(page_->connections()->selectedIds().size());
  }
  const auto rules = actionRules(now);
  applyRule(restart_, rules.restart);
  applyRule(shutDown_, rules.shutDown);
  applyRule(close_, rules.close);
  filter_->setEnabled(now.server);
}

void MainWindow::refreshStatusBar() {
  if (!server_) {
    linkLabel_->setText(tr("Looking for servers"));
    selectionLabel_->clear();
    freshnessLabel_->clear();
    return;
  }
  const auto now = wording::now();
  linkLabel_->setText(linkText(*server_, now).shortText);
  const auto selected = page_->connections()->selectedIds().size();
  const auto all = server_->connections()->rowCount();
  selectionLabel_->setText(
      tr("%1 selected of %2")
          .arg(wording::number(static_cast<quint64>(selected)), wording::number(static_cast<quint64>(all))));
  freshnessLabel_->setText(server_->isConnected() ? tr("up to date")
                                                  : tr("as of %1").arg(wording::clock(updatedAt_)));
}

void MainWindow::tick() {
  if (isMinimized() || !isVisible()) return;
  page_->tick();
  refreshStatusBar();
}

}  // namespace uninterruptible::admin
