#include "core/connections/connection_model.hpp"

#include <QSet>
#include <algorithm>

#include "core/text/wording.hpp"

namespace uninterruptible::admin {
namespace {

QVariant display(const ConnectionRow& row, int column) {
  switch (column) {
    case ConnectionModel::Id: return row.id;
    case ConnectionModel::Generation: return QString::number(row.generation);
    case ConnectionModel::State: return wording::state(row.state);
    case ConnectionModel::Peer: return row.peer;
    case ConnectionModel::Label: return row.label;
    case ConnectionModel::OpenFor: return wording::age(row.openedAt, wording::now());
    case ConnectionModel::IdleFor: return wording::age(row.activeAt, wording::now());
    case ConnectionModel::BytesIn: return wording::bytes(row.bytesIn);
    case ConnectionModel::BytesOut: return wording::bytes(row.bytesOut);
    default: return {};
  }
}

QVariant sortKey(const ConnectionRow& row, int column) {
  switch (column) {
    case ConnectionModel::Id: return (row.generation << 40U) + row.number;
    case ConnectionModel::Generation: return row.generation;
    // By the moment, not by the age: the moment stays.
    case ConnectionModel::OpenFor: return -row.openedAt;
    case ConnectionModel::IdleFor: return -row.activeAt;
    case ConnectionModel::BytesIn: return row.bytesIn;
    case ConnectionModel::BytesOut: return row.bytesOut;
    default: return display(row, column);
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
    case Qt::DisplayRole: return display(row, index.column());
    case SortRole: return sortKey(row, index.column());
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
    default: return {};
  }
}

void ConnectionModel::apply(const QList<ConnectionRow>& changed, const QStringList& removed) {
  QList<int> gone;
  for (const auto& id : removed) {
    if (const auto row = find(id); row >= 0) gone += row;
  }
  remove(std::move(gone));
  update(changed);
}

void ConnectionModel::replace(const QList<ConnectionRow>& rows) {
  QSet<QString> kept;
  kept.reserve(rows.size());
  for (const auto& row : rows) kept += row.id;
  QList<int> gone;
  for (int row = 0; row < rows_.size(); ++row) {
    if (!kept.contains(rows_.at(row).id)) gone += row;
  }
  remove(std::move(gone));
  update(rows);
}

void ConnectionModel::remove(QList<int> rows) {
  if (rows.isEmpty()) return;
  std::ranges::sort(rows);
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
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

void ConnectionModel::update(const QList<ConnectionRow>& changed) {
  QList<int> touched;
  QList<ConnectionRow> fresh;
  QHash<QString, qsizetype> freshIndex;
  for (const auto& row : changed) {
    if (const auto place = find(row.id); place >= 0) {
      if (rows_.at(place) == row) continue;
      rows_[place] = row;
      touched += place;
    } else if (const auto twice = freshIndex.constFind(row.id); twice != freshIndex.cend()) {
      fresh[*twice] = row;
    } else {
      freshIndex.insert(row.id, fresh.size());
      fresh += row;
    }
  }
  std::ranges::sort(touched);
  for (qsizetype begin = 0; begin < touched.size();) {
    qsizetype end = begin + 1;
    while (end < touched.size() && touched.at(end) <= touched.at(end - 1) + 1) ++end;
    Q_EMIT dataChanged(index(touched.at(begin), 0), index(touched.at(end - 1), ColumnCount - 1),
                       {Qt::DisplayRole, SortRole, TextRole});
    begin = end;
  }
  if (fresh.isEmpty()) return;
  const auto first = static_cast<int>(rows_.size());
  beginInsertRows({}, first, first + static_cast<int>(fresh.size()) - 1);
  rows_ += fresh;
  rebuildIndex(first);
  endInsertRows();
}

void ConnectionModel::rebuildIndex(int from) {
  for (int row = from; row < rows_.size(); ++row) index_.insert(rows_.at(row).id, row);
}

}  // namespace uninterruptible::admin
