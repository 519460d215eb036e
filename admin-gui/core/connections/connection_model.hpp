#pragma once

#include <QAbstractTableModel>
#include <QHash>
#include <QList>
#include <QStringList>

#include "core/connections/connection_row.hpp"

namespace uninterruptible::admin {

/// All open connections of a server, in the order of their arrival. A batch of changes becomes few and large
/// notifications: contiguous removals from the back, dataChanged for runs of rows, one insertion at the end.
/// Where much comes and goes at once the model is reset instead, since that costs the views less; who keeps
/// places in it keeps them by id (RowKeeper).
class ConnectionModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { Id, Generation, State, Peer, Label, OpenFor, IdleFor, BytesIn, BytesOut, Local, ColumnCount };
  enum Role {
    IdRole = Qt::UserRole,  ///< the id, in any column
    TextRole,               ///< what a filter looks into, in any column
  };

  using QAbstractTableModel::QAbstractTableModel;

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  [[nodiscard]] const ConnectionRow& at(int row) const { return rows_.at(row); }
  /// Ages are told as of this moment (Unix milliseconds) from now on, so that all of them are of one,
  /// whatever is painted when; 0: as of the moment that they are asked for. No notification: who asks for it
  /// paints anew.
  void setMoment(qint64 moment) { moment_ = moment; }
  /// The row of an id, -1 if it is not there.
  [[nodiscard]] int find(const QString& id) const { return index_.value(id, -1); }
  /// When the oldest connection of a generation was opened (Unix milliseconds); 0 if there is none.
  [[nodiscard]] qint64 oldest(quint64 generation) const;

 public Q_SLOTS:
  /// Removes first, then changes what is there and appends what is not.
  void apply(const QList<uninterruptible::admin::ConnectionRow>& changed, const QStringList& removed);
  /// Makes the model hold exactly these; rows that stay keep their order.
  void replace(const QList<uninterruptible::admin::ConnectionRow>& rows);

 private:
  struct Edit {
    QList<int> gone;              ///< rows, ascending
    QList<int> touched;           ///< rows as they are before anything is removed
    QList<ConnectionRow> values;  ///< of `touched`, in the same order
    QList<ConnectionRow> fresh;
  };
  [[nodiscard]] Edit compare(const QList<ConnectionRow>& changed, QList<int> gone) const;
  void carryOut(Edit edit);
  void reset(const Edit& edit);
  void remove(const QList<int>& rows);
  void change(const Edit& edit);
  void append(const QList<ConnectionRow>& rows);
  void rebuildIndex(int from);

  qint64 moment_ = 0;
  QList<ConnectionRow> rows_;
  QHash<QString, int> index_;
};

}  // namespace uninterruptible::admin
