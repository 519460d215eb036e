#pragma once

#include <QFrame>
#include <QList>
#include <QPointer>

#include "core/connections/connection_row.hpp"

class QFormLayout;

namespace uninterruptible::admin {

class PlainLabel;
class ServerMonitor;

/// Everything that is known of one connection, kept up to date beside the table; also of one that has ended.
class DetailsSheet : public QFrame {
  Q_OBJECT

 public:
  explicit DetailsSheet(QWidget* parent = nullptr);
  void setServer(ServerMonitor* server);
  void showConnection(const QString& id);
  void tick() { refresh(); }

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  PlainLabel* addLine(QFormLayout* form, const QString& name, const char* objectName);
  void refresh();
  void copy();

  QPointer<ServerMonitor> server_;
  ConnectionRow row_;
  bool ended_ = false;
  PlainLabel* title_;
  QList<std::pair<QString, PlainLabel*>> lines_;
  PlainLabel *state_, *generation_, *peer_, *local_, *label_, *opened_, *active_, *in_, *out_;
};

}  // namespace uninterruptible::admin
