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
    case CountRole: return QVariant::fromValue<quint64>(server->connectionCount());
    case Qt::AccessibleTextRole:
      return tr("%1, %2").arg(server->name(), wording::connections(server->connectionCount()));
    default: return {};
  }
}

int ServerListModel::find(const QString& name) const {
  const auto found =
      std::ranges::find_if(servers_, [&](const auto& server) { return server->name() == name; });
  return found == servers_.end() ? -1 : static_cast<int>(found - servers_.begin());
}

void ServerListModel::setFound(const QList<FoundServer>& found) {
  for (int row = rowCount() - 1; row >= 0; --row) {
    auto* const server = at(row);
    const bool there =
        std::ranges::any_of(found, [&](const auto& target) { return target.path == server->path(); });
    if (!there && !server->status()) remove(row);
    if (there && server->link().phase == LinkPhase::Ended) server->retry();
  }
  for (const auto& target : found) {
    const bool known =
        std::ranges::any_of(servers_, [&](const auto& server) { return server->path() == target.path; });
    if (!known) add(target);
  }
}

void ServerListModel::remove(int row) {
  beginRemoveRows({}, row, row);
  const auto gone = std::move(servers_[static_cast<std::size_t>(row)]);
  servers_.erase(servers_.begin() + row);
  endRemoveRows();
}

void ServerListModel::add(const FoundServer& found) {
  auto server = std::make_unique<ServerMonitor>(wording::plain(found.name.toStdString()), found.path, io_);
  const auto touch = [this, raw = server.get()] {
    const auto place = std::ranges::find_if(servers_, [raw](const auto& that) { return that.get() == raw; });
    if (place == servers_.end()) return;
    const auto row = index(static_cast<int>(place - servers_.begin()));
    Q_EMIT dataChanged(row, row);
  };
  connect(server.get(), &ServerMonitor::linkChanged, this, touch);
  connect(server.get(), &ServerMonitor::statusChanged, this, touch);
  beginInsertRows({}, rowCount(), rowCount());
  servers_.push_back(std::move(server));
  endInsertRows();
}

}  // namespace uninterruptible::admin
