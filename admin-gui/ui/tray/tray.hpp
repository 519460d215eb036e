#pragma once

#include <QObject>
#include <QSystemTrayIcon>
#include <QTimer>
#include <functional>

#include "ui/tray/tray_rules.hpp"

class QMenu;

namespace uninterruptible::admin {

class ServerListModel;
class ServerNotices;

/// The program's icon in the tray, for those who want one and whose desktop has a tray, and what it tells. It
/// is never the only way back to the window: where the tray goes away the window is wanted, and starting the
/// program again shows all there is to see.
class Tray : public QObject {
  Q_OBJECT

 public:
  /// `window` is the one it stands for; it and `servers` must outlive this. `available` says whether the
  /// desktop has a tray.
  Tray(QWidget* window, ServerListModel* servers,
       std::function<bool()> available = &QSystemTrayIcon::isSystemTrayAvailable);
  ~Tray() override;

  /// Shows the icon, or takes it away. Asked for again, it looks again for a tray.
  void setWanted(bool wanted);
  [[nodiscard]] bool isShown() const noexcept { return shown_; }
  [[nodiscard]] bool isAvailable() const { return available_(); }
  /// That a restart goes on without the window.
  void hint();

 Q_SIGNALS:
  void windowWanted();
  void quitWanted();
  /// Something was told, as a notification of the desktop.
  void told(const QString& title, const QString& text);

 private:
  void tell(Notice notice, const QString& title, const QString& text);
  void guard();
  void show(const QString& title, const QString& text, QSystemTrayIcon::MessageIcon icon);

  QWidget* const window_;
  const std::function<bool()> available_;
  bool shown_ = false;
  QSystemTrayIcon* icon_;
  QMenu* menu_;
  QTimer guard_;
};

}  // namespace uninterruptible::admin
