#pragma once

#include <QTabWidget>

namespace uninterruptible::admin {

class EventView;
class HistoryView;
class ServerMonitor;
class Settings;

/// What has happened to a server, at the bottom of its page: events as they come, and its restarts.
class PastPanel : public QTabWidget {
  Q_OBJECT

 public:
  enum Tab { Events, History };

  /// `settings` must outlive this.
  explicit PastPanel(Settings* settings, QWidget* parent = nullptr);
  void setServer(ServerMonitor* server);
  /// Shows a tab, and hides the panel where that is what can be seen already.
  void toggle(Tab tab);
  [[nodiscard]] bool shows(Tab tab) const { return !isHidden() && currentIndex() == tab; }
  [[nodiscard]] EventView* events() noexcept { return events_; }
  /// Remembers what is shown and how it is divided.
  void keep();

 Q_SIGNALS:
  /// Another tab is shown, or none.
  void turned();

 private:
  Settings* const settings_;
  EventView* events_;
  HistoryView* history_;
};

}  // namespace uninterruptible::admin
