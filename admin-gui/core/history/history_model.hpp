#pragma once

#include <QAbstractTableModel>
#include <QList>

#include "core/history/restart_entry.hpp"

namespace uninterruptible::admin {

/// The restarts of a server, the latest first. Threads: the GUI thread.
class HistoryModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { When, Generations, Outcome, Lost, Took, Steps, AskedBy, ColumnCount };
  enum Role { RestartRole = Qt::UserRole, OutcomeRole, LossRole };

  /// More are not kept; a server remembers fewer.
  static constexpr qsizetype mostRestarts = 200;

  using QAbstractTableModel::QAbstractTableModel;

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  [[nodiscard]] const RestartEntry& at(int row) const { return entries_.at(row); }
  /// By its number; nullptr if it is not known. Holds until the next change.
  [[nodiscard]] const RestartEntry* find(quint64 restart) const;
  [[nodiscard]] int rowOf(quint64 restart) const;
  /// The longest that one of them took, in milliseconds.
  [[nodiscard]] qint64 longest() const;

  /// Takes new and changed ones; where they are `whole`, all others are forgotten.
  void apply(QList<RestartEntry> entries, bool whole);
  void clear();

 Q_SIGNALS:
  /// After each of them.
  void changed();

 private:
  void removeWhereMissing(const QList<RestartEntry>& entries);
  [[nodiscard]] QString shown(const RestartEntry& entry, int column) const;

  QList<RestartEntry> entries_;
};

}  // namespace uninterruptible::admin
