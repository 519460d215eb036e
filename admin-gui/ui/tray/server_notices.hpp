#pragma once

#include <QHash>
#include <QObject>
#include <functional>

#include "ui/tray/tray_rules.hpp"

namespace uninterruptible::admin {

class ServerListModel;
class ServerMonitor;

/// Watches all servers and says what there is to be told of them.
class ServerNotices : public QObject {
  Q_OBJECT

 public:
  /// `servers` must outlive this. `foreground` says whether somebody looks at the window.
  ServerNotices(ServerListModel* servers, std::function<bool()> foreground, QObject* parent = nullptr);

 Q_SIGNALS:
  void noticed(uninterruptible::admin::Notice notice, const QString& title, const QString& text);

 private:
  void watch(ServerMonitor* server);
  void look(ServerMonitor* server);

  ServerListModel* const servers_;
  const std::function<bool()> foreground_;
  QHash<ServerMonitor*, Outlook> outlooks_;
};

}  // namespace uninterruptible::admin
