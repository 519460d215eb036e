#include "core/connections/connection_filter.hpp"

#include <algorithm>

#include "core/connections/connection_model.hpp"

namespace uninterruptible::admin {

ConnectionFilter::ConnectionFilter(QObject* parent) : QSortFilterProxyModel(parent) {
  setSortRole(ConnectionModel::SortRole);
  setSortLocaleAware(false);
  setDynamicSortFilter(true);
}

void ConnectionFilter::setText(const QString& text) {
  const auto words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
  if (words == words_) return;
  words_ = words;
  invalidateRowsFilter();
}

bool ConnectionFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
  if (words_.isEmpty()) return true;
  const auto text = sourceModel()->index(row, 0, parent).data(ConnectionModel::TextRole).toString();
  return std::ranges::all_of(words_,
                             [&](const auto& word) { return text.contains(word, Qt::CaseInsensitive); });
}

}  // namespace uninterruptible::admin
