#include "core/restart/restart_step_model.hpp"

#include "core/text/wording.hpp"

namespace uninterruptible::admin {

int RestartStepModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(stops_.size());
}

QVariant RestartStepModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto& stop = at(index.row());
  switch (role) {
    case Qt::DisplayRole: return wording::step(stop.step);
    case StepRole: return stop.step;
    case StateRole: return static_cast<int>(stop.state);
    case ElapsedRole: return stop.elapsed ? QVariant::fromValue<qint64>(stop.elapsed->count()) : QVariant();
    default: return {};
  }
}

void RestartStepModel::apply(const std::vector<control::Step>& steps) {
  if (steps.empty()) return;
  for (const auto& step : steps) report_.apply(step);
  refresh();
}

void RestartStepModel::setTrial(bool trial) {
  if (trial == trial_) return;
  trial_ = trial;
  if (report_.outcome() != RestartReport::Outcome::None) refresh();
}

void RestartStepModel::clear() {
  beginResetModel();
  report_ = {};
  stops_.clear();
  endResetModel();
  Q_EMIT reportChanged();
}

void RestartStepModel::refresh() {
  auto next = report_.stops(trial_);
  if (next.size() != stops_.size()) {
    beginResetModel();
    stops_ = std::move(next);
    endResetModel();
  } else {
    for (std::size_t row = 0; row < next.size(); ++row) {
      if (next[row] == stops_[row]) continue;
      stops_[row] = next[row];
      const auto place = index(static_cast<int>(row));
      Q_EMIT dataChanged(place, place);
    }
  }
  Q_EMIT reportChanged();
}

}  // namespace uninterruptible::admin
