#include "core/history/history_model.hpp"

#include <QMap>
#include <algorithm>
#include <chrono>

#include "core/text/wording.hpp"

namespace uninterruptible::admin {
namespace {

quint64 numberOf(const RestartEntry& entry) { return entry.record.restart; }

}  // namespace

int HistoryModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(entries_.size());
}

int HistoryModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QString HistoryModel::shown(const RestartEntry& entry, int column) const {
  const auto& record = entry.record;
  switch (column) {
    case When: return wording::moment(wording::toMilliseconds(record.requested_at));
    case Generations: return history::generations(record);
    case Outcome: return history::outcome(record);
    case Took: return record.took ? wording::elapsed(*record.took) : QStringLiteral("-");
    case Steps: return history::stepTimes(record);
    case Lost: return history::lossInShort(record);
    case AskedBy: return history::asker(entry);
    default: return {};
  }
}

QVariant HistoryModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto& entry = at(index.row());
  switch (role) {
    case Qt::DisplayRole: return shown(entry, index.column());
    case Qt::AccessibleTextRole:
      if (index.column() == Outcome) return tr("Outcome: %1").arg(shown(entry, Outcome));
      if (index.column() == Steps) return tr("Steps: %1").arg(shown(entry, Steps));
      return shown(entry, index.column());
    case Qt::TextAlignmentRole:
      if (index.column() != Took) return {};
      return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    case RestartRole: return QVariant::fromValue<quint64>(entry.record.restart);
    case OutcomeRole: return wording::plain(entry.record.outcome);
    case LossRole: return static_cast<int>(history::loss(entry.record));
    default: return {};
  }
}

QVariant HistoryModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) {
    return QVariant((section == Took ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  }
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case When: return tr("When");
    case Generations: return tr("Generations");
    case Outcome: return tr("Outcome");
    case Took: return tr("Took");
    case Steps: return tr("Steps");
    case Lost: return tr("Lost");
    case AskedBy: return tr("Asked by");
    default: return {};
  }
}

int HistoryModel::rowOf(quint64 restart) const {
  const auto found = std::ranges::lower_bound(entries_, restart, std::ranges::greater{}, numberOf);
  if (found == entries_.end() || numberOf(*found) != restart) return -1;
  return static_cast<int>(found - entries_.begin());
}

const RestartEntry* HistoryModel::find(quint64 restart) const {
  const auto row = rowOf(restart);
  return row < 0 ? nullptr : &at(row);
}

qint64 HistoryModel::longest() const {
  qint64 result = 0;
  for (const auto& entry : entries_) {
    result = std::max<qint64>(result, entry.record.took.value_or(std::chrono::milliseconds::zero()).count());
  }
  return result;
}

void HistoryModel::removeWhereMissing(const QList<RestartEntry>& entries) {
  const auto missing = [&entries](const RestartEntry& entry) {
    return !std::ranges::binary_search(entries, numberOf(entry), std::ranges::greater{}, numberOf);
  };
  for (int last = rowCount() - 1; last >= 0; --last) {
    if (!missing(at(last))) continue;
    int first = last;
    while (first > 0 && missing(at(first - 1))) --first;
    beginRemoveRows({}, first, last);
    entries_.remove(first, last - first + 1);
    endRemoveRows();
    last = first;
  }
}

void HistoryModel::apply(QList<RestartEntry> entries, bool whole) {
  QMap<quint64, RestartEntry> latest;  // of two reports on one the later counts
  for (const auto& entry : entries) latest.insert(numberOf(entry), entry);
  entries = latest.values();
  std::ranges::reverse(entries);
  if (whole) removeWhereMissing(entries);
  for (qsizetype place = 0; place < entries.size();) {
    const auto number = numberOf(entries.at(place));
    const auto found = std::ranges::lower_bound(entries_, number, std::ranges::greater{}, numberOf);
    const auto row = static_cast<int>(found - entries_.begin());
    if (found != entries_.end() && numberOf(*found) == number) {
      if (entries_.at(row) != entries.at(place)) {
        entries_[row] = entries.at(place);
        Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
      }
      ++place;
      continue;
    }
    // All that go before the same row go in at once.
    auto end = place + 1;
    while (end < entries.size() && (row == rowCount() || numberOf(entries.at(end)) > numberOf(at(row))))
      ++end;
    beginInsertRows({}, row, row + static_cast<int>(end - place) - 1);
    for (auto each = place; each < end; ++each) entries_.insert(row + (each - place), entries.at(each));
    endInsertRows();
    place = end;
  }
  if (entries_.size() > mostRestarts) {
    beginRemoveRows({}, static_cast<int>(mostRestarts), rowCount() - 1);
    entries_.resize(mostRestarts);
    endRemoveRows();
  }
  Q_EMIT changed();
}

void HistoryModel::clear() {
  beginResetModel();
  entries_.clear();
  endResetModel();
  Q_EMIT changed();
}

}  // namespace uninterruptible::admin
