#pragma once

#include <QElapsedTimer>
#include <QHash>
#include <QLocalSocket>
#include <QObject>
#include <QSet>
#include <QTimer>
#include <chrono>

#include "core/link/link_events.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::admin {

/// The connection to one server: QLocalSocket below, control::Session in it, ready-made batches out of it.
/// Follows the server from generation to generation and connects again after a loss, 250 ms to 5 s apart.
/// Threads: lives in the I/O thread; all slots and signals cross threads by queue. Never blocks.
class ServerLink : public QObject {
  Q_OBJECT

 public:
  explicit ServerLink(QString path, QObject* parent = nullptr);

 public Q_SLOTS:
  void start();
  /// Connects now instead of later, if there is no connection.
  void retry();
  void restart();
  void shutDown();
  void closeConnections(const QStringList& ids);

 Q_SIGNALS:
  void statusChanged(const uninterruptible::admin::LinkStatus& status);
  void batchReady(const uninterruptible::admin::LinkBatch& batch);
  /// A request came to nothing; `message` is for the user.
  void refused(uninterruptible::admin::LinkRequest request, const QString& message);
  /// These connections were told to close.
  void closing(const QStringList& ids);

 private:
  void connectNow();
  void checkPeer();
  void read();
  void write();
  void settle(int attempt);
  void schedule();
  void follow();
  void abandonRequests();
  void disconnectQuietly();
  void setPhase(LinkPhase phase, const QString& reason = {});
  void fail(LinkPhase phase, const QString& reason);
  void subscribe();
  void request(LinkRequest kind, std::uint64_t number);
  bool ready(LinkRequest kind);
  void queueFlush();
  void flush();

  void handle(const control::Hello& event);
  void handle(const control::Failure& event);
  void handle(const control::StatusReply& event);
  void handle(const control::RestartReply& event);
  void handle(const control::CancelReply& event);
  void handle(const control::CloseReply& event);
  void handle(const control::ShutdownReply& event);
  void handle(const control::GenerationsChanged& event);
  void handle(const control::ConnectionsChanged& event);
  void handle(const control::Step& event);
  void handle(const control::Moved& event);
  void handle(const control::Stopping& event);
  void handle(const control::ProtocolError& event);
  void handle(const control::ConnectionsReply&) {}
  void handle(const control::SubscribeReply&) {}
  void handle(const control::ExtendDrainReply&) {}
  void handle(const control::LogLevelReply&) {}

  const QString path_;
  QLocalSocket socket_{this};
  control::Session session_;
  QTimer retryTimer_{this};
  QTimer helloTimer_{this};
  QTimer flushTimer_{this};
  QElapsedTimer sinceFlush_;

  LinkStatus status_;
  int connectNumber_ = 0;  ///< tells reports of an older socket from those of this one
  bool greeted_ = false;
  bool everGreeted_ = false;
  QString rejection_;  ///< what the server said instead of a greeting
  qint64 followUntil_ = 0;
  std::chrono::milliseconds backoff_{};

  quint64 generation_ = 0;  ///< highest seen in this chain of generations
  QHash<quint64, pid_t> pids_;
  quint64 lastStep_ = 0;
  quint64 lastDelta_ = 0;
  QHash<std::uint64_t, LinkRequest> pending_;

  LinkBatch batch_;
  bool dirty_ = false;
  bool collecting_ = false;  ///< pages of a snapshot are coming in
  QHash<QString, ConnectionRow> changed_;
  QSet<QString> removed_;
};

}  // namespace uninterruptible::admin
