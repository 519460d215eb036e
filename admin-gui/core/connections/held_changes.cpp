#include "core/connections/held_changes.hpp"

#include <algorithm>
#include <tuple>

namespace uninterruptible::admin {

void HeldChanges::startAnew() {
  clear();
  snapshot_ = true;
}

void HeldChanges::add(const QList<ConnectionRow>& changed, const QStringList& removed) {
  for (const auto& id : removed) {
    changed_.remove(id);
    if (!snapshot_) removed_.insert(id);
  }
  for (const auto& row : changed) {
    removed_.remove(row.id);
    changed_.insert(row.id, row);
  }
}

QList<ConnectionRow> HeldChanges::changed() const {
  auto rows = changed_.values();
  std::ranges::sort(rows, {},
                    [](const ConnectionRow& row) { return std::tie(row.generation, row.number, row.id); });
  return rows;
}

void HeldChanges::clear() {
  snapshot_ = false;
  changed_.clear();
  removed_.clear();
}

}  // namespace uninterruptible::admin
