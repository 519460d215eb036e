#include <chrono>
#include <utility>

#include "core/link/server_link.hpp"

// How a ServerLink learns what happens and what has happened: steps, log lines, the history of restarts.
namespace uninterruptible::admin {

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

void ServerLink::historyMayChange() {
  history_.wantOpen();
  askHistory();
}

void ServerLink::handle(const control::HistoryReply& event) {
  if (event.request != historyRequest_) return;
  historyRequest_ = 0;
  history_.take(event);
  askHistory();
  if (history_.hasOpen()) historyTimer_.start();
  if (!history_.isEmpty()) queueFlush();
}

}  // namespace uninterruptible::admin
