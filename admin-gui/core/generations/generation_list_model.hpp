#pragma once

#include <QAbstractListModel>
#include <vector>

#include "uninterruptible/control.hpp"

namespace uninterruptible::admin {

/// A generation as it is, and what is remembered of it.
struct GenerationRow {
  control::GenerationStatus status;
  quint64 drainFrom = 0;  ///< most connections seen since it began to drain; 0 while it does not
  friend bool operator==(const GenerationRow&, const GenerationRow&) = default;
};

/// The living generations of a server, the newest first.
class GenerationListModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role { GenerationRole = Qt::UserRole, PidRole, StateRole, ConnectionsRole };

  using QAbstractListModel::QAbstractListModel;

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  [[nodiscard]] const GenerationRow& at(int row) const { return rows_.at(static_cast<std::size_t>(row)); }

  void setGenerations(std::vector<control::GenerationStatus> generations);

 private:
  std::vector<GenerationRow> rows_;
};

}  // namespace uninterruptible::admin
