#pragma once

#include <QPointer>
#include <QWidget>
#include <chrono>
#include <optional>

#include "core/link/link_events.hpp"
#include "ui/banners/banner.hpp"

class QSplitter;

namespace uninterruptible::admin {

class ConnectionTable;
class DetailsSheet;
class GenerationCards;
class PastPanel;
class RestartStrip;
class ServerHeader;
class ServerMonitor;
class Settings;
class UndoBar;

/// Everything about one server, from top to bottom: header, banners, generations, restart, connections, and
/// what has happened.
class ServerPage : public QWidget {
  Q_OBJECT

 public:
  /// `settings` must outlive this.
  explicit ServerPage(Settings* settings, QWidget* parent = nullptr);
  /// `server` must outlive its use here; nullptr for none.
  void setServer(ServerMonitor* server);
  [[nodiscard]] ConnectionTable* connections() noexcept { return table_; }
  [[nodiscard]] UndoBar* undo() noexcept { return undo_; }
  [[nodiscard]] GenerationCards* cards() noexcept { return cards_; }
  [[nodiscard]] RestartStrip* strip() noexcept { return strip_; }
  [[nodiscard]] PastPanel* past() noexcept { return past_; }
  /// Says something that has no other place, until it is dismissed.
  void notify(const QString& text);
  void showDetails(const QString& id);
  [[nodiscard]] bool showsDetails() const;
  void hideDetails();
  /// Remembers how the page is divided.
  void keepLayout();
  /// Shows ages and waits as of now.
  void tick();

 Q_SIGNALS:
  /// What a banner offers and is not done by the page itself.
  void chosen(uninterruptible::admin::BannerVerb verb);

 private:
  void arrange();
  void makeRoomForPast();
  void refresh();
  void refreshLink();
  void refreshWaiting();
  void refreshPause();
  void refreshLevel();
  void act(BannerVerb verb);

  QPointer<ServerMonitor> server_;
  Settings* const settings_;
  std::optional<LinkPhase> announced_;  ///< the phase that assistive technology was told of
  bool levelSeen_ = false;
  ServerHeader* header_;
  Banner* linkBanner_;
  Banner* levelBanner_;
  Banner* pauseBanner_;
  Banner* noticeBanner_;
  UndoBar* undo_;
  GenerationCards* cards_;
  RestartStrip* strip_;
  QSplitter* column_;
  QSplitter* lower_;
  ConnectionTable* table_;
  DetailsSheet* details_;
  PastPanel* past_;
};

}  // namespace uninterruptible::admin
