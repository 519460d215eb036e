#include "core/events/event_model.hpp"

#include <algorithm>
#include <iterator>

#include "core/text/wording.hpp"

namespace uninterruptible::admin {
namespace {

// With more pieces than this a reset is quicker than telling of each.
constexpr std::size_t mostPieces = 50;

int logLinesIn(const QList<EventRow>& rows) {
  return static_cast<int>(std::ranges::count(rows, true, &EventRow::ofLog));
}

/// How many have to go so that `coming` find room; some more, so that it is not needed each time.
int surplus(int there, int coming, int most) {
  if (there + coming <= most) return 0;
  return std::min(there, std::max(there + coming - most, most / 10));
}

}  // namespace

EventModel::EventModel(QObject* parent, int mostEvents, int mostLogLines)
    : QAbstractTableModel(parent), mostEvents_(mostEvents), mostLogLines_(mostLogLines) {}

int EventModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int EventModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant EventModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto& row = at(index.row());
  switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
      switch (index.column()) {
        case Time: return wording::clock(row.at);
        case Subject: return subjectWord(row.subject);
        default: return row.text;
      }
    case SerialRole: return row.serial;
    case SubjectRole: return static_cast<int>(row.subject);
    case OutlookRole: return static_cast<int>(row.outlook);
    default: return {};
  }
}

QVariant EventModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (section) {
    case Time: return tr("Time");
    case Subject: return tr("About");
    case Text: return tr("Event");
    default: return {};
  }
}

int EventModel::rowFrom(quint64 serial) const {
  return static_cast<int>(std::ranges::lower_bound(rows_, serial, {}, &EventRow::serial) - rows_.begin());
}

void EventModel::append(QList<EventRow> rows) {
  if (rows.isEmpty()) return;
  // Of a batch that is larger than all there may be, the latest count.
  auto events = static_cast<int>(rows.size()) - logLinesIn(rows);
  auto lines = logLinesIn(rows);
  rows.removeIf([&](const EventRow& row) {
    if (row.ofLog ? lines <= mostLogLines_ : events <= mostEvents_) return false;
    --(row.ofLog ? lines : events);
    return true;
  });
  Q_EMIT aboutToChange();
  makeRoom(events, lines);
  const auto first = rowCount();
  beginInsertRows({}, first, first + static_cast<int>(rows.size()) - 1);
  for (auto& row : rows) {
    row.serial = ++lastSerial_;
    rows_.push_back(std::move(row));
  }
  logLines_ += lines;
  endInsertRows();
  Q_EMIT changed();
}

void EventModel::removeLog() {
  if (logLines_ == 0) return;
  Q_EMIT aboutToChange();
  removeOldest(0, logLines_);
  Q_EMIT changed();
}

void EventModel::makeRoom(int newEvents, int newLogLines) {
  removeOldest(surplus(rowCount() - logLines_, newEvents, mostEvents_),
               surplus(logLines_, newLogLines, mostLogLines_));
}

void EventModel::removeOldest(int events, int logLines) {
  if (events == 0 && logLines == 0) return;
  struct Piece {
    int first;
    int last;
  };
  std::vector<Piece> pieces;
  int leftEvents = events;
  int leftLines = logLines;
  for (int row = 0; row < rowCount() && leftEvents + leftLines > 0; ++row) {
    auto& left = at(row).ofLog ? leftLines : leftEvents;
    if (left == 0) continue;
    --left;
    if (!pieces.empty() && pieces.back().last + 1 == row) {
      ++pieces.back().last;
    } else {
      pieces.push_back({row, row});
    }
  }
  const bool whole = pieces.size() > mostPieces;
  if (whole) beginResetModel();
  for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece) {
    if (!whole) beginRemoveRows({}, piece->first, piece->last);
    rows_.erase(std::next(rows_.begin(), piece->first), std::next(rows_.begin(), piece->last + 1));
    if (!whole) endRemoveRows();
  }
  logLines_ -= logLines;
  if (whole) endResetModel();
}

}  // namespace uninterruptible::admin
