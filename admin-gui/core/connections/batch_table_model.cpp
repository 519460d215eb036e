#include "core/connections/batch_table_model.hpp"

namespace uninterruptible::admin {

void BatchTableModel::movePersistentIndexes(const QList<int>& places) {
  const auto from = persistentIndexList();
  QModelIndexList to;
  to.reserve(from.size());
  for (const auto& each : from) to += index(places.at(each.row()), each.column());
  changePersistentIndexList(from, to);
}

void BatchTableModel::announce(const QBitArray& touched) {
  const auto rows = static_cast<int>(touched.size());
  for (int first = 0; first < rows; ++first) {
    if (!touched.testBit(first)) continue;
    int last = first;
    while (last + 1 < rows && touched.testBit(last + 1)) ++last;
    Q_EMIT dataChanged(index(first, 0), index(last, columnCount() - 1));
    first = last;
  }
}

}  // namespace uninterruptible::admin
