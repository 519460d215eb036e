#pragma once

#include <QPointer>
#include <QTimer>
#include <QWidget>
#include <chrono>

#include "core/link/link_command.hpp"

class QProgressBar;
class QPushButton;

namespace uninterruptible::admin {

class PlainLabel;
class ServerMonitor;

/// Something that was asked for and is done when this has been shown for a while, unless it is undone: the
/// server need not be able to take anything back.
class UndoBar : public QWidget {
  Q_OBJECT

 public:
  explicit UndoBar(QWidget* parent = nullptr);

  /// What waited before is done at once. `countdown` is the text with `%1` for the seconds that are left.
  void begin(ServerMonitor* server, const QString& text, const QString& countdown,
             const LinkCommand& command);
  /// Does what waits, if anything does.
  void commit();
  [[nodiscard]] bool isWaiting() const { return timer_.isActive(); }
  void setDelay(std::chrono::milliseconds delay) { delay_ = delay; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void undo();
  void showRest();

  QPointer<ServerMonitor> server_;
  QString countdown_;
  LinkCommand command_;
  QTimer timer_;
  QTimer clock_;
  std::chrono::milliseconds delay_{5000};
  PlainLabel* label_;
  QProgressBar* rest_;
  QPushButton* undo_;
};

}  // namespace uninterruptible::admin
