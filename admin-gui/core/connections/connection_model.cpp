#include "core/connections/connection_model.hpp"

#include <QSet>
#include <algorithm>
#include <numeric>

#include "core/text/wording.hpp"

namespace uninterruptible::admin {
namespace {

QVariant display(const ConnectionRow& row, int column, qint64 now) {
  switch (column) {
    case ConnectionModel::Id: return row.id;
    case ConnectionModel::Generation: return QString::number(row.generation);
    case ConnectionModel::State: return wording::state(row.state);
    case ConnectionModel::Peer: return row.peer;
    case ConnectionModel::Label: return row.label;
    case ConnectionModel::Local: return row.local;
    case ConnectionModel::OpenFor: return wording::ageOrMoment(row.openedAt, now);
    case ConnectionModel::IdleFor: return wording::ageOrMoment(row.activeAt, now);
    case ConnectionModel::BytesIn: return wording::bytes(row.bytesIn);
    case ConnectionModel::BytesOut: return wording::bytes(row.bytesOut);
    default: return {};
  }
}

/// Whether a column is read like a sum, from the right.
bool isNumeric(int column) {
  switch (column) {
    case ConnectionModel::OpenFor:
    case ConnectionModel::IdleFor:
    case ConnectionModel::BytesIn:
    case ConnectionModel::BytesOut: return true;
    default: return false;
  }
}

}  // namespace

int ConnectionModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int ConnectionModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant ConnectionModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto& row = rows_.at(index.row());
  switch (role) {
    case Qt::DisplayRole: return display(row, index.column(), moment_ == 0 ? wording::now() : moment_);
    case IdRole: return row.id;
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(
          Qt::Alignment(Qt::AlignVCenter | (isNumeric(index.column()) ? Qt::AlignRight : Qt::AlignLeft)));
    default: return {};
  }
}

QVariant ConnectionModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) {
    return QVariant::fromValue(
        Qt::Alignment(Qt::AlignVCenter | (isNumeric(section) ? Qt::AlignRight : Qt::AlignLeft)));
  }
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case Id: return tr("ID");
    case Generation: return tr("Generation");
    case State: return tr("State");
    case Peer: return tr("Peer");
    case Label: return tr("Label");
    case OpenFor: return tr("Open for");
    case IdleFor: return tr("Idle for");
    case BytesIn: return tr("In");
    case BytesOut: return tr("Out");
    case Local: return tr("Local address");
    default: return {};
  }
}

qint64 ConnectionModel::oldest(quint64 generation) const {
  qint64 first = 0;
  for (const auto& row : rows_) {
    if (row.generation == generation && (first == 0 || row.openedAt < first)) first = row.openedAt;
  }
  return first;
}

void ConnectionModel::apply(const QList<ConnectionRow>& changed, const QStringList& removed) {
  QBitArray ending(rows_.size());
  for (const auto& id : removed) {
    if (const auto row = find(id); row >= 0) ending.setBit(row);
  }
  carryOut(changed, ending);
}

void ConnectionModel::replace(const QList<ConnectionRow>& rows) {
  QSet<QString> kept;
  kept.reserve(rows.size());
  for (const auto& row : rows) kept += row.id;
  QBitArray ending(rows_.size());
  for (int row = 0; row < rows_.size(); ++row) ending.setBit(row, !kept.contains(rows_.at(row).id));
  carryOut(rows, ending);
}

void ConnectionModel::carryOut(const QList<ConnectionRow>& changed, const QBitArray& ending) {
  const auto before = static_cast<int>(rows_.size());
  for (int row = 0; row < before; ++row) {
    if (ending.testBit(row)) index_.remove(rows_.at(row).id);
  }
  QList<ConnectionRow> fresh;
  QBitArray different(before + changed.size());
  for (const auto& row : changed) {
    const auto number = find(row.id);
    if (number < 0) {
      index_.insert(row.id, before + static_cast<int>(fresh.size()));
      fresh += row;
      continue;
    }
    auto& known = number < before ? rows_[number] : fresh[number - before];
    if (known == row) continue;
    known = row;
    different.setBit(number);
  }
  const auto all = before + static_cast<int>(fresh.size());
  const auto kept = before - static_cast<int>(ending.count(true));
  different.fill(true, before, all);
  if (kept == before && different.count(true) == 0) return;

  QList<int> places(all, gone);
  QBitArray touched(all - before + kept);
  int next = 0;
  for (int row = 0; row < all; ++row) {
    if (row < before && ending.testBit(row)) continue;
    touched.setBit(next, different.testBit(row));
    places[row] = next++;
  }
  for (auto& number : index_) number = places.at(number);
  rearrange(rows_, fresh, places);
  auto old = touched;
  old.truncate(kept);
  announce(old);
  Q_EMIT edited(places.first(before), touched);
}

}  // namespace uninterruptible::admin
