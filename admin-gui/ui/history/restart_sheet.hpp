#pragma once

#include <QFrame>
#include <QPointer>

class QPlainTextEdit;
class QPushButton;

namespace uninterruptible::admin {

class ElidedLabel;
class PlainLabel;
class ServerMonitor;
class StateMark;

/// Everything that is known of one restart of the history: whether it lost anything, its steps, why it
/// failed and what the new process wrote last, the ledger. Kept up to date while it goes on.
class RestartSheet : public QFrame {
  Q_OBJECT

 public:
  explicit RestartSheet(QWidget* parent = nullptr);
  void setServer(ServerMonitor* server);
  /// By its number; 0 for none.
  void showRestart(quint64 restart);

 private:
  void refresh();
  void copy();

  QPointer<ServerMonitor> server_;
  quint64 restart_ = 0;
  StateMark* mark_;
  ElidedLabel* title_;
  PlainLabel* verdict_;
  QPlainTextEdit* report_;
  QPushButton* copy_;
};

}  // namespace uninterruptible::admin
