#pragma once

#include <QAbstractTableModel>
#include <QBitArray>
#include <QList>
#include <algorithm>
#include <utility>

namespace uninterruptible::admin {

/// A table of which many rows come, go and move at once. However many these are, views hear of at most one
/// insertion, one change of the layout and one removal: what such a notification costs them hardly depends on
/// how many rows it is about. Selection, current row and all other persistent indexes stay with their rows.
class BatchTableModel : public QAbstractTableModel {
 public:
  using QAbstractTableModel::QAbstractTableModel;

 protected:
  /// Appends `fresh` to `rows`, which are those of the model, and moves each of all these to its place in
  /// `places`: numbers from 0 on without a gap, and `gone` for those that go.
  template <typename Row>
  void rearrange(QList<Row>& rows, const QList<Row>& fresh, QList<int> places);
  static constexpr int gone = -1;
  /// Says of these rows that they may show something else; of neighbours at once. A view that hears of other
  /// rows than those it shows paints nothing.
  void announce(const QBitArray& touched);

 private:
  void movePersistentIndexes(const QList<int>& places);
};

template <typename Row>
void BatchTableModel::rearrange(QList<Row>& rows, const QList<Row>& fresh, QList<int> places) {
  const auto all = static_cast<int>(places.size());
  if (!fresh.isEmpty()) {
    beginInsertRows({}, static_cast<int>(rows.size()), all - 1);
    rows += fresh;
    endInsertRows();
  }
  // Those that go move behind those that stay, and so become neighbours.
  const auto staying = all - static_cast<int>(places.count(gone));
  int last = staying;
  for (auto& place : places) {
    if (place == gone) place = last++;
  }
  if (!std::ranges::is_sorted(places)) {
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    QList<Row> moved(all);
    for (int row = 0; row < all; ++row) moved[places.at(row)] = std::move(rows[row]);
    rows = std::move(moved);
    movePersistentIndexes(places);
    Q_EMIT layoutChanged({}, VerticalSortHint);
  }
  if (staying == all) return;
  beginRemoveRows({}, staying, all - 1);
  rows.resize(staying);
  endRemoveRows();
}

}  // namespace uninterruptible::admin
