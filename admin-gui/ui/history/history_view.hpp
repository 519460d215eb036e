#pragma once

#include <QPointer>
#include <QSplitter>

class QTableView;

namespace uninterruptible::admin {

class PlainLabel;
class RestartSheet;
class ServerMonitor;

/// The restarts of a server, the latest at the top, and beside them all that is known of the chosen one. The
/// latest is chosen until somebody chooses another.
class HistoryView : public QSplitter {
  Q_OBJECT

 public:
  explicit HistoryView(QWidget* parent = nullptr);
  /// `server` must outlive its use here; nullptr for none.
  void setServer(ServerMonitor* server);

 private:
  void setUpTable();
  void fitColumns();
  void follow();
  void showCurrent();

  QPointer<ServerMonitor> server_;
  QTableView* table_;
  RestartSheet* sheet_;
  PlainLabel* note_;
  quint64 latest_ = 0;  ///< the restart that is followed; another one was chosen where that is not current
};

}  // namespace uninterruptible::admin
