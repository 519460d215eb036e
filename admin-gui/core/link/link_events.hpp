#pragma once

#include <QList>
#include <QMetaType>
#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

#include "core/connections/connection_row.hpp"
#include "core/events/event_row.hpp"
#include "core/history/restart_entry.hpp"
#include "core/link/link_command.hpp"
#include "core/link/socket_file.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::admin {

/// How a ServerLink stands to its server.
enum class LinkPhase {
  Connecting,    ///< nothing is known yet
  Connected,     ///< greeted; batches come
  Following,     ///< the connection ended and the next generation is being looked for; no reason to worry yet
  Lost,          ///< was connected, is not, and that lasts
  Stale,         ///< a socket without a server behind it
  Denied,        ///< this user may not open the socket
  Distrusted,    ///< the directory or the peer is not to be trusted
  Incompatible,  ///< speaks another protocol
  Silent,        ///< accepted the connection and says nothing
  Unreachable,   ///< what leads there failed, as an ssh that could not log in
  Ended,         ///< ended in order, as was announced
};

/// The phase and what a person should know about it.
struct LinkStatus {
  LinkPhase phase = LinkPhase::Connecting;
  QString reason;           ///< from the system or the server; may be empty
  qint64 since = 0;         ///< Unix milliseconds: when contact was lost, or the phase began
  int attempt = 0;          ///< attempts to connect since then
  qint64 nextTry = 0;       ///< Unix milliseconds; 0: no attempt is planned
  quint64 next = 0;         ///< for Following: the generation that takes over, 0 if it was not named
  bool stopping = false;    ///< the ordered end has begun
  bool mayOperate = true;   ///< else this user only observes
  bool mayReadLog = true;   ///< the program's log can be followed
  QStringList output{};     ///< for Unreachable: what ssh and the far side said
  SocketFile file{};        ///< for Denied and Stale
  qint64 peer = 0;          ///< for Silent: the process that listens, 0 if that is not known
  QString peerCondition{};  ///< for Silent: how that process stands, as a sentence
};

/// What happened since the batch before; made in the I/O thread, at most every 200 ms.
struct LinkBatch {
  bool otherServer = false;  ///< what was known before is about another server: forget it first
  std::optional<control::ServerStatus> status{};
  bool snapshot = false;             ///< `connections` are all there are
  QList<ConnectionRow> connections;  ///< new and changed ones
  QStringList removed;
  std::vector<control::Step> steps;
  QList<EventRow> events;        ///< in the order in which they were told
  QList<RestartEntry> restarts;  ///< of the history: new and changed ones
  bool wholeHistory = false;     ///< `restarts` are all there are
};

/// A request was carried out.
struct LinkAnswer {
  LinkRequest request = LinkRequest::Restart;
  quint64 count = 0;                        ///< connections that were told to close
  bool queued = false;                      ///< the restart waits for the one that goes on
  std::vector<control::DrainEnd> drains{};  ///< whose cut-off was moved
};

}  // namespace uninterruptible::admin

Q_DECLARE_METATYPE(uninterruptible::admin::LinkStatus)
Q_DECLARE_METATYPE(uninterruptible::admin::LinkBatch)
Q_DECLARE_METATYPE(uninterruptible::admin::LinkAnswer)
