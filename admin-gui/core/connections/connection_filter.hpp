#pragma once

#include <QSortFilterProxyModel>

namespace uninterruptible::admin {

/// Sorts a ConnectionModel by its SortRole and shows the rows in which every word of the filter occurs.
class ConnectionFilter : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  explicit ConnectionFilter(QObject* parent = nullptr);

  [[nodiscard]] QString text() const { return words_.join(QLatin1Char(' ')); }

 public Q_SLOTS:
  void setText(const QString& text);
  /// Rows stay where they are while `frozen`, e.g. as long as a mouse button is down.
  void setFrozen(bool frozen) { setDynamicSortFilter(!frozen); }

 protected:
  [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

 private:
  QStringList words_;
};

}  // namespace uninterruptible::admin
