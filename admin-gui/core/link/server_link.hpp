#pragma once

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QTimer>
#include <chrono>
#include <memory>

#include "core/connections/held_changes.hpp"
#include "core/events/event_feed.hpp"
#include "core/history/history_feed.hpp"
#include "core/link/link_events.hpp"
#include "core/link/link_transport.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::admin {

/// The connection to one server: bytes of a transport below, control::Session in it, ready-made batches out
/// of it. Follows the server from generation to generation and connects again after a loss, 250 ms to 5 s
/// apart. Threads: lives in the I/O thread; all slots and signals cross threads by queue. Never blocks.
class ServerLink : public QObject {
  Q_OBJECT

 public:
  /// `path` is that of the socket file, for what is to be said of it; empty where there is none here.
  ServerLink(std::unique_ptr<LinkTransport> transport, QString path, QObject* parent = nullptr);
  ~ServerLink() override;

 public Q_SLOTS:
  void start();
  /// Connects now instead of later, if there is no connection.
  void retry();
  /// Does not connect any more by itself; ends what has come to no greeting.
  void stopTrying();
  /// Waits on for a server that has not greeted, and says so again later.
  void keepWaiting();
  /// Removes the socket file of a server that does not live any more.
  void removeFile();
  void send(const uninterruptible::admin::LinkCommand& command);
  /// Batches come at most this often from now on.
  void setInterval(std::chrono::milliseconds interval);
  /// Lines of the program's log come among the events from now on, or do not.
  void followLog(bool wanted);

 Q_SIGNALS:
  void statusChanged(const uninterruptible::admin::LinkStatus& status);
  void batchReady(const uninterruptible::admin::LinkBatch& batch);
  /// A request came to nothing; `message` is for the user.
  void refused(uninterruptible::admin::LinkRequest request, const QString& message);
  void answered(const uninterruptible::admin::LinkAnswer& answer);
  /// The socket file could not be removed, for this reason.
  void fileKept(const QString& reason);

 private:
  void connectNow();
  void greetingExpected();
  void read();
  /// Whether the same stream goes on with another connection to the server.
  bool beginAnew();
  void write();
  void settle(const TransportEnd& end);
  void schedule();
  void follow();
  /// The transport goes on to generation `next` (0: that is not known) by itself.
  void followOnStream(quint64 next);
  void abandonRequests();
  void disconnectQuietly();
  void setPhase(LinkPhase phase, const QString& reason = {});
  void fail(LinkPhase phase, const QString& reason);
  void saySilent();
  void subscribe();
  void askHistory();
  void historyMayChange();
  void lookSoon();
  void request(LinkRequest kind, std::uint64_t number);
  void answer(std::uint64_t number, LinkAnswer answer);
  std::uint64_t ask(const LinkCommand& command);
  void queueFlush();
  void flush();

  void handle(const control::Hello& event);
  void handle(const control::Failure& event);
  void handle(const control::StatusReply& event);
  void handle(const control::RestartReply& event);
  void handle(const control::CancelReply& event);
  void handle(const control::CloseReply& event);
  void handle(const control::ShutdownReply& event);
  void handle(const control::ExtendDrainReply& event);
  void handle(const control::GenerationsChanged& event);
  void handle(const control::ConnectionsChanged& event);
  void handle(const control::Step& event);
  void handle(const control::LogLine& event);
  void handle(const control::HistoryReply& event);
  void handle(const control::Moved& event);
  void handle(const control::Stopping& event);
  void handle(const control::ProtocolError& event);
  /// Replies to what is never asked here, and to what is asked without waiting.
  template <typename Other>
  void handle(const Other&) {}

  LinkTransport* const transport_;  ///< a child, so that it moves to the thread along
  const QString path_;
  control::Session session_;
  QTimer retryTimer_{this};
  QTimer helloTimer_{this};
  QTimer flushTimer_{this};
  QElapsedTimer sinceFlush_;
  std::chrono::milliseconds interval_;

  LinkStatus status_;
  int connectNumber_ = 0;  ///< tells an older connection from this one
  bool greeted_ = false;
  bool everGreeted_ = false;
  bool givenUp_ = false;
  QString rejection_;  ///< what the server said instead of a greeting
  qint64 followUntil_ = 0;
  std::chrono::milliseconds backoff_{};

  quint64 generation_ = 0;  ///< highest seen in this chain of generations
  QHash<quint64, pid_t> pids_;
  quint64 lastStep_ = 0;
  quint64 lastDelta_ = 0;
  QHash<std::uint64_t, LinkRequest> pending_;

  EventFeed events_;
  bool followsLog_ = false;
  HistoryFeed history_;
  QTimer historyTimer_{this};         ///< looks again at what goes on
  std::uint64_t historyRequest_ = 0;  ///< the one that is out; 0: none

  LinkBatch batch_;
  bool dirty_ = false;
  bool collecting_ = false;  ///< pages of a snapshot are coming in
  HeldChanges changes_;
};

}  // namespace uninterruptible::admin
