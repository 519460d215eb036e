#pragma once

#include <QObject>

class QHeaderView;
class QMenu;
class QTableView;

namespace uninterruptible::admin {

class Settings;

/// Which columns the table has, in which order and how wide; remembered from one time to the next.
class TableColumns : public QObject {
  Q_OBJECT

 public:
  /// `view` must show its model already; both must outlive this.
  TableColumns(QTableView* view, Settings* settings);

  /// Widths from the font, order and visibility as they are at first.
  void setUsual();
  /// What was remembered, else the usual.
  void restore();
  void keep() const;
  /// Fills a menu with a checkable entry for each column.
  void fill(QMenu* menu);

 private:
  [[nodiscard]] QHeaderView* header() const;
  void offerMenu(const QPoint& where);

  QTableView* const view_;
  Settings* const settings_;
};

}  // namespace uninterruptible::admin
