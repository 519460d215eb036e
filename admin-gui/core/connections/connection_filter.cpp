#include "core/connections/connection_filter.hpp"

#include <algorithm>

#include "core/connections/connection_model.hpp"

namespace uninterruptible::admin {

ConnectionFilter::ConnectionFilter(QObject* parent) : QSortFilterProxyModel(parent) {
  setDynamicSortFilter(true);
}

void ConnectionFilter::setText(const QString& text) {
  const auto words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
  if (words == words_) return;
  words_ = words;
  invalidateRowsFilter();
}

void ConnectionFilter::setGeneration(std::optional<quint64> generation) {
  if (generation == generation_) return;
  generation_ = generation;
  invalidateRowsFilter();
}

void ConnectionFilter::setFrozen(bool frozen) {
  if (dynamicSortFilter() == !frozen) return;
  setDynamicSortFilter(!frozen);
  // That sorts again, but looks at none of the rows again that changed meanwhile.
  if (!frozen && (!words_.isEmpty() || generation_)) invalidateRowsFilter();
}

bool ConnectionFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
  if (words_.isEmpty() && !generation_) return true;
  const auto* const model = static_cast<const ConnectionModel*>(sourceModel());
  if (generation_ && model->at(row).generation != *generation_) return false;
  if (words_.isEmpty()) return true;
  const auto text = model->index(row, 0, parent).data(ConnectionModel::TextRole).toString();
  return std::ranges::all_of(words_,
                             [&](const auto& word) { return text.contains(word, Qt::CaseInsensitive); });
}

// By the rows themselves: through QVariants, ten thousand of them take several frames to sort.
bool ConnectionFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  const auto* const model = static_cast<const ConnectionModel*>(sourceModel());
  const auto& one = model->at(left.row());
  const auto& other = model->at(right.row());
  switch (left.column()) {
    case ConnectionModel::Id:
      return std::pair(one.generation, one.number) < std::pair(other.generation, other.number);
    case ConnectionModel::Generation: return one.generation < other.generation;
    case ConnectionModel::Peer: return one.peer < other.peer;
    case ConnectionModel::Label: return one.label < other.label;
    case ConnectionModel::Local: return one.local < other.local;
    // By the moment, not by the age: the moment stays. Who came last has been open for the shortest time.
    case ConnectionModel::OpenFor: return one.openedAt > other.openedAt;
    case ConnectionModel::IdleFor: return one.activeAt > other.activeAt;
    case ConnectionModel::BytesIn: return one.bytesIn < other.bytesIn;
    case ConnectionModel::BytesOut: return one.bytesOut < other.bytesOut;
    default: return one.state < other.state;
  }
}

}  // namespace uninterruptible::admin
