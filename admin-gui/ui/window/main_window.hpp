#pragma once

#include <QMainWindow>
#include <QTimer>

#include "core/link/link_events.hpp"
#include "ui/banners/banner.hpp"
#include "ui/tray/tray_rules.hpp"
#include "ui/window/action_rules.hpp"

class QAction;
class QMenu;
class QSplitter;
class QStackedWidget;

namespace uninterruptible::admin {

class EmptyPage;
struct ServerAddress;
class ServerCommands;
class ServerListView;
class ServerMonitor;
class ServerPage;
class ServerWatch;
class Settings;
class StatusLine;
class Tray;
class WindowActions;

/// The window: servers at the left, the chosen one at the right, and the actions on it.
class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  /// `watch` and `settings` must outlive this. `wanted` is the server to show first, empty for any.
  MainWindow(ServerWatch* watch, Settings* settings, QString wanted = {}, QWidget* parent = nullptr);
  ~MainWindow() override;

  [[nodiscard]] ServerMonitor* server() const noexcept { return server_; }
  /// The file that Open Guide opens; without one that says why it cannot.
  void setGuide(const QString& path);

 protected:
  void changeEvent(QEvent* event) override;
  void closeEvent(QCloseEvent* event) override;
  bool focusNextPrevChild(bool next) override;

 private:
  // main_window.cpp: what is shown
  void arrange();
  void addKnownServers();
  void connectParts();
  void chooseServer(int row);
  void showServer(ServerMonitor* server);
  void serversChanged();
  void refreshActions();
  void refreshStatus();
  void tick();
  [[nodiscard]] Situation situation() const;
  [[nodiscard]] Closing closing() const;

  // main_window_menus.cpp: where the actions are
  void makeGeneralActions();
  void makePastActions();
  void makeMenus();
  void makeToolBar();
  void makeServerKeys();
  QAction* makeAction(const QString& objectName, const QString& text, const QString& tip,
                      const QKeySequence& key = {});

  // main_window_actions.cpp: what they do
  void carryOut(Action action);
  void copyAsCommand(Action action);
  void act(BannerVerb verb);
  void showOldest(quint64 generation);
  void toggleDetails();
  void copyRows();
  void exportRows();
  void addServer(const ServerAddress& address);
  void editServer();
  void removeServer();
  void askRemoveFile();
  void showPreferences();
  void showShortcuts();
  void showAbout();
  void openGuide();
  void comeForward();
  void quit();
  void applySettings();
  void refreshPast();
  void followLog();
  void say(const QString& sentence);

  ServerWatch* const watch_;
  Settings* const settings_;
  const QString wanted_;
  ServerMonitor* server_ = nullptr;
  QTimer clock_;
  QSplitter* splitter_;
  ServerListView* list_;
  QStackedWidget* stack_;
  EmptyPage* emptyPage_;
  ServerPage* page_;
  StatusLine* status_;
  WindowActions* actions_;
  ServerCommands* commands_;
  QAction* lookAgain_ = nullptr;
  QAction* addServer_ = nullptr;
  QAction* quit_ = nullptr;
  QAction* showEvents_ = nullptr;
  QAction* showHistory_ = nullptr;
  QAction* showLog_ = nullptr;
  QAction* preferences_ = nullptr;
  QAction* shortcuts_ = nullptr;
  QAction* about_ = nullptr;
  QAction* guide_ = nullptr;
  QString guidePath_;
  Tray* tray_;
  bool quitting_ = false;
  qint64 updatedAt_ = 0;
};

}  // namespace uninterruptible::admin
