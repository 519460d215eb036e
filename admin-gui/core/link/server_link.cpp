#include "core/link/server_link.hpp"

#include <QRandomGenerator>
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/text/wording.hpp"

namespace uninterruptible::admin {
namespace {

using namespace std::chrono_literals;

constexpr auto shortestBackoff = 250ms;
constexpr auto longestBackoff = 5000ms;
constexpr auto patience = 3000ms;  // a change of generations is no reason to alarm anybody before this
constexpr auto helloDeadline = 5s;
constexpr auto flushInterval = 200ms;

}  // namespace

ServerLink::ServerLink(std::unique_ptr<LinkTransport> transport, QString path, QObject* parent)
    : QObject(parent),
      transport_(transport.release()),
      path_(std::move(path)),
      interval_(flushInterval),
      history_(!path_.isEmpty()) {
  transport_->setParent(this);
  retryTimer_.setSingleShot(true);
  helloTimer_.setSingleShot(true);
  flushTimer_.setSingleShot(true);
  connect(&retryTimer_, &QTimer::timeout, this, &ServerLink::connectNow);
  connect(&flushTimer_, &QTimer::timeout, this, &ServerLink::flush);
  historyTimer_.setSingleShot(true);
  connect(&historyTimer_, &QTimer::timeout, this, &ServerLink::historyMayChange);
  connect(&helloTimer_, &QTimer::timeout, this, &ServerLink::saySilent);
  connect(transport_, &LinkTransport::opened, this, &ServerLink::greetingExpected);
  connect(transport_, &LinkTransport::readyRead, this, &ServerLink::read);
  connect(transport_, &LinkTransport::ended, this, &ServerLink::settle);
}

// The transport may be a process, which must not outlive this.
ServerLink::~ServerLink() { transport_->close(); }

void ServerLink::start() {
  status_.since = wording::now();
  sinceFlush_.start();
  connectNow();
}

void ServerLink::retry() {
  givenUp_ = false;
  backoff_ = {};  // there is a reason to expect something
  if (transport_->isIdle()) connectNow();
}

void ServerLink::stopTrying() {
  givenUp_ = true;
  retryTimer_.stop();
  if (!greeted_) disconnectQuietly();
  status_.nextTry = 0;
  if (status_.phase == LinkPhase::Connecting || status_.phase == LinkPhase::Silent ||
      status_.phase == LinkPhase::Following) {
    return setPhase(LinkPhase::Lost);
  }
  Q_EMIT statusChanged(status_);
}

void ServerLink::keepWaiting() {
  if (status_.phase != LinkPhase::Silent) return;
  setPhase(LinkPhase::Connecting);
  helloTimer_.start(helloDeadline);
}

void ServerLink::removeFile() {
  const auto reason = removeStaleSocket(path_);
  if (!reason.isEmpty()) {
    Q_EMIT fileKept(reason);
    return;
  }
  retryTimer_.stop();
  status_.nextTry = 0;
  setPhase(LinkPhase::Ended);
}

void ServerLink::setInterval(std::chrono::milliseconds interval) { interval_ = interval; }

void ServerLink::connectNow() {
  retryTimer_.stop();
  disconnectQuietly();
  session_ = control::Session();
  greeted_ = false;
  ++status_.attempt;
  transport_->open();
}

void ServerLink::disconnectQuietly() {
  ++connectNumber_;
  helloTimer_.stop();
  transport_->close();
}

void ServerLink::greetingExpected() { helloTimer_.start(helloDeadline); }

void ServerLink::saySilent() {
  status_.peer = transport_->peer();
  status_.peerCondition = processCondition(status_.peer);
  setPhase(LinkPhase::Silent);
}

void ServerLink::read() {
  const auto number = connectNumber_;
  do {
    const auto bytes = transport_->readAll();
    session_.feed({bytes.constData(), static_cast<std::size_t>(bytes.size())});
    while (number == connectNumber_) {
      const auto event = session_.next_event();
      if (!event) break;
      std::visit([this](const auto& that) { handle(that); }, *event);
    }
  } while (number == connectNumber_ && beginAnew());
}

bool ServerLink::beginAnew() {
  if (!transport_->beginsAnew()) return false;
  if (greeted_) followOnStream(0);
  session_ = control::Session();
  return true;
}

void ServerLink::write() {
  const auto bytes = session_.output();
  const auto written = transport_->write(bytes);
  if (written > 0) session_.sent(static_cast<std::size_t>(written));
}

void ServerLink::settle(const TransportEnd& end) {
  using Cause = TransportEnd::Cause;
  // What the server said last still waits in the transport's buffer.
  const auto number = connectNumber_;
  read();
  if (number != connectNumber_) return;
  const auto output = transport_->output();
  disconnectQuietly();
  flush();
  if (greeted_) {
    status_.next = 0;
    return follow();
  }
  if (status_.phase == LinkPhase::Ended) return;
  if (end.cause == Cause::Distrusted) return fail(LinkPhase::Distrusted, end.text);
  if (status_.phase == LinkPhase::Following && wording::now() < followUntil_) return schedule();
  if (!rejection_.isEmpty()) return fail(LinkPhase::Denied, std::exchange(rejection_, {}));
  if (end.cause == Cause::Unreachable) {
    status_.output = output;
    givenUp_ = true;  // a login that failed is not to be tried over and over
    return fail(LinkPhase::Unreachable, end.text);
  }
  if (end.cause == Cause::NoAccess) return fail(LinkPhase::Denied, end.text);
  if (everGreeted_) return fail(LinkPhase::Lost, end.text);
  fail(end.cause == Cause::Refused ? LinkPhase::Stale : LinkPhase::Lost, end.text);
}

void ServerLink::follow() {
  greeted_ = false;
  status_.attempt = 0;
  backoff_ = {};
  if (status_.stopping) {
    pending_.clear();
    status_.nextTry = 0;
    events_.serverEnded();
    queueFlush();
    return setPhase(LinkPhase::Ended);
  }
  abandonRequests();
  followUntil_ = wording::now() + std::chrono::milliseconds(patience).count();
  setPhase(LinkPhase::Following);
  connectNow();
}

void ServerLink::fail(LinkPhase phase, const QString& reason) {
  if (status_.phase == LinkPhase::Ended) return;
  status_.phase = phase;
  status_.reason = reason;
  if (phase == LinkPhase::Denied || phase == LinkPhase::Stale) status_.file = describeSocket(path_);
  schedule();
}

void ServerLink::schedule() {
  if (givenUp_) {
    status_.nextTry = 0;
  } else {
    backoff_ = std::clamp(backoff_ * 2, shortestBackoff, longestBackoff);
    const auto spread = QRandomGenerator::global()->bounded(0.4) + 0.8;
    const std::chrono::milliseconds wait{std::llround(static_cast<double>(backoff_.count()) * spread)};
    retryTimer_.start(wait);
    status_.nextTry = wording::now() + wait.count();
  }
  Q_EMIT statusChanged(status_);
}

void ServerLink::setPhase(LinkPhase phase, const QString& reason) {
  if (phase != status_.phase) status_.since = wording::now();
  status_.phase = phase;
  status_.reason = reason;
  Q_EMIT statusChanged(status_);
}

void ServerLink::queueFlush() {
  dirty_ = true;
  if (flushTimer_.isActive()) return;
  const auto passed = std::chrono::milliseconds(sinceFlush_.elapsed());
  flushTimer_.start(std::max(0ms, interval_ - passed));
}

void ServerLink::flush() {
  if (!dirty_) return;
  flushTimer_.stop();
  sinceFlush_.restart();
  LinkBatch out = std::exchange(batch_, {});
  // The pages of a snapshot wait for the last one.
  if (!collecting_) {
    out.snapshot = changes_.isSnapshot();
    out.connections = changes_.changed();
    out.removed = changes_.removed();
    changes_.clear();
  }
  out.events = events_.taken();
  out.restarts = history_.taken();
  out.wholeHistory = history_.wasWhole();
  dirty_ = false;
  Q_EMIT batchReady(out);
}

}  // namespace uninterruptible::admin
