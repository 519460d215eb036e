#include <QItemSelectionModel>
#include <QPointer>

#include "core/servers/server_watch.hpp"
#include "core/text/wording.hpp"
#include "ui/connections/connection_table.hpp"
#include "ui/dialogs/confirm_dialog.hpp"
#include "ui/page/server_page.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/server_list_view.hpp"

// What the actions of the window do: ask where something is at stake, then tell the server.
namespace uninterruptible::admin {

void MainWindow::askRestart() {
  if (!server_) return;
  const auto consequence = tr("New connections go to a new process. Those that are open (%1) may finish on "
                              "the old one. If the new "
                              "process does not get ready, the old one goes on serving.")
                               .arg(wording::number(server_->connectionCount()));
  auto* const dialog =
      new ConfirmDialog(QStringLiteral("restartDialog"), ConfirmDialog::Kind::Ordinary,
                        tr("Restart %1?").arg(server_->name()), consequence, tr("Restart"), this);
  // The server the question was about, also if another one is chosen meanwhile.
  connect(dialog, &QDialog::accepted, server_, &ServerMonitor::restart);
  connect(server_, &QObject::destroyed, dialog, &QDialog::reject);
  dialog->open();
}

void MainWindow::askShutDown() {
  if (!server_) return;
  const auto consequence =
      tr("New clients are refused from now on. Those that are connected (%1) may finish; %2 "
         "ends with the last one.")
          .arg(wording::number(server_->connectionCount()), server_->name());
  auto* const dialog =
      new ConfirmDialog(QStringLiteral("shutDownDialog"), ConfirmDialog::Kind::Destructive,
                        tr("Shut down %1?").arg(server_->name()), consequence, tr("Shut Down"), this);
  connect(dialog, &QDialog::accepted, server_, &ServerMonitor::shutDown);
  connect(server_, &QObject::destroyed, dialog, &QDialog::reject);
  dialog->open();
}

void MainWindow::closeSelected() {
  if (!server_) return;
  const auto ids = page_->connections()->selectedIds();
  constexpr qsizetype unasked = 10;
  if (ids.size() <= unasked) {
    if (!ids.isEmpty()) server_->closeConnections(ids);
    return;
  }
  auto* const dialog = new ConfirmDialog(
      QStringLiteral("closeDialog"), ConfirmDialog::Kind::Destructive,
      tr("Close %1?").arg(wording::connections(static_cast<quint64>(ids.size()))),
      tr("Each client gets what the server still has to say to it, and then the end of the connection."),
      tr("Close Connections"), this);
  connect(dialog, &QDialog::accepted, server_, [server = server_, ids] { server->closeConnections(ids); });
  connect(server_, &QObject::destroyed, dialog, &QDialog::reject);
  dialog->open();
}

void MainWindow::removeServer() {
  const auto row = list_->currentIndex().row();
  if (row >= 0 && watch_->servers()->at(row) == server_) watch_->servers()->remove(row);
}

void MainWindow::explainRefusal(LinkRequest request, const QString& message) {
  switch (request) {
    case LinkRequest::Restart: return page_->notify(tr("No restart: %1").arg(message));
    case LinkRequest::ShutDown: return page_->notify(tr("Not shut down: %1").arg(message));
    case LinkRequest::Close: return page_->notify(tr("Not closed: %1").arg(message));
  }
}

}  // namespace uninterruptible::admin
