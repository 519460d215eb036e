#pragma once

#include <QAbstractListModel>
#include <QList>
#include <memory>
#include <vector>

#include "core/servers/discovery.hpp"
#include "core/servers/server_monitor.hpp"

namespace uninterruptible::admin {

/// The servers of this machine, in the order they were found. A server that went away stays in the list, so
/// that its last state can be read; one that was never reached goes with its socket.
class ServerListModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role { PathRole = Qt::UserRole, PhaseRole, CountRole };

  /// `io` must be running and must outlive this.
  explicit ServerListModel(QThread* io, QObject* parent = nullptr);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  [[nodiscard]] ServerMonitor* at(int row) const { return servers_.at(static_cast<std::size_t>(row)).get(); }
  [[nodiscard]] int find(const QString& name) const;

 public Q_SLOTS:
  void setFound(const QList<uninterruptible::admin::FoundServer>& found);
  /// Takes a server off the list that is no longer there.
  void remove(int row);

 private:
  void add(const FoundServer& server);

  QThread* const io_;
  std::vector<std::unique_ptr<ServerMonitor>> servers_;
};

}  // namespace uninterruptible::admin
