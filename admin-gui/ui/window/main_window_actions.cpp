#include <QAction>
#include <QClipboard>
#include <QDesktopServices>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLineEdit>
#include <QStatusBar>
#include <QTableView>
#include <QUrl>

#include "core/connections/connection_export.hpp"
#include "core/servers/server_watch.hpp"
#include "core/settings/settings.hpp"
#include "core/text/wording.hpp"
#include "ui/connections/connection_table.hpp"
#include "ui/dialogs/about_dialog.hpp"
#include "ui/dialogs/add_server_dialog.hpp"
#include "ui/dialogs/confirm_dialog.hpp"
#include "ui/dialogs/output_dialog.hpp"
#include "ui/dialogs/preferences_dialog.hpp"
#include "ui/dialogs/shortcuts_dialog.hpp"
#include "ui/page/empty_page.hpp"
#include "ui/page/past_panel.hpp"
#include "ui/page/server_page.hpp"
#include "ui/tray/tray.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/server_commands.hpp"
#include "ui/window/server_list_view.hpp"
#include "ui/window/window_actions.hpp"

// What the actions of the window do. Those on a server are ServerCommands'.
namespace uninterruptible::admin {

void MainWindow::carryOut(Action action) {
  if (!server_) return;
  auto* const table = page_->connections();
  switch (action) {
    case Action::ShowOldest: return showOldest(commands_->longestDraining());
    case Action::Details: return toggleDetails();
    case Action::CopyRows: return copyRows();
    case Action::Export: return exportRows();
    case Action::Pause: return server_->setPaused(server_->pausedAt() == 0);
    case Action::RemoveServer: return removeServer();
    case Action::Filter:
      table->filterField()->setFocus(Qt::ShortcutFocusReason);
      return table->filterField()->selectAll();
    default: commands_->carryOut(action, table->selectedIds());
  }
}

void MainWindow::copyAsCommand(Action action) {
  const auto line = commands_->lineFor(action, page_->connections()->selectedIds());
  if (line.isEmpty()) return;
  QGuiApplication::clipboard()->setText(line);
  say(tr("Copied: %1").arg(line));
}

void MainWindow::act(BannerVerb verb) {
  switch (verb) {
    case BannerVerb::RemoveFromList: return removeServer();
    case BannerVerb::RemoveFile: return askRemoveFile();
    case BannerVerb::Edit: return editServer();
    case BannerVerb::ShowOutput:
      if (!server_) return;
      return (new OutputDialog(tr("What ssh said"), server_->link().output, this))->open();
    case BannerVerb::CutOff: return carryOut(Action::ShutDownNow);
    default: return;
  }
}

void MainWindow::showOldest(quint64 generation) {
  if (generation != 0) page_->connections()->showOldest(generation);
}

void MainWindow::toggleDetails() {
  const auto ids = page_->connections()->selectedIds();
  if (page_->showsDetails() || ids.isEmpty()) return page_->hideDetails();
  page_->showDetails(ids.front());
}

void MainWindow::copyRows() {
  const auto rows = page_->connections()->rows(true);
  QGuiApplication::clipboard()->setText(toTsv(rows));
  say(tr("Copied %Ln connection(s)", nullptr, static_cast<int>(rows.size())));
}

void MainWindow::exportRows() {
  auto* const dialog = new QFileDialog(this, tr("Export Connections"));
  dialog->setObjectName(QStringLiteral("exportDialog"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setNameFilters({tr("CSV (*.csv)"), tr("JSON (*.json)")});
  dialog->setDefaultSuffix(QStringLiteral("csv"));
  connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
    dialog->setDefaultSuffix(filter.contains(QLatin1String("json")) ? QStringLiteral("json")
                                                                    : QStringLiteral("csv"));
  });
  connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
    const auto format = path.endsWith(QLatin1String(".json")) ? ExportFormat::Json : ExportFormat::Csv;
    watch_->write(path, exported(page_->connections()->rows(false), format));
  });
  dialog->open();
}

void MainWindow::addServer(const ServerAddress& address) {
  auto* const dialog = new AddServerDialog(watch_, address, this);
  connect(dialog, &QDialog::accepted, this, [this, dialog] {
    auto* const servers = watch_->servers();
    servers->add(dialog->address());
    settings_->setServers(servers->added());
    list_->setCurrentIndex(servers->index(servers->find(dialog->address().argument())));
  });
  dialog->open();
}

void MainWindow::editServer() {
  if (!server_) return;
  auto* const dialog = new AddServerDialog(watch_, server_->address(), this);
  // The one that was edited goes; the server it was is another one.
  connect(dialog, &QDialog::accepted, server_, [this, dialog, edited = server_] {
    const auto address = dialog->address();
    auto* const servers = watch_->servers();
    if (address != edited->address()) {
      servers->add(address);
      servers->remove(servers->find(edited->address().argument()));
    }
    settings_->setServers(servers->added());
    list_->setCurrentIndex(servers->index(servers->find(address.argument())));
  });
  connect(server_, &QObject::destroyed, dialog, &QDialog::reject);
  dialog->open();
}

void MainWindow::removeServer() {
  const auto row = list_->currentIndex().row();
  if (row < 0 || watch_->servers()->at(row) != server_) return;
  watch_->servers()->remove(row);
  settings_->setServers(watch_->servers()->added());
}

void MainWindow::askRemoveFile() {
  auto* const dialog = new ConfirmDialog(
      {.objectName = QStringLiteral("removeFileDialog"),
       .title = tr("Remove the file of %1?").arg(server_->name()),
       .consequence = tr("%1 leads to no server any more. It is removed only if that is still so.")
                          .arg(wording::plain(server_->path().toStdString())),
       .verb = tr("Remove File"),
       .destructive = true},
      this);
  connect(dialog, &QDialog::accepted, server_, &ServerMonitor::removeFile);
  connect(server_, &QObject::destroyed, dialog, &QDialog::reject);
  dialog->open();
}

void MainWindow::showPreferences() {
  auto* const dialog = new PreferencesDialog(settings_, tray_->isAvailable(), this);
  connect(dialog, &QDialog::accepted, this, &MainWindow::applySettings);
  dialog->open();
}

void MainWindow::showShortcuts() {
  QList<const QAction*> all;
  for (const auto* const action : findChildren<QAction*>()) {
    if (!action->shortcut().isEmpty()) all += action;
  }
  (new ShortcutsDialog(all, this))->open();
}

void MainWindow::showAbout() { (new AboutDialog(this))->open(); }

void MainWindow::setGuide(const QString& path) {
  guidePath_ = path;
  guide_->setEnabled(!path.isEmpty());
  guide_->setToolTip(path.isEmpty() ? tr("The guide was not installed with this program.")
                                    : guide_->statusTip());
  emptyPage_->setGuide(guide_->isEnabled(), guide_->toolTip());
}

void MainWindow::openGuide() {
  if (QDesktopServices::openUrl(QUrl::fromLocalFile(guidePath_))) return;
  const auto sentence = tr("No program was found that opens %1").arg(guidePath_);
  // The page with the banner is there only for a server.
  server_ ? page_->notify(sentence) : say(sentence);
}

void MainWindow::comeForward() {
  QGuiApplication::setQuitOnLastWindowClosed(true);
  setWindowState(windowState() & ~Qt::WindowMinimized);
  show();
  raise();
  activateWindow();
}

void MainWindow::quit() {
  quitting_ = true;
  const bool hidden = !isVisible();
  close();
  // Closing a window that is not there ends nothing.
  if (hidden) QCoreApplication::quit();
}

void MainWindow::applySettings() {
  wording::setFormat({.binarySizes = settings_->usesBinarySizes(), .moments = settings_->showsMoments()});
  watch_->servers()->setInterval(settings_->interval());
  tray_->setWanted(settings_->usesTray());
  page_->tick();
  page_->connections()->view()->viewport()->update();
}

void MainWindow::refreshPast() {
  const auto* const past = page_->past();
  showEvents_->setChecked(past->shows(PastPanel::Events));
  showHistory_->setChecked(past->shows(PastPanel::History));
  const bool may = !server_ || server_->link().mayReadLog;
  showLog_->setEnabled(may);
  showLog_->setToolTip(may ? showLog_->statusTip()
                           : tr("Your user may look at the server, but not at the program's log."));
}

void MainWindow::followLog() {
  if (server_) server_->followLog(settings_->showsLog());
}

void MainWindow::say(const QString& sentence) {
  constexpr int shownFor = 5000;
  if (!sentence.isEmpty()) statusBar()->showMessage(sentence, shownFor);
}

}  // namespace uninterruptible::admin
