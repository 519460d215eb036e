#pragma once

#include <QHash>
#include <QString>

namespace uninterruptible::admin {

/// Names of this machine's users by their numbers, each asked for once. A directory service may take its time
/// to answer: for the I/O thread only.
class UserNames {
 public:
  /// Plain text; empty where there is no such user.
  [[nodiscard]] QString of(uint user);

 private:
  QHash<uint, QString> known_;
};

}  // namespace uninterruptible::admin
