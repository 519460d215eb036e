#include "core/generations/generation_list_model.hpp"

#include <algorithm>
#include <utility>

#include "core/text/wording.hpp"

namespace uninterruptible::admin {
namespace {

quint64 drainStart(const GenerationRow& before, const control::GenerationStatus& now) {
  if (now.state != "draining" && now.state != "stopping") return 0;
  return std::max<quint64>({before.drainFrom, before.status.connections, now.connections});
}

}  // namespace

int GenerationListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QVariant GenerationListModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto& status = at(index.row()).status;
  switch (role) {
    case Qt::DisplayRole:
      return tr("Generation %1 - %2")
          .arg(status.generation)
          .arg(wording::state(wording::plain(status.state)));
    case GenerationRole: return QVariant::fromValue<quint64>(status.generation);
    case PidRole: return status.pid;
    case StateRole: return wording::plain(status.state);
    case ConnectionsRole: return QVariant::fromValue<quint64>(status.connections);
    default: return {};
  }
}

void GenerationListModel::setGenerations(std::vector<control::GenerationStatus> generations) {
  std::ranges::sort(generations, std::ranges::greater{}, &control::GenerationStatus::generation);
  const auto twice = std::ranges::unique(generations, {}, &control::GenerationStatus::generation);
  generations.erase(twice.begin(), twice.end());
  for (int row = rowCount() - 1; row >= 0; --row) {
    const auto number = at(row).status.generation;
    if (std::ranges::find(generations, number, &control::GenerationStatus::generation) != generations.end())
      continue;
    beginRemoveRows({}, row, row);
    rows_.erase(rows_.begin() + row);
    endRemoveRows();
  }
  // Both are sorted the same way now, and what is left of the old ones occurs in the new ones.
  for (std::size_t place = 0; place < generations.size(); ++place) {
    const auto row = static_cast<int>(place);
    auto& status = generations[place];
    if (place >= rows_.size() || rows_[place].status.generation != status.generation) {
      GenerationRow fresh{.status = std::move(status)};
      fresh.drainFrom = drainStart({}, fresh.status);
      beginInsertRows({}, row, row);
      rows_.insert(rows_.begin() + row, std::move(fresh));
      endInsertRows();
      continue;
    }
    GenerationRow next{.status = std::move(status)};
    next.drainFrom = drainStart(rows_[place], next.status);
    if (next == rows_[place]) continue;
    rows_[place] = std::move(next);
    Q_EMIT dataChanged(index(row), index(row));
  }
}

}  // namespace uninterruptible::admin
