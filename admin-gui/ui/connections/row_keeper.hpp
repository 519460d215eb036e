#pragma once

#include <QList>
#include <QObject>
#include <QPersistentModelIndex>

class QTableView;

namespace uninterruptible::admin {

class ConnectionFilter;

/// Keeps what a view shows in its place while rows come and go above it: the top row stays at the top, unless
/// it is the one that moved. A current row that ends hands over to its neighbour, not to whichever row the
/// selection model comes to; the view does not follow it there.
class RowKeeper : public QObject {
  Q_OBJECT

 public:
  /// `view` must show `filter` already; both must outlive this.
  RowKeeper(QTableView* view, ConnectionFilter* filter);

 private:
  void remember();
  void restore();
  void restoreCurrent();
  void restoreTop();

  QTableView* const view_;
  ConnectionFilter* const filter_;
  bool autoScroll_ = true;
  QList<QPersistentModelIndex> current_;  ///< the current row, the one below it, the one above it; or empty
  int topRow_ = 0;
  QPersistentModelIndex top_;
  QPersistentModelIndex second_;
};

}  // namespace uninterruptible::admin
