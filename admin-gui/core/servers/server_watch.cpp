#include "core/servers/server_watch.hpp"

namespace uninterruptible::admin {

ServerWatch::ServerWatch(QObject* parent)
    : QObject(parent), discovery_(new Discovery), servers_(std::make_unique<ServerListModel>(&io_)) {
  io_.setObjectName(QStringLiteral("io"));
  discovery_->moveToThread(&io_);
  connect(discovery_, &Discovery::looked, this,
          [this](const QList<FoundServer>& servers, const QStringList& directories) {
            directories_ = directories;
            servers_->setFound(servers);
            Q_EMIT looked();
          });
  io_.start();
  QMetaObject::invokeMethod(discovery_, &Discovery::start, Qt::QueuedConnection);
}

ServerWatch::~ServerWatch() {
  // Deletions that are under way are carried out before the thread ends.
  servers_.reset();
  discovery_->deleteLater();
  io_.quit();
  io_.wait();
}

void ServerWatch::lookAgain() {
  QMetaObject::invokeMethod(discovery_, &Discovery::look, Qt::QueuedConnection);
}

}  // namespace uninterruptible::admin
