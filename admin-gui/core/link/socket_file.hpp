#pragma once

#include <QString>

namespace uninterruptible::admin {

/// What the file system says of a control socket, for those who may not open it.
struct SocketFile {
  bool exists = false;
  QString owner;
  QString group;
  int mode = 0;          ///< permission bits, as chmod(1) takes them
  qint64 changedAt = 0;  ///< Unix milliseconds
};

/// Blocks as long as the file system does: for the I/O thread.
[[nodiscard]] SocketFile describeSocket(const QString& path);

/// Removes a control socket that a server left behind, under the lock that living servers hold. Empty when it
/// is gone, else the reason. For the I/O thread.
[[nodiscard]] QString removeStaleSocket(const QString& path);

/// How a process of this machine stands: `stopped`, `busy`, `waiting for a disk`, `dead`; empty if that is
/// not known. For the I/O thread.
[[nodiscard]] QString processCondition(qint64 pid);

}  // namespace uninterruptible::admin
