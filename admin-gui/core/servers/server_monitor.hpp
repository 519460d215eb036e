#pragma once

#include <QObject>
#include <optional>

#include "core/connections/connection_model.hpp"
#include "core/generations/generation_list_model.hpp"
#include "core/link/link_events.hpp"
#include "core/restart/restart_step_model.hpp"

class QThread;

namespace uninterruptible::admin {

class ServerLink;

/// One server as the window knows it: how the link stands, what the server says, its models, and the requests
/// one can make of it. Lives in the GUI thread and owns the link in the I/O thread; nothing here waits.
class ServerMonitor : public QObject {
  Q_OBJECT

 public:
  /// `io` must be running and must outlive this.
  ServerMonitor(QString name, QString path, QThread* io, QObject* parent = nullptr);
  ~ServerMonitor() override;

  [[nodiscard]] const QString& name() const noexcept { return name_; }
  [[nodiscard]] const QString& path() const noexcept { return path_; }
  [[nodiscard]] const LinkStatus& link() const noexcept { return link_; }
  /// The latest status, also while the link is down; empty before the first.
  [[nodiscard]] const std::optional<control::ServerStatus>& status() const noexcept { return status_; }
  /// Open connections of all generations.
  [[nodiscard]] quint64 connectionCount() const;
  /// A restart goes on that has not come to FINAL yet.
  [[nodiscard]] bool isRestarting() const;
  [[nodiscard]] bool isConnected() const noexcept { return link_.phase == LinkPhase::Connected; }

  [[nodiscard]] ConnectionModel* connections() noexcept { return &connections_; }
  [[nodiscard]] GenerationListModel* generations() noexcept { return &generations_; }
  [[nodiscard]] RestartStepModel* steps() noexcept { return &steps_; }

 public Q_SLOTS:
  void retry();
  void restart();
  void shutDown();
  void closeConnections(const QStringList& ids);

 Q_SIGNALS:
  void linkChanged();
  void statusChanged();
  void refused(uninterruptible::admin::LinkRequest request, const QString& message);
  void closing(const QStringList& ids);

 private:
  void takeBatch(const LinkBatch& batch);

  const QString name_;
  const QString path_;
  LinkStatus link_;
  std::optional<control::ServerStatus> status_;
  ConnectionModel connections_;
  GenerationListModel generations_;
  RestartStepModel steps_;
  ServerLink* worker_;  ///< lives in the I/O thread and is deleted there
};

}  // namespace uninterruptible::admin
