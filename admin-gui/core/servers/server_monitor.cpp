#include "core/servers/server_monitor.hpp"

#include <QThread>
#include <algorithm>
#include <memory>
#include <utility>

#include "core/link/local_transport.hpp"
#include "core/link/server_link.hpp"
#include "core/link/ssh_transport.hpp"
#include "core/text/wording.hpp"

namespace uninterruptible::admin {
namespace {

std::unique_ptr<LinkTransport> transportTo(const ServerAddress& address) {
  if (address.isLocal()) return std::make_unique<LocalTransport>(address.path);
  return std::make_unique<SshTransport>(address.host, address.name);
}

}  // namespace

ServerMonitor::ServerMonitor(ServerAddress address, QThread* io, QObject* parent)
    : QObject(parent),
      address_(std::move(address)),
      name_(wording::plain((address_.name.isEmpty() ? address_.host : address_.name).toStdString())),
      worker_(new ServerLink(transportTo(address_), address_.path)) {
  link_.since = wording::now();
  lastContact_ = link_.since;
  worker_->moveToThread(io);
  connect(worker_, &ServerLink::statusChanged, this, [this](const LinkStatus& link) {
    if (isConnected() && link.phase != LinkPhase::Connected) lastContact_ = link.since;
    link_ = link;
    if (readOnly_) link_.mayOperate = false;
    Q_EMIT linkChanged();
  });
  connect(worker_, &ServerLink::batchReady, this, &ServerMonitor::takeBatch);
  connect(worker_, &ServerLink::refused, this, &ServerMonitor::refused);
  connect(worker_, &ServerLink::answered, this, &ServerMonitor::answered);
  connect(worker_, &ServerLink::fileKept, this, &ServerMonitor::fileKept);
  sampling_.setInterval(std::chrono::seconds(1));
  connect(&sampling_, &QTimer::timeout, this, [this] {
    if (!status_ || !isConnected()) return;
    history_.sample(status_->generations);
    Q_EMIT sampled();
  });
  sampling_.start();
  QMetaObject::invokeMethod(worker_, &ServerLink::start, Qt::QueuedConnection);
}

ServerMonitor::~ServerMonitor() { worker_->deleteLater(); }

bool ServerMonitor::isCurrent() const { return isConnected() || link_.phase == LinkPhase::Following; }

qint64 ServerMonitor::asOf() const { return isCurrent() ? wording::now() : lastContact_; }

quint64 ServerMonitor::connectionCount() const {
  quint64 sum = 0;
  if (!status_) return sum;
  for (const auto& generation : status_->generations) sum += generation.connections;
  return sum;
}

bool ServerMonitor::isRestarting() const {
  return steps_.report().outcome() == RestartReport::Outcome::Running ||
         (status_ && !status_->restart_step.empty());
}

QString ServerMonitor::restartStep() const {
  if (steps_.report().outcome() == RestartReport::Outcome::Running) return steps_.report().lastStep();
  return status_ ? wording::plain(status_->restart_step) : QString();
}

const control::GenerationStatus* ServerMonitor::generation(quint64 number) const {
  if (!status_) return nullptr;
  const auto& all = status_->generations;
  const auto found = std::ranges::find(all, number, &control::GenerationStatus::generation);
  return found == all.end() ? nullptr : &*found;
}

void ServerMonitor::retry() { QMetaObject::invokeMethod(worker_, &ServerLink::retry, Qt::QueuedConnection); }

void ServerMonitor::stopTrying() {
  QMetaObject::invokeMethod(worker_, &ServerLink::stopTrying, Qt::QueuedConnection);
}

void ServerMonitor::keepWaiting() {
  QMetaObject::invokeMethod(worker_, &ServerLink::keepWaiting, Qt::QueuedConnection);
}

void ServerMonitor::removeFile() {
  QMetaObject::invokeMethod(worker_, &ServerLink::removeFile, Qt::QueuedConnection);
}

void ServerMonitor::setReadOnly(bool readOnly) {
  readOnly_ = readOnly;
  if (readOnly_) link_.mayOperate = false;
}

void ServerMonitor::send(const LinkCommand& command) {
  if (readOnly_) return;
  const auto pass = [worker = worker_, command] { worker->send(command); };
  QMetaObject::invokeMethod(worker_, pass, Qt::QueuedConnection);
}

void ServerMonitor::setInterval(std::chrono::milliseconds interval) {
  const auto pass = [worker = worker_, interval] { worker->setInterval(interval); };
  QMetaObject::invokeMethod(worker_, pass, Qt::QueuedConnection);
}

void ServerMonitor::followLog(bool wanted) {
  followsLog_ = wanted;
  const auto pass = [worker = worker_, wanted] { worker->followLog(wanted); };
  QMetaObject::invokeMethod(worker_, pass, Qt::QueuedConnection);
  if (!wanted) events_.removeLog();
}

void ServerMonitor::setPaused(bool paused) {
  if (paused == (pausedAt_ != 0)) return;
  pausedAt_ = paused ? wording::now() : 0;
  if (!paused) {
    if (held_.isSnapshot()) {
      connections_.replace(held_.changed());
    } else {
      connections_.apply(held_.changed(), held_.removed());
    }
    held_.clear();
  }
  Q_EMIT statusChanged();
}

void ServerMonitor::takeBatch(const LinkBatch& batch) {
  if (batch.otherServer) {
    steps_.clear();
    restarts_.clear();
    versions_.clear();
    history_ = {};
  }
  if (batch.status) {
    status_ = batch.status;
    generations_.setGenerations(status_->generations);
    steps_.setTrial(status_->rollback_window.count() > 0);
  }
  takeConnections(batch);
  steps_.apply(batch.steps);
  takePast(batch);
  Q_EMIT statusChanged();
}

void ServerMonitor::takePast(const LinkBatch& batch) {
  if (batch.status) {
    for (const auto& generation : batch.status->generations) {
      if (!generation.version.empty())
        versions_.insert(generation.generation, wording::plain(generation.version));
    }
  }
  if (batch.wholeHistory || !batch.restarts.isEmpty()) restarts_.apply(batch.restarts, batch.wholeHistory);
  auto events = batch.events;
  // Lines that were under way when nobody wanted them any more.
  if (!followsLog_) events.removeIf([](const EventRow& row) { return row.ofLog; });
  events_.append(std::move(events));
}

void ServerMonitor::takeConnections(const LinkBatch& batch) {
  if (pausedAt_ != 0) {
    if (batch.snapshot) held_.startAnew();
    held_.add(batch.connections, batch.removed);
  } else if (batch.snapshot) {
    connections_.replace(batch.connections);
  } else {
    connections_.apply(batch.connections, batch.removed);
  }
}

}  // namespace uninterruptible::admin
