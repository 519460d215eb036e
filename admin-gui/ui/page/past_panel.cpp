#include "ui/page/past_panel.hpp"

#include <QTabBar>

#include "core/settings/settings.hpp"
#include "ui/events/event_view.hpp"
#include "ui/history/history_view.hpp"

namespace uninterruptible::admin {

PastPanel::PastPanel(Settings* settings, QWidget* parent)
    : QTabWidget(parent), settings_(settings), events_(new EventView(this)), history_(new HistoryView(this)) {
  setObjectName(QStringLiteral("pastPanel"));
  tabBar()->setObjectName(QStringLiteral("pastTabs"));
  tabBar()->setAccessibleName(tr("What has happened"));
  setAccessibleName(tr("What has happened"));
  setDocumentMode(true);
  addTab(events_, tr("Events"));
  addTab(history_, tr("Restarts"));
  setMinimumHeight(fontMetrics().height() * 4);
  if (const auto state = settings_->splitter(history_->objectName()); !state.isEmpty()) {
    history_->restoreState(state);
  }
  setCurrentIndex(settings_->showsHistory() ? History : Events);
  setHidden(!settings_->showsPast());
  connect(this, &QTabWidget::currentChanged, this, &PastPanel::turned);
}

void PastPanel::setServer(ServerMonitor* server) {
  events_->setServer(server);
  history_->setServer(server);
}

void PastPanel::toggle(Tab tab) {
  const bool hides = shows(tab);
  setCurrentIndex(tab);
  setHidden(hides);
  Q_EMIT turned();
}

void PastPanel::keep() {
  settings_->setShowsPast(!isHidden());
  settings_->setShowsHistory(currentIndex() == History);
  settings_->setSplitter(history_->objectName(), history_->saveState());
}

}  // namespace uninterruptible::admin
