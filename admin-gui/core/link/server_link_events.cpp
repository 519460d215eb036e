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
                                             .arg(wording::plain(event.name), QString::number(event.protocol),
                                                  QString::number(control::protocol_version)));
  }
  // A number above all that were seen, or a process that was seen, continues the chain; anything else is a
  // server that was started afresh under the same name.
  if (everGreeted_ && status_.phase == LinkPhase::Lost) events_.contactAgain(status_.since);
  const bool known = pids_.value(event.generation) == event.pid || event.generation > generation_;
  if (everGreeted_ && !known) {
    batch_ = {};
    batch_.otherServer = true;
    events_.otherServer();
    lastStep_ = 0;
    pids_.clear();
    generation_ = 0;
  }
  generation_ = std::max<quint64>(generation_, event.generation);
  pids_.insert(event.generation, event.pid);
  greeted_ = true;
  everGreeted_ = true;
  backoff_ = {};
  givenUp_ = false;
  // Pages of a snapshot that broke off.
  collecting_ = false;
  changes_.clear();
  status_.attempt = 0;
  status_.nextTry = 0;
  status_.stopping = false;
  status_.next = 0;
  status_.mayOperate = event.role != "observe";
  status_.mayReadLog = status_.mayOperate;
  history_.startAnew();
  historyRequest_ = 0;
  rejection_.clear();
  subscribe();
  askHistory();
  queueFlush();
  setPhase(LinkPhase::Connected);
}

void ServerLink::handle(const control::StatusReply& event) {
  handle(control::GenerationsChanged{event.status});
}

void ServerLink::handle(const control::GenerationsChanged& event) {
  for (const auto& generation : event.status.generations) {
    generation_ = std::max<quint64>(generation_, generation.generation);
    pids_.insert(generation.generation, generation.pid);
  }
  events_.take(event.status);
  lookSoon();
  batch_.status = event.status;
  queueFlush();
}

void ServerLink::handle(const control::ConnectionsChanged& event) {
  if (event.reset) {
    changes_.startAnew();
    collecting_ = true;
  } else if (event.number != lastDelta_ + 1) {
    return subscribe();  // a gap: only a new snapshot tells the truth
  }
  lastDelta_ = event.number;
  QList<ConnectionRow> rows;
  rows.reserve(static_cast<qsizetype>(event.changed.size()));
  for (const auto& record : event.changed) rows += toRow(record);
  QStringList gone;
  for (const auto& id : event.removed) gone += wording::plain(id);
  changes_.add(rows, gone);
  const bool whole = event.complete && collecting_;
  if (event.complete) collecting_ = false;
  if (!collecting_) queueFlush();
  if (whole) flush();  // somebody waits for the first rows
}

void ServerLink::handle(const control::Step& event) {
  if (event.number <= lastStep_) return;
  lastStep_ = event.number;
  events_.take(event);
  batch_.steps.push_back(event);
  if (event.step != "progress") history_.want(event.restart);
  askHistory();
  queueFlush();
}

void ServerLink::handle(const control::Moved& event) {
  flush();
  if (transport_->followsByItself()) return followOnStream(event.generation);
  status_.next = event.generation;
  disconnectQuietly();
  follow();
}

void ServerLink::followOnStream(quint64 next) {
  status_.next = next;
  greeted_ = false;
  abandonRequests();
  setPhase(LinkPhase::Following);
  greetingExpected();
}

void ServerLink::handle(const control::Stopping& event) {
  status_.stopping = true;
  events_.take(event);
  queueFlush();
  Q_EMIT statusChanged(status_);
}

void ServerLink::handle(const control::ProtocolError& event) {
  disconnectQuietly();
  greeted_ = false;
  abandonRequests();
  fail(LinkPhase::Incompatible, wording::plain(event.message));
}

}  // namespace uninterruptible::admin
