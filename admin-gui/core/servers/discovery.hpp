#pragma once

#include <QFileSystemWatcher>
#include <QList>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include "core/servers/server_address.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::admin {

/// Looks for control sockets: each second, and at once when one of the directories changes.
/// Threads: lives in the I/O thread, for directories may be slow.
class Discovery : public QObject {
  Q_OBJECT

 public:
  explicit Discovery(QObject* parent = nullptr);

 public Q_SLOTS:
  void start();
  void look();

 Q_SIGNALS:
  /// What is there now and which directories were looked into. Comes after every look, also without a change:
  /// a server that had ended may have come back under its old path. `changed`: files came or went just now.
  void looked(const QList<uninterruptible::admin::ServerAddress>& servers, const QStringList& directories,
              bool changed);

 private:
  void search(bool changed);

  QTimer timer_{this};
  QFileSystemWatcher watcher_{this};
};

}  // namespace uninterruptible::admin
