#include <chrono>
#include <utility>

#include "core/link/server_link.hpp"

// How a ServerLink learns what happens and what has happened: steps, log lines, the history of restarts.
namespace uninterruptible::admin {
namespace {

// How long after the last look at a restart that goes on the next one is: when nothing has changed meanwhile,
// and when something has.
constexpr std::chrono::milliseconds calmly{2000};
constexpr std::chrono::milliseconds soon{400};

}  // namespace

void ServerLink::subscribe() {
  control::SubscribeOptions options{.connections = true, .since = lastStep_};
  // As far as the log has them at all; who only observes would be refused everything for asking.
  if (followsLog_ && status_.mayReadLog) options.log = "debug";
  session_.request_subscribe(options);
  write();
}

void ServerLink::followLog(bool wanted) {
  if (wanted == std::exchange(followsLog_, wanted) || !greeted_) return;
  subscribe();
}

void ServerLink::handle(const control::LogLine& event) {
  if (!followsLog_) return;
  events_.take(event);
  queueFlush();
}

void ServerLink::askHistory() {
  if (!greeted_ || historyRequest_ != 0) return;
  const auto question = history_.next();
  if (!question) return;
  historyRequest_ = session_.request_history(question->before, question->limit);
  write();
}

void ServerLink::lookSoon() {
  // Not for each of many changes: the time that runs already is not begun anew.
  if (history_.hasOpen() && historyTimer_.isActive() && historyTimer_.remainingTimeAsDuration() > soon) {
    historyTimer_.start(soon);
  }
}

void ServerLink::historyMayChange() {
  history_.wantOpen();
  askHistory();
}

void ServerLink::handle(const control::HistoryReply& event) {
  if (event.request != historyRequest_) return;
  historyRequest_ = 0;
  history_.take(event);
  askHistory();
  if (history_.hasOpen()) historyTimer_.start(calmly);
  if (!history_.isEmpty()) queueFlush();
}

}  // namespace uninterruptible::admin
