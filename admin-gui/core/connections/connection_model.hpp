#pragma once

#include <QBitArray>
#include <QHash>
#include <QList>
#include <QStringList>

#include "core/connections/batch_table_model.hpp"
#include "core/connections/connection_row.hpp"

namespace uninterruptible::admin {

/// All open connections of a server, in the order of their arrival. A batch of changes becomes few
/// notifications, however many rows it is about (BatchTableModel).
class ConnectionModel : public BatchTableModel {
  Q_OBJECT

 public:
  enum Column { Id, Generation, State, Peer, Label, OpenFor, IdleFor, BytesIn, BytesOut, Local, ColumnCount };
  enum Role {
    IdRole = Qt::UserRole,  ///< the id, in any column
  };

  using BatchTableModel::BatchTableModel;

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  [[nodiscard]] const ConnectionRow& at(int row) const { return rows_.at(row); }
  /// Ages are told as of this moment (Unix milliseconds) from now on, so that all of them are of one,
  /// whatever is painted when; 0: as of the moment that they are asked for. No notification: who asks for it
  /// paints anew.
  void setMoment(qint64 moment) { moment_ = moment; }
  /// The row of an id, -1 if it is not there. While a batch is carried out: the row that it comes to.
  [[nodiscard]] int find(const QString& id) const { return index_.value(id, -1); }
  /// When the oldest connection of a generation was opened (Unix milliseconds); 0 if there is none.
  [[nodiscard]] qint64 oldest(quint64 generation) const;

 public Q_SLOTS:
  /// Removes first, then changes what is there and appends what is not.
  void apply(const QList<uninterruptible::admin::ConnectionRow>& changed, const QStringList& removed);
  /// Makes the model hold exactly these; rows that stay keep their order.
  void replace(const QList<uninterruptible::admin::ConnectionRow>& rows);

 Q_SIGNALS:
  /// A batch has been carried out, and what views hear has been said. `places` are those to which the rows
  /// came that there were, -1 for those that went; `touched` has a bit for each row that there is: it is new,
  /// or not what it was.
  void edited(const QList<int>& places, const QBitArray& touched);

 private:
  void carryOut(const QList<ConnectionRow>& changed, const QBitArray& ending);

  qint64 moment_ = 0;
  QList<ConnectionRow> rows_;
  QHash<QString, int> index_;
};

}  // namespace uninterruptible::admin
