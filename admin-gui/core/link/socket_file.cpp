#include "core/link/socket_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QLocalSocket>
#include <cerrno>

namespace uninterruptible::admin {
namespace {

struct SocketText {
  Q_DECLARE_TR_FUNCTIONS(SocketFile)
};

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

bool isAnswered(const QString& path) {
  QLocalSocket probe;
  probe.connectToServer(path);
  // A unix socket connects or refuses at once; a full queue is somebody who lives.
  return probe.state() != QLocalSocket::UnconnectedState ||
         probe.error() != QLocalSocket::ConnectionRefusedError;
}

}  // namespace

SocketFile describeSocket(const QString& path) {
  const QFileInfo file(path);
  struct stat found {};
  if (::stat(QFile::encodeName(path).constData(), &found) != 0) return {};
  return {.exists = true,
          .owner = file.owner().isEmpty() ? QString::number(found.st_uid) : file.owner(),
          .group = file.group().isEmpty() ? QString::number(found.st_gid) : file.group(),
          .mode = static_cast<int>(found.st_mode & 07777U),
          .changedAt = file.lastModified().toMSecsSinceEpoch()};
}

QString removeStaleSocket(const QString& path) {
  const auto name = QFile::encodeName(path);
  struct stat found {};
  if (::lstat(name.constData(), &found) != 0) return errno == ENOENT ? QString() : qt_error_string(errno);
  if (!S_ISSOCK(found.st_mode)) return SocketText::tr("It is no socket.");
  // Who holds this lock lives, or is just being started.
  const auto lockName = name + ".lock";
  const Descriptor lock(::open(lockName.constData(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (lock.get() >= 0 && ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return SocketText::tr("A server holds the lock beside it.");
  }
  if (isAnswered(path)) return SocketText::tr("A server answers there.");
  if (::unlink(name.constData()) != 0) return qt_error_string(errno);
  if (lock.get() >= 0) ::unlink(lockName.constData());
  return {};
}

QString processCondition(qint64 pid) {
  QFile stat(QStringLiteral("/proc/%1/stat").arg(pid));
  if (pid <= 0 || !stat.open(QIODevice::ReadOnly)) return {};
  const auto line = stat.readAll();
  const auto state = line.mid(line.lastIndexOf(')') + 2, 1);  // the name before it may hold anything
  if (state == "T" || state == "t") return SocketText::tr("Its process %1 is stopped.").arg(pid);
  if (state == "D") return SocketText::tr("Its process %1 waits for a disk.").arg(pid);
  if (state == "Z" || state == "X") return SocketText::tr("Its process %1 is dead.").arg(pid);
  return SocketText::tr("Its process %1 is busy.").arg(pid);
}

}  // namespace uninterruptible::admin
