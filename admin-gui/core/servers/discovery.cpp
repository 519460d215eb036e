#include "core/servers/discovery.hpp"

#include <QFileInfo>
#include <chrono>

namespace uninterruptible::admin {

Discovery::Discovery(QObject* parent) : QObject(parent) {
  timer_.setInterval(std::chrono::seconds(1));
  connect(&timer_, &QTimer::timeout, this, &Discovery::look);
  connect(&watcher_, &QFileSystemWatcher::directoryChanged, this, [this] { search(true); });
}

void Discovery::start() {
  timer_.start();
  look();
}

void Discovery::look() { search(false); }

void Discovery::search(bool changed) {
  QStringList directories;
  for (const auto& directory : control::control_directories()) {
    const auto path = QString::fromStdString(directory);
    directories += path;
    if (!watcher_.directories().contains(path) && QFileInfo::exists(path)) watcher_.addPath(path);
  }
  QList<ServerAddress> servers;
  for (const auto& target : control::discover()) {
    servers.append(
        {.name = QString::fromStdString(target.name), .path = QString::fromStdString(target.path)});
  }
  Q_EMIT looked(servers, directories, changed);
}

}  // namespace uninterruptible::admin
