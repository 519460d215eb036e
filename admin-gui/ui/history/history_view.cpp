#include "ui/history/history_view.hpp"

#include <QGridLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QTableView>
#include <algorithm>

#include "core/servers/server_monitor.hpp"
#include "ui/connections/padded_header.hpp"
#include "ui/history/history_delegate.hpp"
#include "ui/history/restart_sheet.hpp"
#include "ui/style/plain_label.hpp"

namespace uninterruptible::admin {

HistoryView::HistoryView(QWidget* parent)
    : QSplitter(parent),
      table_(new QTableView(this)),
      sheet_(new RestartSheet(this)),
      note_(new PlainLabel(QStringLiteral("historyNote"), table_->viewport())) {
  setObjectName(QStringLiteral("historySplitter"));
  setUpTable();
  addWidget(table_);
  addWidget(sheet_);
  setStretchFactor(0, 3);
  setStretchFactor(1, 2);
  setChildrenCollapsible(false);
  setSizes({760, 440});
}

void HistoryView::setUpTable() {
  table_->setObjectName(QStringLiteral("historyTable"));
  table_->setAccessibleName(tr("Restarts"));
  table_->setItemDelegate(new HistoryDelegate(table_));
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->setTabKeyNavigation(false);
  table_->setAlternatingRowColors(true);
  table_->setShowGrid(false);
  table_->setWordWrap(false);
  table_->setFrameShape(NoFrame);
  table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
  auto* const header = new PaddedHeader(table_);
  table_->setHorizontalHeader(header);
  header->setHighlightSections(false);
  header->setStretchLastSection(true);
  note_->setText(tr("It has not been restarted yet."));
  note_->setSubdued();
  auto* const layout = new QGridLayout(table_->viewport());
  layout->addWidget(note_, 0, 0, Qt::AlignCenter);
}

void HistoryView::setServer(ServerMonitor* server) {
  if (server_) server_->restarts()->disconnect(this);
  server_ = server;
  latest_ = 0;
  sheet_->setServer(server);
  auto* const old = table_->selectionModel();
  table_->setModel(server ? server->restarts() : nullptr);
  delete old;
  if (server) {
    fitColumns();
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &HistoryView::showCurrent);
    connect(server->restarts(), &HistoryModel::changed, this, &HistoryView::follow);
  }
  follow();
}

// Once, by what is usual: columns that change their width while one reads are a nuisance.
void HistoryView::fitColumns() {
  const auto metrics = table_->fontMetrics();
  const int room = metrics.averageCharWidth() * 2 + 4;
  const auto fit = [&](int column, const QString& usual, int more = 0) {
    const auto title = server_->restarts()->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    table_->setColumnWidth(
        column, std::max(metrics.horizontalAdvance(usual), metrics.horizontalAdvance(title)) + room + more);
  };
  fit(HistoryModel::When, QStringLiteral("2025-11-22 14:02:11"));
  fit(HistoryModel::Generations, QStringLiteral("188 -> 189"));
  control::RestartRecord widest;
  widest.outcome = "rolled_back";
  fit(HistoryModel::Outcome, history::outcome(widest), metrics.height());
  fit(HistoryModel::Took, QStringLiteral("18 m 08 s"));
  fit(HistoryModel::Steps, QString(), metrics.averageCharWidth() * 12);
  fit(HistoryModel::Lost, QStringLiteral("not known"), metrics.height());
}

void HistoryView::follow() {
  const auto* const restarts = server_ ? server_->restarts() : nullptr;
  const bool some = restarts && restarts->rowCount() > 0;
  note_->setVisible(server_ && !some);
  if (!some) return;
  const auto current = table_->currentIndex().data(HistoryModel::RestartRole).toULongLong();
  const auto newest = restarts->at(0).record.restart;
  const bool chosen = table_->currentIndex().isValid() && current != latest_;
  if (!chosen && (newest != latest_ || !table_->currentIndex().isValid())) {
    latest_ = newest;
    table_->selectRow(0);
  }
  table_->viewport()->update();  // the longest may be another one: all bars are relative to it
}

void HistoryView::showCurrent() {
  sheet_->showRestart(table_->currentIndex().data(HistoryModel::RestartRole).toULongLong());
}

}  // namespace uninterruptible::admin
