#pragma once

#include <QSortFilterProxyModel>
#include <optional>

namespace uninterruptible::admin {

class ConnectionModel;

/// Sorts a ConnectionModel by what its columns mean (ages by the moment) and shows the rows in which every
/// word of the filter occurs, of all generations or of one.
class ConnectionFilter : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  explicit ConnectionFilter(QObject* parent = nullptr);

  [[nodiscard]] QString text() const { return words_.join(QLatin1Char(' ')); }
  [[nodiscard]] std::optional<quint64> generation() const { return generation_; }

 public Q_SLOTS:
  void setText(const QString& text);
  /// Empty: of all generations.
  void setGeneration(std::optional<quint64> generation);
  /// Rows stay where they are while `frozen`, e.g. as long as a mouse button is down.
  void setFrozen(bool frozen);

 protected:
  [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
  [[nodiscard]] bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

 private:
  QStringList words_;
  std::optional<quint64> generation_;
};

}  // namespace uninterruptible::admin
