#include "ui/connections/table_columns.hpp"

#include <QFontMetrics>
#include <QHeaderView>
#include <QMenu>
#include <QTableView>
#include <algorithm>

#include "core/connections/connection_model.hpp"
#include "core/settings/settings.hpp"
#include "core/text/wording.hpp"

namespace uninterruptible::admin {
namespace {

/// Widths in average characters; the label takes what is left.
int characters(int column) {
  switch (column) {
    case ConnectionModel::Id: return 12;
    case ConnectionModel::Generation: return 17;
    case ConnectionModel::State: return 13;
    case ConnectionModel::Peer:
    case ConnectionModel::Local: return 28;
    case ConnectionModel::Label: return 16;
    default: return 13;
  }
}

/// Room for the longest word that a state has, in whatever language.
int widestState(const QFontMetrics& metrics) {
  int widest = 0;
  for (const auto* const state : {"starting", "live", "standby", "draining", "stopping", "open", "closing"}) {
    widest = std::max(widest, metrics.horizontalAdvance(wording::state(QString::fromLatin1(state))));
  }
  return widest;
}

}  // namespace

TableColumns::TableColumns(QTableView* view, Settings* settings)
    : QObject(view), view_(view), settings_(settings) {
  header()->setMinimumSectionSize(view_->fontMetrics().averageCharWidth() * 12);
  header()->setContextMenuPolicy(Qt::CustomContextMenu);
  connect(header(), &QWidget::customContextMenuRequested, this, &TableColumns::offerMenu);
}

QHeaderView* TableColumns::header() const { return view_->horizontalHeader(); }

void TableColumns::setUsual() {
  const auto metrics = view_->fontMetrics();
  const int states = widestState(metrics);
  for (int column = 0; column < header()->count(); ++column) {
    header()->moveSection(header()->visualIndex(column), column);
    const int character = metrics.averageCharWidth();
    int width = std::max(characters(column) * character, header()->sectionSizeHint(column));
    if (column == ConnectionModel::State) width = std::max(width, states + 3 * character);
    // Beside a mark and a number.
    if (column == ConnectionModel::Generation)
      width = std::max(width, states + metrics.height() + 7 * character);
    header()->resizeSection(column, width);
    header()->setSectionHidden(column, column == ConnectionModel::Local);
  }
}

void TableColumns::restore() {
  if (header()->count() == 0) return;
  setUsual();
  // The label takes what is left, and keeps room for its heading where nothing is.
  header()->setMinimumSectionSize(header()->sectionSizeHint(ConnectionModel::Label));
  if (const auto state = settings_->columns(); !state.isEmpty()) header()->restoreState(state);
  header()->setSectionResizeMode(ConnectionModel::Label, QHeaderView::Stretch);
}

void TableColumns::keep() const {
  if (header()->count() > 0) settings_->setColumns(header()->saveState());
}

void TableColumns::fill(QMenu* menu) {
  menu->clear();
  for (int column = 0; column < header()->count(); ++column) {
    auto* const action = menu->addAction(view_->model()->headerData(column, Qt::Horizontal).toString());
    action->setCheckable(true);
    action->setChecked(!header()->isSectionHidden(column));
    action->setEnabled(column != ConnectionModel::Id);  // without it nothing could be named
    connect(action, &QAction::toggled, this, [this, column](bool on) {
      header()->setSectionHidden(column, !on);
      keep();
    });
  }
  menu->addSeparator();
  connect(menu->addAction(tr("Usual Columns")), &QAction::triggered, this, [this] {
    setUsual();
    keep();
  });
}

void TableColumns::offerMenu(const QPoint& where) {
  auto* const menu = new QMenu(view_);
  menu->setObjectName(QStringLiteral("columnMenu"));
  menu->setAttribute(Qt::WA_DeleteOnClose);
  fill(menu);
  menu->popup(header()->mapToGlobal(where));
}

}  // namespace uninterruptible::admin
