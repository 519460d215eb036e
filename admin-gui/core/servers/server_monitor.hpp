#pragma once

#include <QHash>
#include <QObject>
#include <QTimer>
#include <optional>

#include "core/connections/connection_model.hpp"
#include "core/connections/held_changes.hpp"
#include "core/events/event_model.hpp"
#include "core/generations/generation_history.hpp"
#include "core/generations/generation_list_model.hpp"
#include "core/history/history_model.hpp"
#include "core/link/link_events.hpp"
#include "core/restart/restart_step_model.hpp"
#include "core/servers/server_address.hpp"

class QThread;

namespace uninterruptible::admin {

class ServerLink;

/// One server as the window knows it: how the link stands, what the server says, its models, and the requests
/// one can make of it. Lives in the GUI thread and owns the link in the I/O thread; nothing here waits.
class ServerMonitor : public QObject {
  Q_OBJECT

 public:
  /// `io` must be running and must outlive this.
  ServerMonitor(ServerAddress address, QThread* io, QObject* parent = nullptr);
  ~ServerMonitor() override;

  /// What people call it; plain text.
  [[nodiscard]] const QString& name() const noexcept { return name_; }
  [[nodiscard]] const ServerAddress& address() const noexcept { return address_; }
  /// The path of its control socket; empty where it is reached by ssh.
  [[nodiscard]] const QString& path() const noexcept { return address_.path; }
  [[nodiscard]] const LinkStatus& link() const noexcept { return link_; }
  /// The latest status, also while the link is down; empty before the first.
  [[nodiscard]] const std::optional<control::ServerStatus>& status() const noexcept { return status_; }
  /// Open connections of all generations.
  [[nodiscard]] quint64 connectionCount() const;
  /// A restart goes on that has not come to FINAL yet.
  [[nodiscard]] bool isRestarting() const;
  /// The step that a restart has come to, as in the protocol; empty where none goes on.
  [[nodiscard]] QString restartStep() const;
  /// A generation by its number; nullptr if it is not there (any more).
  [[nodiscard]] const control::GenerationStatus* generation(quint64 number) const;
  /// Sampled each second while there is contact.
  [[nodiscard]] const GenerationHistory& history() const noexcept { return history_; }
  /// Connections are not brought up to date since then (Unix milliseconds); 0: they are.
  [[nodiscard]] qint64 pausedAt() const noexcept { return pausedAt_; }
  [[nodiscard]] qsizetype changesWaiting() const { return held_.count(); }
  /// Nothing is asked of the server but to tell, whatever this user may do.
  [[nodiscard]] bool isReadOnly() const noexcept { return readOnly_; }
  void setReadOnly(bool readOnly);
  [[nodiscard]] bool isConnected() const noexcept { return link_.phase == LinkPhase::Connected; }
  /// What is known is how it is, but for the moments of a change of generations.
  [[nodiscard]] bool isCurrent() const;
  /// The moment that all of it is about (Unix milliseconds): now, or when contact was lost.
  [[nodiscard]] qint64 asOf() const;

  [[nodiscard]] ConnectionModel* connections() noexcept { return &connections_; }
  [[nodiscard]] const ConnectionModel* connections() const noexcept { return &connections_; }
  [[nodiscard]] GenerationListModel* generations() noexcept { return &generations_; }
  [[nodiscard]] RestartStepModel* steps() noexcept { return &steps_; }
  [[nodiscard]] const RestartStepModel* steps() const noexcept { return &steps_; }
  [[nodiscard]] EventModel* events() noexcept { return &events_; }
  [[nodiscard]] HistoryModel* restarts() noexcept { return &restarts_; }
  /// The program's version in a generation, also one that is gone; plain text, empty where it is not known.
  [[nodiscard]] QString versionOf(quint64 generation) const { return versions_.value(generation); }

 public Q_SLOTS:
  /// Connects now instead of later, if there is no connection.
  void retry();
  /// Does not connect any more by itself; ends what has come to no greeting.
  void stopTrying();
  /// Waits on for a server that has not greeted, and says so again later.
  void keepWaiting();
  /// Removes the socket file that a dead server left behind; `fileKept` follows where that fails.
  void removeFile();
  /// Asks the server for something; `answered` or `refused` follows. Nothing is sent when read-only.
  void send(const uninterruptible::admin::LinkCommand& command);
  /// Holds changes of connections back until it is false; of the rest nothing.
  void setPaused(bool paused);
  /// Batches come at most this often from now on.
  void setInterval(std::chrono::milliseconds interval);
  /// Lines of the program's log come among the events from now on; when they do not, those there go.
  void followLog(bool wanted);

 Q_SIGNALS:
  void linkChanged();
  /// status(), isRestarting() or what is paused may be different.
  void statusChanged();
  /// history() has a new sample.
  void sampled();
  /// A request came to nothing; `message` is for the user.
  void refused(uninterruptible::admin::LinkRequest request, const QString& message);
  void answered(const uninterruptible::admin::LinkAnswer& answer);
  /// The socket file could not be removed, for this reason.
  void fileKept(const QString& reason);

 private:
  void takeBatch(const LinkBatch& batch);
  void takeConnections(const LinkBatch& batch);
  void takePast(const LinkBatch& batch);

  const ServerAddress address_;
  const QString name_;
  LinkStatus link_;
  std::optional<control::ServerStatus> status_;
  ConnectionModel connections_;
  GenerationListModel generations_;
  RestartStepModel steps_;
  EventModel events_;
  HistoryModel restarts_;
  QHash<quint64, QString> versions_;
  bool followsLog_ = false;
  GenerationHistory history_;
  QTimer sampling_;
  HeldChanges held_;
  qint64 pausedAt_ = 0;
  qint64 lastContact_ = 0;
  bool readOnly_ = false;
  ServerLink* worker_;  ///< lives in the I/O thread and is deleted there
};

}  // namespace uninterruptible::admin
