#pragma once

#include <QAbstractTableModel>
#include <vector>

#include "core/events/event_row.hpp"

namespace uninterruptible::admin {

/// What happened, the oldest first. Rows are only appended, a batch at a time; of events and of log lines
/// only so many are kept, each by their own count, so that a talkative program does not push the events out.
/// Threads: the GUI thread.
class EventModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { Time, Subject, Text, ColumnCount };
  enum Role { SerialRole = Qt::UserRole, SubjectRole, OutlookRole };

  static constexpr int keptEvents = 1000;
  static constexpr int keptLogLines = 5000;

  explicit EventModel(QObject* parent = nullptr, int mostEvents = keptEvents,
                      int mostLogLines = keptLogLines);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  [[nodiscard]] const EventRow& at(int row) const { return rows_.at(static_cast<std::size_t>(row)); }
  /// The first row with this serial or a higher one; rowCount() if there is none.
  [[nodiscard]] int rowFrom(quint64 serial) const;

  /// Rows whose count is at its limit push out a tenth of the oldest of their kind.
  void append(QList<EventRow> rows);
  /// Forgets the lines of the log.
  void removeLog();

 Q_SIGNALS:
  /// Around each append() and removeLog(), for who wants to keep a place.
  void aboutToChange();
  void changed();

 private:
  void makeRoom(int newEvents, int newLogLines);
  /// The oldest of either kind.
  void removeOldest(int events, int logLines);

  const int mostEvents_;
  const int mostLogLines_;
  std::vector<EventRow> rows_;
  int logLines_ = 0;  ///< of the rows
  quint64 lastSerial_ = 0;
};

}  // namespace uninterruptible::admin
