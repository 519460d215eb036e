#include "core/servers/server_monitor.hpp"

#include <QThread>
#include <utility>

#include "core/link/server_link.hpp"

namespace uninterruptible::admin {

ServerMonitor::ServerMonitor(QString name, QString path, QThread* io, QObject* parent)
    : QObject(parent), name_(std::move(name)), path_(std::move(path)), worker_(new ServerLink(path_)) {
  worker_->moveToThread(io);
  connect(worker_, &ServerLink::statusChanged, this, [this](const LinkStatus& link) {
    link_ = link;
    Q_EMIT linkChanged();
  });
  connect(worker_, &ServerLink::batchReady, this, &ServerMonitor::takeBatch);
  connect(worker_, &ServerLink::refused, this, &ServerMonitor::refused);
  connect(worker_, &ServerLink::closing, this, &ServerMonitor::closing);
  QMetaObject::invokeMethod(worker_, &ServerLink::start, Qt::QueuedConnection);
}

ServerMonitor::~ServerMonitor() { worker_->deleteLater(); }

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

void ServerMonitor::retry() { QMetaObject::invokeMethod(worker_, &ServerLink::retry, Qt::QueuedConnection); }

void ServerMonitor::restart() {
  QMetaObject::invokeMethod(worker_, &ServerLink::restart, Qt::QueuedConnection);
}

void ServerMonitor::shutDown() {
  QMetaObject::invokeMethod(worker_, &ServerLink::shutDown, Qt::QueuedConnection);
}

void ServerMonitor::closeConnections(const QStringList& ids) {
  QMetaObject::invokeMethod(
      worker_, [worker = worker_, ids] { worker->closeConnections(ids); }, Qt::QueuedConnection);
}

void ServerMonitor::takeBatch(const LinkBatch& batch) {
  if (batch.otherServer) steps_.clear();
  if (batch.status) {
    status_ = batch.status;
    generations_.setGenerations(status_->generations);
    steps_.setTrial(status_->rollback_window.count() > 0);
  }
  if (batch.snapshot) {
    connections_.replace(batch.connections);
  } else {
    connections_.apply(batch.connections, batch.removed);
  }
  steps_.apply(batch.steps);
  Q_EMIT statusChanged();
}

}  // namespace uninterruptible::admin
