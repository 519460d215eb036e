#pragma once

#include <QAbstractListModel>
#include <vector>

#include "core/restart/restart_report.hpp"

namespace uninterruptible::admin {

/// The latest restart of a server as a list of stops, and its report.
class RestartStepModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role { StepRole = Qt::UserRole, StateRole, ElapsedRole };

  using QAbstractListModel::QAbstractListModel;

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  [[nodiscard]] const RestartStop& at(int row) const { return stops_.at(static_cast<std::size_t>(row)); }
  [[nodiscard]] const RestartReport& report() const noexcept { return report_; }

  void apply(const std::vector<control::Step>& steps);
  /// Whether restarts of this server have a trial.
  void setTrial(bool trial);
  void clear();

 Q_SIGNALS:
  void reportChanged();

 private:
  void refresh();

  RestartReport report_;
  std::vector<RestartStop> stops_;
  bool trial_ = true;
};

}  // namespace uninterruptible::admin
