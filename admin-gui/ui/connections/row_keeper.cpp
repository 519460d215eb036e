#include "ui/connections/row_keeper.hpp"

#include <QItemSelectionModel>
#include <QScrollBar>
#include <QTableView>
#include <algorithm>

#include "core/connections/connection_filter.hpp"

namespace uninterruptible::admin {

RowKeeper::RowKeeper(QTableView* view, ConnectionFilter* filter)
    : QObject(view), view_(view), filter_(filter) {
  connect(filter_, &ConnectionFilter::aboutToRearrange, this, &RowKeeper::remember);
  connect(filter_, &ConnectionFilter::rearranged, this, &RowKeeper::restore);
}

void RowKeeper::remember() {
  autoScroll_ = view_->hasAutoScroll();
  view_->setAutoScroll(false);
  current_.clear();
  if (const auto current = view_->currentIndex(); current.isValid()) {
    for (const int step : {0, 1, -1}) current_ += current.siblingAtRow(current.row() + step);
  }
  topRow_ = view_->rowAt(0);
  top_ = filter_->index(topRow_, 0);
  second_ = filter_->index(topRow_ + 1, 0);
}

void RowKeeper::restore() {
  restoreCurrent();
  restoreTop();
  view_->setAutoScroll(autoScroll_);
  current_.clear();
  top_ = QPersistentModelIndex();
  second_ = QPersistentModelIndex();
}

void RowKeeper::restoreCurrent() {
  const auto left = std::ranges::find_if(current_, &QPersistentModelIndex::isValid);
  if (left == current_.end() || *left == view_->currentIndex()) return;
  view_->selectionModel()->setCurrentIndex(*left, QItemSelectionModel::NoUpdate);
}

void RowKeeper::restoreTop() {
  // From the very top, what is new there is to be seen.
  if (topRow_ <= 0 || !top_.isValid() || !second_.isValid()) return;
  if (top_.row() == topRow_ || second_.row() != top_.row() + 1) return;
  view_->doItemsLayout();  // before that the scroll bar has the old range
  view_->verticalScrollBar()->setValue(top_.row());
}

}  // namespace uninterruptible::admin
