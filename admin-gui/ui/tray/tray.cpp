#include "ui/tray/tray.hpp"

#include <QApplication>
#include <QMenu>
#include <QWidget>
#include <chrono>
#include <memory>
#include <utility>

#include "ui/style/app_icon.hpp"
#include "ui/tray/server_notices.hpp"

namespace uninterruptible::admin {

Tray::Tray(QWidget* window, ServerListModel* servers, std::function<bool()> available)
    : QObject(window),
      window_(window),
      available_(std::move(available)),
      icon_(new QSystemTrayIcon(appIcon(), this)),
      menu_(new QMenu(window)) {
  menu_->setObjectName(QStringLiteral("trayMenu"));
  connect(menu_->addAction(tr("&Show Window")), &QAction::triggered, this, &Tray::windowWanted);
  connect(menu_->addAction(tr("&Quit")), &QAction::triggered, this, &Tray::quitWanted);
  icon_->setContextMenu(menu_);
  icon_->setToolTip(tr("Uninterruptible"));
  connect(icon_, &QSystemTrayIcon::messageClicked, this, &Tray::windowWanted);
  connect(icon_, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
    if (reason != QSystemTrayIcon::Context) Q_EMIT windowWanted();
  });
  const auto foreground = [this] {
    return window_->isVisible() && !window_->isMinimized() &&
           QGuiApplication::applicationState() == Qt::ApplicationActive;
  };
  connect(new ServerNotices(servers, foreground, this), &ServerNotices::noticed, this, &Tray::tell);
  guard_.setInterval(std::chrono::seconds(1));
  connect(&guard_, &QTimer::timeout, this, &Tray::guard);
}

Tray::~Tray() = default;

void Tray::setWanted(bool wanted) {
  shown_ = wanted && available_();
  icon_->setVisible(shown_);
  if (shown_) {
    guard_.start();
  } else {
    guard_.stop();
  }
}

// Nothing tells when a panel with a tray ends.
void Tray::guard() {
  if (available_()) return;
  setWanted(false);
  if (!window_->isVisible()) Q_EMIT windowWanted();
}

void Tray::hint() {
  show(tr("The restart goes on"),
       tr("It is the server's and needs no window. This program stays in the tray and tells how the restart "
          "ends; the menu of its icon has Quit."),
       QSystemTrayIcon::Information);
}

void Tray::tell(Notice notice, const QString& title, const QString& text) {
  show(title, text,
       notice == Notice::RestartFinished ? QSystemTrayIcon::Information : QSystemTrayIcon::Warning);
}

void Tray::show(const QString& title, const QString& text, QSystemTrayIcon::MessageIcon icon) {
  if (!shown_) return;
  icon_->showMessage(title, text, icon);
  Q_EMIT told(title, text);
}

}  // namespace uninterruptible::admin
