#pragma once

#include <QPointer>
#include <QWidget>

namespace uninterruptible::admin {

class Banner;
class ConnectionTable;
class GenerationCards;
class RestartStrip;
class ServerHeader;
class ServerMonitor;

/// Everything about one server, from top to bottom: header, banners, generations, restart, connections.
class ServerPage : public QWidget {
  Q_OBJECT

 public:
  explicit ServerPage(QWidget* parent = nullptr);
  /// `server` must outlive its use here; nullptr for none.
  void setServer(ServerMonitor* server);
  [[nodiscard]] ConnectionTable* connections() noexcept { return table_; }
  /// Says something that has no other place, until it is dismissed.
  void notify(const QString& text);
  /// Shows ages and waits as of now.
  void tick();

 Q_SIGNALS:
  void restartWanted();
  void removalWanted();

 private:
  void refresh();
  void actOnBanner();

  QPointer<ServerMonitor> server_;
  ServerHeader* header_;
  Banner* linkBanner_;
  Banner* noticeBanner_;
  GenerationCards* cards_;
  RestartStrip* strip_;
  ConnectionTable* table_;
};

}  // namespace uninterruptible::admin
