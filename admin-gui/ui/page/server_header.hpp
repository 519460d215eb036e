#pragma once

#include <QWidget>

namespace uninterruptible::admin {

class PlainLabel;
class ServerMonitor;

/// One line about the server: name, addresses, how long the generation in charge is up, connections.
class ServerHeader : public QWidget {
  Q_OBJECT

 public:
  explicit ServerHeader(QWidget* parent = nullptr);
  /// Shows the server as it is now.
  void showServer(const ServerMonitor& server);

 private:
  PlainLabel* name_;
  PlainLabel* addresses_;
  PlainLabel* uptime_;
  PlainLabel* connections_;
};

}  // namespace uninterruptible::admin
