#pragma once

#include <QObject>
#include <QStringList>

class QItemSelection;
class QTableView;

namespace uninterruptible::admin {

class ConnectionFilter;

/// Keeps the selection, the current row and what is at the top of a view by connection id while its model is
/// reset.
class RowKeeper : public QObject {
  Q_OBJECT

 public:
  /// `view` must show `filter` already; both must outlive this.
  RowKeeper(QTableView* view, ConnectionFilter* filter);

 private:
  void remember();
  void restore();
  /// Row in the view, -1 if it is not there.
  [[nodiscard]] int rowOf(const QString& id) const;
  [[nodiscard]] QItemSelection selectionOf(const QStringList& ids) const;

  QTableView* const view_;
  ConnectionFilter* const filter_;
  QStringList selected_;
  QString current_;
  QString top_;
};

}  // namespace uninterruptible::admin
