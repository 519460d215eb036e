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
    case TextRole:
      return QStringList{row.id, row.peer, row.label, wording::state(row.state)}.join(QLatin1Char(' '));
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
  QList<int> gone;
  for (const auto& id : removed) {
    if (const auto row = find(id); row >= 0) gone += row;
  }
  std::ranges::sort(gone);
  gone.erase(std::unique(gone.begin(), gone.end()), gone.end());
  carryOut(compare(changed, std::move(gone)));
}

void ConnectionModel::replace(const QList<ConnectionRow>& rows) {
  QSet<QString> kept;
  kept.reserve(rows.size());
  for (const auto& row : rows) kept += row.id;
  QList<int> gone;
  for (int row = 0; row < rows_.size(); ++row) {
    if (!kept.contains(rows_.at(row).id)) gone += row;
  }
  carryOut(compare(rows, std::move(gone)));
}

ConnectionModel::Edit ConnectionModel::compare(const QList<ConnectionRow>& changed, QList<int> gone) const {
  Edit edit{.gone = std::move(gone), .touched = {}, .values = {}, .fresh = {}};
  QHash<QString, qsizetype> places;  // of those in `fresh`
  for (const auto& row : changed) {
    const auto place = find(row.id);
    if (place >= 0 && !std::ranges::binary_search(edit.gone, place)) {
      if (rows_.at(place) == row) continue;
      edit.touched += place;
      edit.values += row;
    } else if (const auto twice = places.constFind(row.id); twice != places.cend()) {
      edit.fresh[*twice] = row;
    } else {
      places.insert(row.id, edit.fresh.size());
      edit.fresh += row;
    }
  }
  return edit;
}

void ConnectionModel::carryOut(Edit edit) {
  constexpr qsizetype few = 200;
  const auto moved = edit.gone.size() + edit.fresh.size();
  if (rows_.size() > few && 10 * moved > 3 * rows_.size()) return reset(edit);
  // Values first: their rows still have the numbers they were found at.
  change(edit);
  remove(edit.gone);
  append(edit.fresh);
}

void ConnectionModel::reset(const Edit& edit) {
  beginResetModel();
  for (qsizetype place = 0; place < edit.touched.size(); ++place) {
    rows_[edit.touched.at(place)] = edit.values.at(place);
  }
  QList<ConnectionRow> kept;
  kept.reserve(rows_.size() - edit.gone.size() + edit.fresh.size());
  auto gone = edit.gone.cbegin();
  for (int row = 0; row < rows_.size(); ++row) {
    if (gone != edit.gone.cend() && *gone == row) {
      ++gone;
    } else {
      kept += std::move(rows_[row]);
    }
  }
  rows_ = std::move(kept) + edit.fresh;
  index_.clear();
  rebuildIndex(0);
  endResetModel();
}

void ConnectionModel::remove(const QList<int>& rows) {
  qsizetype end = rows.size();
  while (end > 0) {
    qsizetype begin = end - 1;
    while (begin > 0 && rows.at(begin - 1) == rows.at(begin) - 1) --begin;
    const int first = rows.at(begin);
    const int last = rows.at(end - 1);
    beginRemoveRows({}, first, last);
    for (int row = first; row <= last; ++row) index_.remove(rows_.at(row).id);
    rows_.remove(first, last - first + 1);
    rebuildIndex(first);
    endRemoveRows();
    end = begin;
  }
}

// A proxy looks up places by what the other rows hold: none may have changed of which it was not told yet.
void ConnectionModel::change(const Edit& edit) {
  QList<qsizetype> order(edit.touched.size());
  std::iota(order.begin(), order.end(), 0);
  const auto row = [&edit](qsizetype place) { return edit.touched.at(place); };
  std::ranges::stable_sort(order, {}, row);
  for (qsizetype begin = 0; begin < order.size();) {
    qsizetype end = begin;
    do {
      rows_[row(order.at(end))] = edit.values.at(order.at(end));
      ++end;
    } while (end < order.size() && row(order.at(end)) <= row(order.at(end - 1)) + 1);
    Q_EMIT dataChanged(index(row(order.at(begin)), 0), index(row(order.at(end - 1)), ColumnCount - 1),
                       {Qt::DisplayRole, TextRole});
    begin = end;
  }
}

void ConnectionModel::append(const QList<ConnectionRow>& rows) {
  if (rows.isEmpty()) return;
  const auto first = static_cast<int>(rows_.size());
  beginInsertRows({}, first, first + static_cast<int>(rows.size()) - 1);
  rows_ += rows;
  rebuildIndex(first);
  endInsertRows();
}

void ConnectionModel::rebuildIndex(int from) {
  for (int row = from; row < rows_.size(); ++row) index_.insert(rows_.at(row).id, row);
}

}  // namespace uninterruptible::admin
