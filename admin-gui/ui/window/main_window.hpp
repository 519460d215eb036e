#pragma once

#include <QMainWindow>
#include <QTimer>

#include "core/link/link_events.hpp"

class QAction;
class QLabel;
class QStackedWidget;

namespace uninterruptible::admin {

struct ActionState;
class EmptyPage;
class PlainLabel;
class ServerListView;
class ServerMonitor;
class ServerPage;
class ServerWatch;

/// The window: servers at the left, the chosen one at the right, and the actions on it.
class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  /// `watch` must outlive this. `wanted` is the server to show first, empty for any.
  explicit MainWindow(ServerWatch* watch, QString wanted = {}, QWidget* parent = nullptr);
  ~MainWindow() override;

  [[nodiscard]] ServerMonitor* server() const noexcept { return server_; }

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void makeActions();
  void drawIcons();
  void makeMenus();
  void makeToolBar();
  void makeStatusBar();
  QAction* makeAction(const QString& objectName, const QString& text, const QString& tip);
  void applyRule(QAction* action, const ActionState& rule);

  void chooseServer(int row);
  void showServer(ServerMonitor* server);
  void serversChanged();
  void refreshActions();
  void refreshStatusBar();
  void tick();

  void askRestart();
  void askShutDown();
  void closeSelected();
  void removeServer();
  void explainRefusal(LinkRequest request, const QString& message);

  ServerWatch* const watch_;
  const QString wanted_;
  ServerMonitor* server_ = nullptr;
  QTimer clock_;
  ServerListView* list_;
  QStackedWidget* stack_;
  EmptyPage* emptyPage_;
  ServerPage* page_;
  QAction* restart_ = nullptr;
  QAction* shutDown_ = nullptr;
  QAction* close_ = nullptr;
  QAction* filter_ = nullptr;
  QAction* lookAgain_ = nullptr;
  QAction* quit_ = nullptr;
  PlainLabel* linkLabel_ = nullptr;
  PlainLabel* selectionLabel_ = nullptr;
  PlainLabel* freshnessLabel_ = nullptr;
  qint64 updatedAt_ = 0;
};

}  // namespace uninterruptible::admin
