#include <QAction>
#include <QMenu>
#include <QMenuBar>
#include <QShortcut>
#include <QTableView>
#include <QToolBar>
#include <QToolButton>

#include "core/servers/server_address.hpp"
#include "core/servers/server_watch.hpp"
#include "core/settings/settings.hpp"
#include "ui/connections/connection_table.hpp"
#include "ui/connections/table_columns.hpp"
#include "ui/page/past_panel.hpp"
#include "ui/page/server_page.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/server_list_view.hpp"
#include "ui/window/window_actions.hpp"

// Where the actions of the window are found: menus, tool bar, the table's menu, keys.
namespace uninterruptible::admin {

QAction* MainWindow::makeAction(const QString& objectName, const QString& text, const QString& tip,
                                const QKeySequence& key) {
  auto* const action = new QAction(text, this);
  action->setObjectName(objectName);
  action->setStatusTip(tip);
  action->setToolTip(tip);
  action->setShortcut(key);
  return action;
}

void MainWindow::makeGeneralActions() {
  lookAgain_ = makeAction(QStringLiteral("lookAgainAction"), tr("&Look Again"), tr("Look for servers now"),
                          Qt::Key_F5);
  connect(lookAgain_, &QAction::triggered, watch_, &ServerWatch::lookAgain);
  addServer_ = makeAction(QStringLiteral("addServerAction"), tr("A&dd Server..."),
                          tr("Take a server into the list that is reached by ssh"), Qt::CTRL | Qt::Key_N);
  connect(addServer_, &QAction::triggered, this, [this] { addServer({}); });
  quit_ = makeAction(QStringLiteral("quitAction"), tr("&Quit"), tr("End this program; the servers go on"),
                     Qt::CTRL | Qt::Key_Q);
  connect(quit_, &QAction::triggered, this, &MainWindow::quit);
  preferences_ = makeAction(QStringLiteral("preferencesAction"), tr("P&references..."),
                            tr("Choose how this program shows things"), Qt::CTRL | Qt::Key_Comma);
  connect(preferences_, &QAction::triggered, this, &MainWindow::showPreferences);
  shortcuts_ = makeAction(QStringLiteral("shortcutsAction"), tr("&Keyboard Shortcuts"),
                          tr("Show all keys of this program"), Qt::Key_F1);
  connect(shortcuts_, &QAction::triggered, this, &MainWindow::showShortcuts);
  guide_ = makeAction(QStringLiteral("guideAction"), tr("Open &Guide"), tr("Read how this program is used"));
  connect(guide_, &QAction::triggered, this, &MainWindow::openGuide);
  about_ = makeAction(QStringLiteral("aboutAction"), tr("&About Uninterruptible"), tr("Show the version"));
  connect(about_, &QAction::triggered, this, &MainWindow::showAbout);
}

void MainWindow::makePastActions() {
  showEvents_ = makeAction(QStringLiteral("showEventsAction"), tr("Show &Events"),
                           tr("Show what happens to the server, or hide it"), Qt::CTRL | Qt::Key_T);
  showHistory_ = makeAction(QStringLiteral("showHistoryAction"), tr("Show Re&starts"),
                            tr("Show the restarts of the server so far, or hide them"), Qt::CTRL | Qt::Key_H);
  showLog_ = makeAction(QStringLiteral("showLogAction"), tr("Show &Log Lines"),
                        tr("Show what the program logs among the events"), Qt::CTRL | Qt::Key_L);
  for (auto* const action : {showEvents_, showHistory_, showLog_}) action->setCheckable(true);
  showLog_->setChecked(settings_->showsLog());
  auto* const past = page_->past();
  connect(showEvents_, &QAction::triggered, past, [past] { past->toggle(PastPanel::Events); });
  connect(showHistory_, &QAction::triggered, past, [past] { past->toggle(PastPanel::History); });
  connect(showLog_, &QAction::triggered, this, [this, past](bool wanted) {
    settings_->setShowsLog(wanted);
    followLog();
    if (wanted && !past->shows(PastPanel::Events)) past->toggle(PastPanel::Events);
  });
  connect(past, &PastPanel::turned, this, &MainWindow::refreshPast);
}

void MainWindow::makeMenus() {
  const auto at = [this](Action action) { return actions_->at(action); };
  auto* const server = menuBar()->addMenu(tr("&Server"));
  server->addActions({at(Action::Restart), at(Action::CancelRestart), at(Action::Rehearse)});
  server->addSeparator();
  server->addActions({at(Action::ShowOldest), at(Action::Extend), at(Action::CloseIdle), at(Action::CutOff)});
  server->addSeparator();
  server->addActions({at(Action::ShutDown), at(Action::ShutDownNow)});
  server->addSeparator();
  auto* const copy = server->addMenu(tr("Copy as &Command"));
  copy->setObjectName(QStringLiteral("copyMenu"));
  copy->addActions(actions_->copiers());
  server->addSeparator();
  server->addActions({addServer_, lookAgain_, at(Action::RemoveServer), quit_});

  auto* const connection = menuBar()->addMenu(tr("&Connection"));
  connection->addActions({at(Action::Close), at(Action::Cut)});
  connection->addSeparator();
  connection->addActions({at(Action::Details), at(Action::CopyRows), at(Action::Export)});

  auto* const view = menuBar()->addMenu(tr("&View"));
  view->addActions({at(Action::Filter), at(Action::Pause)});
  view->addSeparator();
  view->addActions({showEvents_, showHistory_, showLog_});
  view->addSeparator();
  auto* const columns = view->addMenu(tr("&Columns"));
  columns->setObjectName(QStringLiteral("columnsMenu"));
  connect(columns, &QMenu::aboutToShow, this,
          [this, columns] { page_->connections()->columns()->fill(columns); });
  view->addAction(preferences_);

  auto* const help = menuBar()->addMenu(tr("&Help"));
  help->addActions({guide_, shortcuts_, about_});

  auto* const context = new QMenu(this);
  context->setObjectName(QStringLiteral("connectionMenu"));
  context->addActions({at(Action::Details), at(Action::Close), at(Action::Cut)});
  context->addSeparator();
  context->addAction(at(Action::CopyRows));
  auto* const commands = context->addMenu(tr("Copy as Command"));
  commands->addActions({actions_->copierOf(Action::Close), actions_->copierOf(Action::Cut)});
  page_->connections()->setMenu(context);
  // Keys that mean something else elsewhere count in the table only.
  page_->connections()->view()->addActions(
      {at(Action::Close), at(Action::Cut), at(Action::Details), at(Action::CopyRows)});
}

void MainWindow::makeToolBar() {
  auto* const bar = addToolBar(tr("Actions"));
  bar->setObjectName(QStringLiteral("toolBar"));
  bar->setMovable(false);
  bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  const auto add = [&](Action action, const char* name) {
    bar->addAction(actions_->at(action));
    auto* const button = bar->widgetForAction(actions_->at(action));
    button->setObjectName(QString::fromLatin1(name));
    button->setFocusPolicy(Qt::TabFocus);
  };
  add(Action::Restart, "restartButton");
  add(Action::CancelRestart, "cancelButtonOfBar");
  add(Action::ShutDown, "shutDownButton");
  bar->addSeparator();
  add(Action::Close, "closeButton");
  bar->addSeparator();
  add(Action::Pause, "pauseButton");
}

// Ctrl+1 to Ctrl+9 choose a server.
void MainWindow::makeServerKeys() {
  for (int place = 0; place < 9; ++place) {
    auto* const key = new QShortcut(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + place)), this);
    connect(key, &QShortcut::activated, this, [this, place] {
      const auto index = watch_->servers()->index(place);
      if (index.isValid()) list_->setCurrentIndex(index);
    });
  }
}

}  // namespace uninterruptible::admin
