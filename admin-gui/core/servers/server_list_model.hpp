#pragma once

#include <QAbstractListModel>
#include <QList>
#include <chrono>
#include <memory>
#include <vector>

#include "core/servers/discovery.hpp"
#include "core/servers/server_monitor.hpp"

namespace uninterruptible::admin {

/// The servers of this machine in the order they were found, then those that were added, by host. A server of
/// this machine that went away stays in the list, so that its last state can be read; one that was never
/// reached goes with its socket.
class ServerListModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role {
    PathRole = Qt::UserRole,  ///< of the control socket
    PhaseRole,                ///< LinkPhase as int
    CountRole,                ///< open connections
    GroupRole                 ///< the host as people read it
  };

  /// `io` must be running and must outlive this.
  explicit ServerListModel(QThread* io, QObject* parent = nullptr);
  /// Those that come from now on are only looked at.
  void setReadOnly(bool readOnly) { readOnly_ = readOnly; }

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  /// Owned by this, and gone when its row is.
  [[nodiscard]] ServerMonitor* at(int row) const { return servers_.at(static_cast<std::size_t>(row)).get(); }
  /// The row of a server by its name or by what `uninterruptiblectl -s` takes; -1 if it is not there.
  [[nodiscard]] int find(const QString& name) const;
  /// Those that were added and not found, in their order.
  [[nodiscard]] QList<ServerAddress> added() const;
  /// Contact with a server that is not in the list, to see whether there is any.
  [[nodiscard]] std::unique_ptr<ServerMonitor> probe(const ServerAddress& address) const;

 public Q_SLOTS:
  /// `changed`: files came or went just now, so that a server that was lost may be back.
  void setFound(const QList<uninterruptible::admin::ServerAddress>& found, bool changed = false);
  /// Takes a server into the list that is reached by ssh; one that is there already stays as it is.
  void add(const uninterruptible::admin::ServerAddress& address);
  /// Batches of all servers, those that come later too, come at most this often.
  void setInterval(std::chrono::milliseconds interval);
  /// Takes a server off the list that is no longer there.
  void remove(int row);

 private:
  void insert(int row, const ServerAddress& address);

  QThread* const io_;
  std::chrono::milliseconds interval_{200};
  bool readOnly_ = false;
  std::vector<std::unique_ptr<ServerMonitor>> servers_;
};

}  // namespace uninterruptible::admin
