#include "ui/window/main_window.hpp"

#include <QAction>
#include <QCloseEvent>
#include <QEvent>
#include <QGuiApplication>
#include <QItemSelectionModel>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <chrono>
#include <utility>

#include "core/servers/server_watch.hpp"
#include "core/settings/settings.hpp"
#include "core/text/wording.hpp"
#include "ui/banners/undo_bar.hpp"
#include "ui/connections/connection_table.hpp"
#include "ui/connections/table_columns.hpp"
#include "ui/generations/generation_cards.hpp"
#include "ui/page/empty_page.hpp"
#include "ui/page/server_page.hpp"
#include "ui/restart/restart_strip.hpp"
#include "ui/tray/tray.hpp"
#include "ui/window/server_commands.hpp"
#include "ui/window/server_list_view.hpp"
#include "ui/window/status_line.hpp"
#include "ui/window/tab_order.hpp"
#include "ui/window/window_actions.hpp"

namespace uninterruptible::admin {

MainWindow::MainWindow(ServerWatch* watch, Settings* settings, QString wanted, QWidget* parent)
    : QMainWindow(parent),
      watch_(watch),
      settings_(settings),
      wanted_(std::move(wanted)),
      splitter_(new QSplitter(this)),
      list_(new ServerListView(this)),
      stack_(new QStackedWidget(this)),
      emptyPage_(new EmptyPage(this)),
      page_(new ServerPage(settings, this)),
      status_(new StatusLine(statusBar())),
      actions_(new WindowActions(this)),
      commands_(new ServerCommands(this, settings, page_->undo())),
      tray_(new Tray(this, watch->servers())) {
  setObjectName(QStringLiteral("mainWindow"));
  setWindowTitle(tr("Uninterruptible"));
  arrange();
  makeGeneralActions();
  makePastActions();
  actions_->drawIcons(palette());
  makeMenus();
  makeToolBar();
  makeServerKeys();
  connectParts();
  setGuide({});
  applySettings();
  addKnownServers();
  clock_.setInterval(std::chrono::seconds(1));
  connect(&clock_, &QTimer::timeout, this, &MainWindow::tick);
  clock_.start();
  serversChanged();
  refreshActions();
  refreshStatus();
}

MainWindow::~MainWindow() {
  // The models outlive the window, but the views must not look at them while they go.
  watch_->servers()->disconnect(this);
  showServer(nullptr);
}

void MainWindow::arrange() {
  list_->setModel(watch_->servers());
  stack_->addWidget(emptyPage_);
  stack_->addWidget(page_);
  splitter_->setObjectName(QStringLiteral("serverSplitter"));
  splitter_->addWidget(list_);
  splitter_->addWidget(stack_);
  splitter_->setStretchFactor(1, 1);
  splitter_->setChildrenCollapsible(false);
  splitter_->setSizes({fontMetrics().averageCharWidth() * 26, fontMetrics().averageCharWidth() * 148});
  setCentralWidget(splitter_);
  resize(fontMetrics().averageCharWidth() * 178, fontMetrics().height() * 46);
  if (const auto geometry = settings_->windowGeometry(); !geometry.isEmpty()) restoreGeometry(geometry);
  if (const auto state = settings_->splitter(splitter_->objectName()); !state.isEmpty()) {
    splitter_->restoreState(state);
  }
}

void MainWindow::addKnownServers() {
  for (const auto& address : settings_->servers()) watch_->servers()->add(address);
  if (const auto wished = ServerAddress::ofSsh(wanted_)) watch_->servers()->add(*wished);
}

void MainWindow::connectParts() {
  auto* const servers = watch_->servers();
  connect(list_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          [this](const QModelIndex& now) { chooseServer(now.row()); });
  connect(servers, &QAbstractItemModel::rowsInserted, this, &MainWindow::serversChanged);
  connect(servers, &QAbstractItemModel::rowsAboutToBeRemoved, this,
          [this](const QModelIndex&, int first, int last) {
            for (int row = first; row <= last; ++row) {
              if (watch_->servers()->at(row) == server_) showServer(nullptr);
            }
          });
  connect(servers, &QAbstractItemModel::rowsRemoved, this, &MainWindow::serversChanged);
  connect(watch_, &ServerWatch::looked, this,
          [this] { emptyPage_->setSearch(watch_->directories(), wanted_); });
  connect(watch_, &ServerWatch::written, this, [this](const QString& path, const QString& reason) {
    if (reason.isEmpty()) return say(tr("Written to %1").arg(path));
    page_->notify(tr("%1 was not written: %2").arg(path, reason));
  });
  connect(emptyPage_, &EmptyPage::lookAgain, watch_, &ServerWatch::lookAgain);
  connect(emptyPage_, &EmptyPage::addServer, addServer_, &QAction::trigger);
  connect(emptyPage_, &EmptyPage::openGuide, guide_, &QAction::trigger);
  connect(tray_, &Tray::windowWanted, this, &MainWindow::comeForward);
  connect(tray_, &Tray::quitWanted, this, &MainWindow::quit);
  connect(actions_, &WindowActions::triggered, this, &MainWindow::carryOut);
  connect(actions_, &WindowActions::copyWanted, this, &MainWindow::copyAsCommand);
  connect(page_, &ServerPage::chosen, this, &MainWindow::act);
  connect(page_->strip(), &RestartStrip::tryAgain, this, [this] { carryOut(Action::Restart); });
  connect(page_->strip(), &RestartStrip::cancelWanted, this, [this] { carryOut(Action::CancelRestart); });
  auto* const cards = page_->cards();
  connect(cards, &GenerationCards::showOldest, this, &MainWindow::showOldest);
  connect(cards, &GenerationCards::closeIdle, commands_, &ServerCommands::closeIdle);
  connect(cards, &GenerationCards::cutOff, commands_, &ServerCommands::cutOff);
  connect(cards, &GenerationCards::extend, commands_, &ServerCommands::extend);
  auto* const table = page_->connections();
  connect(table, &ConnectionTable::detailsWanted, this, &MainWindow::toggleDetails);
  connect(table, &ConnectionTable::selectionChanged, this, [this] {
    refreshActions();
    refreshStatus();
  });
}

void MainWindow::changeEvent(QEvent* event) {
  QMainWindow::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && actions_) actions_->drawIcons(palette());
}

// Nothing is asked: a restart that goes on is the server's, and what was asked for is done.
void MainWindow::closeEvent(QCloseEvent* event) {
  page_->undo()->commit();
  settings_->setWindowGeometry(saveGeometry());
  settings_->setSplitter(splitter_->objectName(), splitter_->saveState());
  page_->keepLayout();
  page_->connections()->columns()->keep();
  const auto rule = ruleFor(closing());
  if (!rule.staysInTray) return QMainWindow::closeEvent(event);
  // The icon is left, and the program with it.
  event->ignore();
  QGuiApplication::setQuitOnLastWindowClosed(false);
  hide();
  if (!rule.hint) return;
  settings_->setHinted();
  tray_->hint();
}

Closing MainWindow::closing() const {
  Closing now{.trayShown = tray_->isShown(),
              .quitting = quitting_,
              .sessionEnds = qGuiApp->isSavingSession(),
              .restarting = false,
              .hinted = settings_->wasHinted()};
  const auto* const servers = watch_->servers();
  for (int row = 0; row < servers->rowCount(); ++row) {
    now.restarting = now.restarting || servers->at(row)->isRestarting();
  }
  return now;
}

bool MainWindow::focusNextPrevChild(bool next) {
  const auto stops = tabStops(*this);
  if (stops.isEmpty()) return false;
  const auto now = stops.indexOf(focusWidget());
  // From what is none of them the first or last one comes next.
  const auto place =
      now < 0 ? (next ? 0 : stops.size() - 1) : (now + (next ? 1 : stops.size() - 1)) % stops.size();
  stops.at(place)->setFocus(next ? Qt::TabFocusReason : Qt::BacktabFocusReason);
  return true;
}

void MainWindow::chooseServer(int row) { showServer(row < 0 ? nullptr : watch_->servers()->at(row)); }

void MainWindow::showServer(ServerMonitor* server) {
  if (server == server_) return;
  if (server_) {
    server_->disconnect(this);
    server_->followLog(false);  // it is for who looks
  }
  server_ = server;
  page_->setServer(server);
  followLog();
  commands_->setServer(server);
  if (server) {
    const auto changed = [this] {
      refreshActions();
      refreshStatus();
    };
    connect(server, &ServerMonitor::linkChanged, this, changed);
    connect(server, &ServerMonitor::statusChanged, this, [this, changed] {
      updatedAt_ = wording::now();
      changed();
    });
    connect(server, &ServerMonitor::refused, this, [this](LinkRequest request, const QString& reason) {
      page_->notify(sentenceFor(request, reason));
    });
    connect(server, &ServerMonitor::answered, this,
            [this](const LinkAnswer& answer) { say(sentenceFor(answer)); });
  }
  updatedAt_ = wording::now();
  setWindowTitle(server ? tr("%1 - Uninterruptible").arg(server->name()) : tr("Uninterruptible"));
  stack_->setCurrentWidget(server ? static_cast<QWidget*>(page_) : emptyPage_);
  refreshActions();
  refreshStatus();
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

Situation MainWindow::situation() const {
  Situation now;
  now.server = server_ != nullptr;
  if (!server_) return now;
  now.phase = server_->link().phase;
  now.mayOperate = server_->link().mayOperate;
  now.paused = server_->pausedAt() != 0;
  now.stopping = server_->link().stopping;
  now.restart = stageOf(server_->restartStep(), server_->isRestarting());
  if (const auto& status = server_->status()) {
    for (const auto& generation : status->generations) {
      if (generation.state == "draining") ++now.draining;
      if (generation.cut_off_at) ++now.limited;
    }
  }
  now.selected = static_cast<int>(page_->connections()->selectedIds().size());
  now.shown = page_->connections()->shownCount();
  return now;
}

void MainWindow::refreshActions() {
  actions_->apply(situation());
  refreshPast();
}

void MainWindow::refreshStatus() {
  status_->refresh(server_, page_->connections()->selectedIds().size(), updatedAt_);
}

void MainWindow::tick() {
  if (isMinimized() || !isVisible()) return;
  page_->tick();
  refreshStatus();
}

}  // namespace uninterruptible::admin
