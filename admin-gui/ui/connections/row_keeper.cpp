#include "ui/connections/row_keeper.hpp"

#include <QItemSelectionModel>
#include <QScrollBar>
#include <QTableView>
#include <algorithm>

#include "core/connections/connection_filter.hpp"
#include "core/connections/connection_model.hpp"

namespace uninterruptible::admin {

RowKeeper::RowKeeper(QTableView* view, ConnectionFilter* filter)
    : QObject(view), view_(view), filter_(filter) {
  connect(filter_, &QAbstractItemModel::modelAboutToBeReset, this, &RowKeeper::remember);
  connect(filter_, &QAbstractItemModel::modelReset, this, &RowKeeper::restore);
}

void RowKeeper::remember() {
  selected_.clear();
  for (const auto& index : view_->selectionModel()->selectedRows()) {
    selected_ += index.data(ConnectionModel::IdRole).toString();
  }
  current_ = view_->currentIndex().data(ConnectionModel::IdRole).toString();
  const auto top = view_->rowAt(0);
  top_ = top > 0 ? filter_->index(top, 0).data(ConnectionModel::IdRole).toString() : QString();
}

void RowKeeper::restore() {
  auto* const selection = view_->selectionModel();
  if (const auto row = rowOf(current_); row >= 0) {
    selection->setCurrentIndex(filter_->index(row, 0), QItemSelectionModel::NoUpdate);
  }
  const auto flags = QItemSelectionModel::Select | QItemSelectionModel::Rows;
  if (!selected_.isEmpty()) selection->select(selectionOf(selected_), flags);
  const auto top = rowOf(top_);
  if (top < 0) return;
  view_->doItemsLayout();  // before that the scroll bar has no range
  view_->verticalScrollBar()->setValue(top);
}

int RowKeeper::rowOf(const QString& id) const {
  const auto* const model = qobject_cast<const ConnectionModel*>(filter_->sourceModel());
  if (!model || id.isEmpty()) return -1;
  const auto row = model->find(id);
  return row < 0 ? -1 : filter_->mapFromSource(model->index(row, 0)).row();
}

QItemSelection RowKeeper::selectionOf(const QStringList& ids) const {
  QList<int> rows;
  for (const auto& id : ids) {
    if (const auto row = rowOf(id); row >= 0) rows += row;
  }
  std::ranges::sort(rows);
  QItemSelection result;
  const auto lastColumn = filter_->columnCount() - 1;
  for (qsizetype begin = 0; begin < rows.size();) {
    qsizetype end = begin + 1;
    while (end < rows.size() && rows.at(end) == rows.at(end - 1) + 1) ++end;
    result.append({filter_->index(rows.at(begin), 0), filter_->index(rows.at(end - 1), lastColumn)});
    begin = end;
  }
  return result;
}

}  // namespace uninterruptible::admin
