#include "ui/tray/server_notices.hpp"

#include <utility>

#include "core/servers/server_list_model.hpp"
#include "core/servers/server_monitor.hpp"
#include "core/text/wording.hpp"
#include "ui/banners/link_text.hpp"

namespace uninterruptible::admin {
namespace {

QString titleOf(Notice notice, const ServerMonitor& server, RestartReport::Outcome outcome) {
  switch (notice) {
    case Notice::RestartFailed:
      return outcome == RestartReport::Outcome::RolledBack
                 ? ServerNotices::tr("The restart of %1 was rolled back").arg(server.name())
                 : ServerNotices::tr("The restart of %1 failed").arg(server.name());
    case Notice::RestartFinished: return ServerNotices::tr("%1 has restarted").arg(server.name());
    case Notice::ServerLost: return ServerNotices::tr("Lost %1").arg(server.name());
    case Notice::None: break;
  }
  return {};
}

QString textOf(Notice notice, const ServerMonitor& server, const RestartReport& report) {
  switch (notice) {
    case Notice::RestartFailed:
      return report.reason() + QLatin1Char('\n') +
             report.consequence(server.status() ? server.status()->generation : 0);
    case Notice::RestartFinished: return report.headline(wording::now());
    case Notice::ServerLost: return linkText(contactWith(server), wording::now()).bannerText;
    case Notice::None: break;
  }
  return {};
}

}  // namespace

ServerNotices::ServerNotices(ServerListModel* servers, std::function<bool()> foreground, QObject* parent)
    : QObject(parent), servers_(servers), foreground_(std::move(foreground)) {
  const auto each = [this](int first, int last, auto&& what) {
    for (int row = first; row <= last; ++row) what(servers_->at(row));
  };
  each(0, servers_->rowCount() - 1, [this](auto* server) { watch(server); });
  connect(servers_, &QAbstractItemModel::rowsInserted, this,
          [this, each](const QModelIndex&, int first, int last) {
            each(first, last, [this](auto* server) { watch(server); });
          });
  connect(servers_, &QAbstractItemModel::rowsAboutToBeRemoved, this,
          [this, each](const QModelIndex&, int first, int last) {
            each(first, last, [this](auto* server) {
              server->disconnect(this);
              outlooks_.remove(server);
            });
          });
}

void ServerNotices::watch(ServerMonitor* server) {
  outlooks_.insert(server, {});
  const auto changed = [this, server] { look(server); };
  connect(server, &ServerMonitor::linkChanged, this, changed);
  connect(server, &ServerMonitor::statusChanged, this, changed);
  look(server);
}

void ServerNotices::look(ServerMonitor* server) {
  const auto before = outlooks_.value(server);
  const auto& report = std::as_const(*server).steps()->report();
  Outlook now{.phase = server->link().phase,
              .outcome = report.outcome(),
              .endedAt = report.endedAt(),
              .metAt = before.metAt};
  if (now.metAt == 0 && server->isConnected()) now.metAt = wording::now();
  outlooks_.insert(server, now);
  const auto notice = noticeFor(before, now, foreground_());
  if (notice == Notice::None) return;
  Q_EMIT noticed(notice, titleOf(notice, *server, report.outcome()), textOf(notice, *server, report));
}

}  // namespace uninterruptible::admin
