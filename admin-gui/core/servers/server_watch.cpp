#include "core/servers/server_watch.hpp"

#include "core/files/file_writer.hpp"

namespace uninterruptible::admin {

ServerWatch::ServerWatch(QObject* parent)
    : QObject(parent),
      discovery_(new Discovery),
      writer_(new FileWriter),
      servers_(std::make_unique<ServerListModel>(&io_)) {
  io_.setObjectName(QStringLiteral("io"));
  discovery_->moveToThread(&io_);
  writer_->moveToThread(&io_);
  connect(discovery_, &Discovery::looked, this,
          [this](const QList<ServerAddress>& servers, const QStringList& directories, bool changed) {
            directories_ = directories;
            servers_->setFound(servers, changed);
            Q_EMIT looked();
          });
  connect(writer_, &FileWriter::written, this, &ServerWatch::written);
  io_.start();
  QMetaObject::invokeMethod(discovery_, &Discovery::start, Qt::QueuedConnection);
}

ServerWatch::~ServerWatch() {
  // Deletions that are under way are carried out before the thread ends.
  servers_.reset();
  discovery_->deleteLater();
  writer_->deleteLater();
  io_.quit();
  io_.wait();
}

void ServerWatch::lookAgain() {
  QMetaObject::invokeMethod(discovery_, &Discovery::look, Qt::QueuedConnection);
}

void ServerWatch::write(const QString& path, const QByteArray& bytes) {
  const auto pass = [writer = writer_, path, bytes] { writer->write(path, bytes); };
  QMetaObject::invokeMethod(writer_, pass, Qt::QueuedConnection);
}

}  // namespace uninterruptible::admin
