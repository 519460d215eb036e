#pragma once

#include <QObject>

class QStatusBar;

namespace uninterruptible::admin {

class PlainLabel;
class ServerMonitor;

/// The three things that the status bar says: how the contact stands, how many connections are selected, and
/// how fresh all of it is.
class StatusLine : public QObject {
  Q_OBJECT

 public:
  explicit StatusLine(QStatusBar* bar);
  /// Without a server it says that one is looked for.
  void refresh(const ServerMonitor* server, qsizetype selected, qint64 updatedAt);

 private:
  PlainLabel* link_;
  PlainLabel* selection_;
  PlainLabel* freshness_;
};

}  // namespace uninterruptible::admin
