#include "core/link/local_transport.hpp"

#include <sys/socket.h>

#include <QFileInfo>
#include <utility>

#include "core/text/wording.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::admin {
namespace {

TransportEnd::Cause causeOf(QLocalSocket::LocalSocketError error) {
  switch (error) {
    case QLocalSocket::ConnectionRefusedError: return TransportEnd::Cause::Refused;
    case QLocalSocket::SocketAccessError: return TransportEnd::Cause::NoAccess;
    default: return TransportEnd::Cause::Closed;
  }
}

}  // namespace

LocalTransport::LocalTransport(QString path, QObject* parent)
    : LinkTransport(parent), path_(std::move(path)) {
  connect(&socket_, &QLocalSocket::connected, this, &LocalTransport::checkPeer);
  connect(&socket_, &QLocalSocket::readyRead, this, &LinkTransport::readyRead);
  connect(&socket_, &QLocalSocket::errorOccurred, this, [this](QLocalSocket::LocalSocketError error) {
    endLater({.cause = causeOf(error), .text = socket_.errorString()});
  });
  connect(&socket_, &QLocalSocket::disconnected, this, [this] { endLater({}); });
}

void LocalTransport::open() {
  close();
  const auto reason = control::distrust_directory(path_.toStdString());
  // A directory that is gone is no matter of trust: connecting says so in its own words.
  if (!reason.empty() && QFileInfo::exists(path_)) {
    return endLater({.cause = TransportEnd::Cause::Distrusted, .text = wording::plain(reason)});
  }
  socket_.connectToServer(path_);
}

void LocalTransport::close() {
  ++attempt_;
  const QSignalBlocker blocker(socket_);
  socket_.abort();
}

bool LocalTransport::isIdle() const { return socket_.state() == QLocalSocket::UnconnectedState; }

QByteArray LocalTransport::readAll() {
  return socket_.bytesAvailable() > 0 ? socket_.readAll() : QByteArray();
}

qint64 LocalTransport::write(std::string_view bytes) {
  const auto written = socket_.write(bytes.data(), static_cast<qint64>(bytes.size()));
  socket_.flush();
  return written;
}

pid_t LocalTransport::peer() const {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  const auto fd = static_cast<int>(socket_.socketDescriptor());
  const bool known = ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0;
  return known ? credentials.pid : 0;
}

void LocalTransport::checkPeer() {
  const auto reason =
      control::distrust_peer(static_cast<int>(socket_.socketDescriptor()), path_.toStdString());
  if (reason.empty()) {
    Q_EMIT opened();
    return;
  }
  close();
  endLater({.cause = TransportEnd::Cause::Distrusted, .text = wording::plain(reason)});
}

// Queued, because a socket reports an end in the middle of connecting or reading, and in more than one way.
void LocalTransport::endLater(TransportEnd end) {
  const auto report = [this, end = std::move(end), attempt = attempt_] {
    if (attempt != attempt_) return;
    ++attempt_;
    Q_EMIT ended(end);
  };
  QMetaObject::invokeMethod(this, report, Qt::QueuedConnection);
}

}  // namespace uninterruptible::admin
