#include "core/link/server_link.hpp"

#include <QFileInfo>
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

ServerLink::ServerLink(QString path, QObject* parent) : QObject(parent), path_(std::move(path)) {
  retryTimer_.setSingleShot(true);
  helloTimer_.setSingleShot(true);
  flushTimer_.setSingleShot(true);
  connect(&retryTimer_, &QTimer::timeout, this, &ServerLink::connectNow);
  connect(&flushTimer_, &QTimer::timeout, this, &ServerLink::flush);
  connect(&helloTimer_, &QTimer::timeout, this, [this] { setPhase(LinkPhase::Silent); });
  connect(&socket_, &QLocalSocket::connected, this, &ServerLink::checkPeer);
  connect(&socket_, &QLocalSocket::readyRead, this, &ServerLink::read);
  // Queued, because a socket reports an end in the middle of connecting or reading, and in more than one way.
  const auto ended = [this] {
    QMetaObject::invokeMethod(
        this, [this, number = connectNumber_] { settle(number); }, Qt::QueuedConnection);
  };
  connect(&socket_, &QLocalSocket::errorOccurred, this, ended);
  connect(&socket_, &QLocalSocket::disconnected, this, ended);
}

void ServerLink::start() {
  status_.since = wording::now();
  sinceFlush_.start();
  connectNow();
}

void ServerLink::retry() {
  if (socket_.state() == QLocalSocket::UnconnectedState) connectNow();
}

void ServerLink::connectNow() {
  retryTimer_.stop();
  disconnectQuietly();
  session_ = control::Session();
  greeted_ = false;
  if (const auto reason = control::distrust_directory(path_.toStdString()); !reason.empty()) {
    // A directory that is gone is no matter of trust: connecting says so in its own words.
    if (QFileInfo::exists(path_)) return fail(LinkPhase::Distrusted, wording::plain(reason));
  }
  ++status_.attempt;
  socket_.connectToServer(path_);
}

void ServerLink::disconnectQuietly() {
  ++connectNumber_;
  helloTimer_.stop();
  const QSignalBlocker blocker(socket_);
  socket_.abort();
}

void ServerLink::checkPeer() {
  const auto reason =
      control::distrust_peer(static_cast<int>(socket_.socketDescriptor()), path_.toStdString());
  if (!reason.empty()) {
    disconnectQuietly();
    return fail(LinkPhase::Distrusted, wording::plain(reason));
  }
  helloTimer_.start(helloDeadline);
}

void ServerLink::read() {
  const auto bytes = socket_.readAll();
  session_.feed({bytes.constData(), static_cast<std::size_t>(bytes.size())});
  const auto number = connectNumber_;
  while (number == connectNumber_) {
    const auto event = session_.next_event();
    if (!event) break;
    std::visit([this](const auto& that) { handle(that); }, *event);
  }
}

void ServerLink::write() {
  const auto bytes = session_.output();
  const auto written = socket_.write(bytes.data(), static_cast<qint64>(bytes.size()));
  if (written > 0) session_.sent(static_cast<std::size_t>(written));
}

void ServerLink::settle(int number) {
  if (number != connectNumber_) return;
  // What the server said last still waits in the socket's buffer.
  if (socket_.bytesAvailable() > 0) read();
  if (number != connectNumber_) return;
  const auto error = socket_.error();
  const auto text = socket_.errorString();
  disconnectQuietly();
  flush();
  if (greeted_) return follow();
  if (status_.phase == LinkPhase::Ended) return;
  if (status_.phase == LinkPhase::Following && wording::now() < followUntil_) return schedule();
  if (!rejection_.isEmpty()) return fail(LinkPhase::Denied, std::exchange(rejection_, {}));
  if (error == QLocalSocket::SocketAccessError) return fail(LinkPhase::Denied, text);
  if (everGreeted_) return fail(LinkPhase::Lost, text);
  fail(error == QLocalSocket::ConnectionRefusedError ? LinkPhase::Stale : LinkPhase::Lost, text);
}

void ServerLink::follow() {
  greeted_ = false;
  status_.attempt = 0;
  backoff_ = {};
  if (status_.stopping) {
    pending_.clear();
    status_.nextTry = 0;
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
  schedule();
}

void ServerLink::schedule() {
  backoff_ = std::clamp(backoff_ * 2, shortestBackoff, longestBackoff);
  const auto spread = QRandomGenerator::global()->bounded(0.4) + 0.8;
  const std::chrono::milliseconds wait{std::llround(static_cast<double>(backoff_.count()) * spread)};
  retryTimer_.start(wait);
  status_.nextTry = wording::now() + wait.count();
  Q_EMIT statusChanged(status_);
}

void ServerLink::setPhase(LinkPhase phase, const QString& reason) {
  if (phase != status_.phase) status_.since = wording::now();
  status_.phase = phase;
  status_.reason = reason;
  Q_EMIT statusChanged(status_);
}

void ServerLink::abandonRequests() {
  for (const auto kind : std::exchange(pending_, {})) {
    Q_EMIT refused(kind, tr("The connection to the server ended before it answered."));
  }
}

bool ServerLink::ready(LinkRequest kind) {
  if (greeted_) return true;
  Q_EMIT refused(kind, tr("There is no connection to the server."));
  return false;
}

void ServerLink::request(LinkRequest kind, std::uint64_t number) {
  pending_.insert(number, kind);
  write();
}

void ServerLink::restart() {
  if (ready(LinkRequest::Restart)) request(LinkRequest::Restart, session_.request_restart());
}

void ServerLink::shutDown() {
  if (ready(LinkRequest::ShutDown)) request(LinkRequest::ShutDown, session_.request_shutdown());
}

void ServerLink::closeConnections(const QStringList& ids) {
  if (!ready(LinkRequest::Close)) return;
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(ids.size()));
  for (const auto& id : ids) names.push_back(id.toStdString());
  request(LinkRequest::Close, session_.request_close(names));
}

void ServerLink::subscribe() {
  session_.request_subscribe({.connections = true, .since = lastStep_});
  write();
}

void ServerLink::queueFlush() {
  dirty_ = true;
  if (flushTimer_.isActive()) return;
  const auto passed = std::chrono::milliseconds(sinceFlush_.elapsed());
  flushTimer_.start(std::max(0ms, std::chrono::milliseconds(flushInterval) - passed));
}

void ServerLink::flush() {
  if (!dirty_) return;
  flushTimer_.stop();
  sinceFlush_.restart();
  LinkBatch out = std::exchange(batch_, {});
  if (collecting_) {
    batch_.snapshot = std::exchange(out.snapshot, false);  // the pages so far wait for the last one
  } else {
    out.connections = changed_.values();
    out.removed = removed_.values();
    changed_.clear();
    removed_.clear();
    // New rows arrive in the order of their ids, whatever order the hash has.
    std::ranges::sort(out.connections, {}, [](const ConnectionRow& row) {
      return std::tuple(row.generation, row.number, row.id);
    });
  }
  dirty_ = false;
  Q_EMIT batchReady(out);
}

}  // namespace uninterruptible::admin
