#pragma once

#include <QStringList>
#include <QTimer>
#include <QWidget>

#include "core/connections/connection_filter.hpp"

class QItemSelectionModel;
class QLineEdit;
class QPushButton;
class QStackedLayout;
class QTableView;

namespace uninterruptible::admin {

class PlainLabel;
class ServerMonitor;

/// The live connections of a server: sorted, filtered, selected; all of which stays while they change.
class ConnectionTable : public QWidget {
  Q_OBJECT

 public:
  explicit ConnectionTable(QWidget* parent = nullptr);
  /// `server` must outlive its use here; nullptr for none.
  void setServer(ServerMonitor* server);
  [[nodiscard]] QStringList selectedIds() const;
  /// What is shown may be out of date.
  void setDimmed(bool dimmed);
  /// Shows ages as of now.
  void tick();
  [[nodiscard]] QTableView* view() noexcept { return view_; }
  [[nodiscard]] QLineEdit* filterField() noexcept { return field_; }

 Q_SIGNALS:
  void selectionChanged();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void setUpView();
  void refreshNote();

  ServerMonitor* server_ = nullptr;
  ConnectionFilter filter_;
  QTimer typing_;
  PlainLabel* title_;
  QLineEdit* field_;
  QTableView* view_;
  QWidget* note_;  ///< over the empty table
  PlainLabel* noteText_;
  QPushButton* clear_;
};

}  // namespace uninterruptible::admin
