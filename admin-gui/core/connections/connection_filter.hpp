#pragma once

#include <QBitArray>
#include <QList>
#include <QStringList>
#include <optional>

#include "core/connections/batch_table_model.hpp"

namespace uninterruptible::admin {

class ConnectionModel;
struct ConnectionRow;

/// Those rows of a ConnectionModel in which every word of the filter occurs, of all generations or of one,
/// sorted by what the columns mean (ages by the moment). It follows a batch of the model by a single one of
/// its own, in which only what the batch touched is judged and sorted anew; a QSortFilterProxyModel moves
/// each changed row by itself. Of rows that are alike in a column the one that arrived earlier comes first,
/// whichever way it is sorted.
class ConnectionFilter : public BatchTableModel {
  Q_OBJECT

 public:
  using BatchTableModel::BatchTableModel;

  /// nullptr for none. May be gone before this.
  void setSourceModel(ConnectionModel* source);
  [[nodiscard]] const ConnectionModel* sourceModel() const { return source_; }
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  /// A column below 0 is the order of arrival.
  void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;
  /// There must be such a row.
  [[nodiscard]] const ConnectionRow& at(int row) const;

  [[nodiscard]] QString text() const { return words_.join(QLatin1Char(' ')); }
  [[nodiscard]] std::optional<quint64> generation() const { return generation_; }

 public Q_SLOTS:
  void setText(const QString& text);
  /// Empty: of all generations.
  void setGeneration(std::optional<quint64> generation);
  /// Rows stay where they are while `frozen`, e.g. as long as a mouse button is down; new ones come below
  /// them.
  void setFrozen(bool frozen);

 Q_SIGNALS:
  /// Rows come, go or move until `rearranged`. Here and there the model is whole.
  void aboutToRearrange();
  void rearranged();

 private:
  void follow(const QList<int>& places, const QBitArray& touched);
  void judgeAll();
  void arrange(const QBitArray& touched, bool inOrder);
  [[nodiscard]] bool accepts(const ConnectionRow& row) const;
  [[nodiscard]] bool precedes(int one, int other) const;

  ConnectionModel* source_ = nullptr;
  QList<int> shown_;  ///< rows of the source; `gone` for those that are about to be removed
  QStringList words_;
  std::optional<quint64> generation_;
  int column_ = -1;
  Qt::SortOrder order_ = Qt::AscendingOrder;
  bool frozen_ = false;
};

}  // namespace uninterruptible::admin
