#pragma once

#include <QStringList>
#include <QTimer>
#include <QWidget>

#include "core/connections/connection_filter.hpp"
#include "core/connections/connection_row.hpp"

class QLineEdit;
class QMenu;
class QTableView;

namespace uninterruptible::admin {

class PlainLabel;
class ScopeBar;
class ServerMonitor;
class Settings;
class TableColumns;
class TableNote;

/// The live connections of a server: sorted, filtered, selected; all of which stays while they change.
class ConnectionTable : public QWidget {
  Q_OBJECT

 public:
  explicit ConnectionTable(Settings* settings, QWidget* parent = nullptr);
  /// `server` must outlive its use here; nullptr for none.
  void setServer(ServerMonitor* server);
  [[nodiscard]] QStringList selectedIds() const;
  /// As shown, from top to bottom; those that are selected, or all.
  [[nodiscard]] QList<ConnectionRow> rows(bool selectedOnly) const;
  [[nodiscard]] int shownCount() const { return filter_.rowCount(); }
  /// What is shown may be out of date.
  void setDimmed(bool dimmed);
  /// Narrows the table to a generation and selects the connection that has been open for longest.
  void showOldest(quint64 generation);
  /// Opened where a person asks for what can be done with a connection; must outlive this.
  void setMenu(QMenu* menu);
  /// Shows ages as of now.
  void tick();
  [[nodiscard]] QTableView* view() noexcept { return view_; }
  [[nodiscard]] QLineEdit* filterField() noexcept { return field_; }
  [[nodiscard]] TableColumns* columns() noexcept { return columns_; }

 Q_SIGNALS:
  void selectionChanged();
  /// A connection was double-clicked.
  void detailsWanted();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void setUpField();
  void setUpView();
  void connectFilter();
  void refreshNote();
  void applyFilter();

  ServerMonitor* server_ = nullptr;
  ConnectionFilter filter_;
  QTimer typing_;
  bool dimmed_ = false;
  PlainLabel* title_;
  ScopeBar* scope_;
  QLineEdit* field_;
  QTableView* view_;
  TableColumns* columns_ = nullptr;
  TableNote* note_;  ///< over the empty table
};

}  // namespace uninterruptible::admin
