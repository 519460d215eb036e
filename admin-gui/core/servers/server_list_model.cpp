#include "core/servers/server_list_model.hpp"

#include <algorithm>

#include "core/text/wording.hpp"

namespace uninterruptible::admin {

ServerListModel::ServerListModel(QThread* io, QObject* parent) : QAbstractListModel(parent), io_(io) {}

int ServerListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(servers_.size());
}

QVariant ServerListModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto* const server = at(index.row());
  switch (role) {
    case Qt::DisplayRole: return server->name();
    case PathRole: return server->path();
    case PhaseRole: return static_cast<int>(server->link().phase);
    case GroupRole: return server->address().isLocal() ? tr("This Computer") : server->address().host;
    case CountRole: return QVariant::fromValue<quint64>(server->connectionCount());
    case Qt::AccessibleTextRole:
      return tr("%1 on %2: %3")
          .arg(server->name(), index.data(GroupRole).toString(),
               wording::connections(server->connectionCount()));
    default: return {};
  }
}

int ServerListModel::find(const QString& name) const {
  const auto found = std::ranges::find_if(servers_, [&](const auto& server) {
    return server->name() == name || server->address().argument() == name;
  });
  return found == servers_.end() ? -1 : static_cast<int>(found - servers_.begin());
}

QList<ServerAddress> ServerListModel::added() const {
  QList<ServerAddress> result;
  for (const auto& server : servers_) {
    if (!server->address().isLocal()) result += server->address();
  }
  return result;
}

std::unique_ptr<ServerMonitor> ServerListModel::probe(const ServerAddress& address) const {
  return std::make_unique<ServerMonitor>(address, io_);
}

void ServerListModel::setFound(const QList<ServerAddress>& found, bool changed) {
  for (int row = rowCount() - 1; row >= 0; --row) {
    auto* const server = at(row);
    if (!server->address().isLocal()) continue;
    const bool there =
        std::ranges::any_of(found, [&](const auto& target) { return target.path == server->path(); });
    if (!there && !server->status()) {
      remove(row);
      continue;
    }
    const auto& link = server->link();
    const bool waits = (link.phase == LinkPhase::Lost || link.phase == LinkPhase::Stale) && link.nextTry != 0;
    if (there && (link.phase == LinkPhase::Ended || (changed && waits))) server->retry();
  }
  for (const auto& target : found) {
    const bool known =
        std::ranges::any_of(servers_, [&](const auto& server) { return server->path() == target.path; });
    if (known) continue;
    const auto end =
        std::ranges::find_if(servers_, [](const auto& that) { return !that->address().isLocal(); });
    insert(static_cast<int>(end - servers_.begin()), target);
  }
}

void ServerListModel::add(const ServerAddress& address) {
  if (std::ranges::any_of(servers_, [&](const auto& that) { return that->address() == address; })) return;
  // Behind the last one of its host.
  const auto last = std::ranges::find_if(servers_.rbegin(), servers_.rend(), [&](const auto& that) {
    return that->address().host == address.host;
  });
  insert(last == servers_.rend() ? rowCount() : static_cast<int>(servers_.rend() - last), address);
}

void ServerListModel::setInterval(std::chrono::milliseconds interval) {
  interval_ = interval;
  for (const auto& server : servers_) server->setInterval(interval);
}

void ServerListModel::remove(int row) {
  beginRemoveRows({}, row, row);
  const auto gone = std::move(servers_[static_cast<std::size_t>(row)]);
  servers_.erase(servers_.begin() + row);
  endRemoveRows();
}

void ServerListModel::insert(int row, const ServerAddress& address) {
  auto server = std::make_unique<ServerMonitor>(address, io_);
  server->setInterval(interval_);
  server->setReadOnly(readOnly_);
  const auto touch = [this, raw = server.get()] {
    const auto place = std::ranges::find_if(servers_, [raw](const auto& that) { return that.get() == raw; });
    if (place == servers_.end()) return;
    const auto changed = index(static_cast<int>(place - servers_.begin()));
    Q_EMIT dataChanged(changed, changed);
  };
  connect(server.get(), &ServerMonitor::linkChanged, this, touch);
  connect(server.get(), &ServerMonitor::statusChanged, this, touch);
  beginInsertRows({}, row, row);
  servers_.insert(servers_.begin() + row, std::move(server));
  endInsertRows();
}

}  // namespace uninterruptible::admin
