#include <algorithm>

#include "core/link/server_link.hpp"
#include "core/text/wording.hpp"

// What a ServerLink does with each thing a server says.
namespace uninterruptible::admin {

void ServerLink::handle(const control::Hello& event) {
  helloTimer_.stop();
  if (event.protocol != control::protocol_version) {
    disconnectQuietly();
    return fail(LinkPhase::Incompatible, tr("%1 speaks protocol %2, this program speaks %3.")
                                             .arg(wording::plain(event.name))
                                             .arg(event.protocol)
                                             .arg(control::protocol_version));
  }
  // A number above all that were seen, or a process that was seen, continues the chain; anything else is a
  // server that was started afresh under the same name.
  const bool known = pids_.value(event.generation) == event.pid || event.generation > generation_;
  if (everGreeted_ && !known) {
    batch_ = {};
    batch_.otherServer = true;
    lastStep_ = 0;
    pids_.clear();
    generation_ = 0;
  }
  generation_ = std::max<quint64>(generation_, event.generation);
  pids_.insert(event.generation, event.pid);
  greeted_ = true;
  everGreeted_ = true;
  backoff_ = {};
  // Pages of a snapshot that broke off.
  collecting_ = false;
  batch_.snapshot = false;
  changed_.clear();
  removed_.clear();
  status_.attempt = 0;
  status_.nextTry = 0;
  status_.stopping = false;
  rejection_.clear();
  subscribe();
  queueFlush();
  setPhase(LinkPhase::Connected);
}

void ServerLink::handle(const control::Failure& event) {
  if (!greeted_) rejection_ = wording::plain(event.message);  // it hangs up after that
  const auto kind = pending_.constFind(event.request);
  if (kind == pending_.cend()) return;
  const auto what = *kind;
  pending_.erase(kind);
  Q_EMIT refused(what, wording::plain(event.message));
}

void ServerLink::handle(const control::StatusReply& event) {
  handle(control::GenerationsChanged{event.status});
}

void ServerLink::handle(const control::GenerationsChanged& event) {
  for (const auto& generation : event.status.generations) {
    generation_ = std::max<quint64>(generation_, generation.generation);
    pids_.insert(generation.generation, generation.pid);
  }
  batch_.status = event.status;
  queueFlush();
}

void ServerLink::handle(const control::RestartReply& event) { pending_.remove(event.request); }
void ServerLink::handle(const control::CancelReply& event) { pending_.remove(event.request); }

void ServerLink::handle(const control::ShutdownReply& event) { pending_.remove(event.request); }

void ServerLink::handle(const control::CloseReply& event) {
  pending_.remove(event.request);
  QStringList ids;
  for (const auto& id : event.closing) ids += wording::plain(id);
  if (!ids.isEmpty()) Q_EMIT closing(ids);
}

void ServerLink::handle(const control::ConnectionsChanged& event) {
  if (event.reset) {
    changed_.clear();
    removed_.clear();
    batch_.snapshot = true;
    collecting_ = true;
  } else if (event.number != lastDelta_ + 1) {
    return subscribe();  // a gap: only a new snapshot tells the truth
  }
  lastDelta_ = event.number;
  for (const auto& record : event.changed) {
    auto row = toRow(record);
    removed_.remove(row.id);
    changed_.insert(row.id, std::move(row));
  }
  for (const auto& id : event.removed) {
    const auto text = wording::plain(id);
    changed_.remove(text);
    if (!batch_.snapshot) removed_.insert(text);
  }
  if (event.complete) collecting_ = false;
  if (!collecting_) queueFlush();
}

void ServerLink::handle(const control::Step& event) {
  if (event.number <= lastStep_) return;
  lastStep_ = event.number;
  batch_.steps.push_back(event);
  queueFlush();
}

void ServerLink::handle(const control::Moved&) {
  disconnectQuietly();
  flush();
  follow();
}

void ServerLink::handle(const control::Stopping&) {
  status_.stopping = true;
  Q_EMIT statusChanged(status_);
}

void ServerLink::handle(const control::ProtocolError& event) {
  disconnectQuietly();
  greeted_ = false;
  abandonRequests();
  fail(LinkPhase::Incompatible, wording::plain(event.message));
}

}  // namespace uninterruptible::admin
