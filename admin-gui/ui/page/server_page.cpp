#include "ui/page/server_page.hpp"

#include <QClipboard>
#include <QGuiApplication>
#include <QSplitter>
#include <QTimer>
#include <QVBoxLayout>

#include "core/servers/server_monitor.hpp"
#include "core/settings/settings.hpp"
#include "core/text/wording.hpp"
#include "ui/banners/link_text.hpp"
#include "ui/banners/undo_bar.hpp"
#include "ui/connections/connection_table.hpp"
#include "ui/connections/details_sheet.hpp"
#include "ui/generations/generation_cards.hpp"
#include "ui/page/past_panel.hpp"
#include "ui/page/server_header.hpp"
#include "ui/restart/restart_strip.hpp"

namespace uninterruptible::admin {

ServerPage::ServerPage(Settings* settings, QWidget* parent)
    : QWidget(parent),
      settings_(settings),
      header_(new ServerHeader(this)),
      linkBanner_(new Banner(QStringLiteral("linkBanner"), this)),
      levelBanner_(new Banner(QStringLiteral("levelBanner"), this)),
      pauseBanner_(new Banner(QStringLiteral("pauseBanner"), this)),
      noticeBanner_(new Banner(QStringLiteral("noticeBanner"), this)),
      undo_(new UndoBar(this)),
      cards_(new GenerationCards(this)),
      strip_(new RestartStrip(this)),
      column_(new QSplitter(Qt::Vertical, this)),
      lower_(new QSplitter(this)),
      table_(new ConnectionTable(settings, this)),
      details_(new DetailsSheet(this)),
      past_(new PastPanel(settings, this)) {
  setObjectName(QStringLiteral("serverPage"));
  arrange();
  connect(past_, &PastPanel::turned, this, &ServerPage::makeRoomForPast);
  connect(linkBanner_, &Banner::chosen, this, &ServerPage::act);
  connect(pauseBanner_, &Banner::chosen, this, &ServerPage::act);
  connect(noticeBanner_, &Banner::chosen, noticeBanner_, &QWidget::hide);
  connect(levelBanner_, &Banner::chosen, this, [this] {
    levelSeen_ = true;
    refreshLevel();
  });
}

void ServerPage::arrange() {
  lower_->setObjectName(QStringLiteral("detailsSplitter"));
  lower_->addWidget(table_);
  lower_->addWidget(details_);
  lower_->setStretchFactor(0, 1);
  lower_->setChildrenCollapsible(false);
  column_->setObjectName(QStringLiteral("pastSplitter"));
  column_->addWidget(lower_);
  column_->addWidget(past_);
  column_->setStretchFactor(0, 1);
  column_->setChildrenCollapsible(false);
  column_->setSizes({fontMetrics().height() * 40, fontMetrics().height() * 8});
  auto* const layout = new QVBoxLayout(this);
  layout->setContentsMargins(14, 12, 14, 10);
  layout->setSpacing(10);
  layout->addWidget(header_);
  layout->addWidget(linkBanner_);
  layout->addWidget(levelBanner_);
  layout->addWidget(pauseBanner_);
  layout->addWidget(noticeBanner_);
  layout->addWidget(cards_);
  layout->addWidget(strip_);
  layout->addWidget(undo_);
  layout->addWidget(column_, 1);
  for (auto* const splitter : {lower_, column_}) {
    if (const auto state = settings_->splitter(splitter->objectName()); !state.isEmpty())
      splitter->restoreState(state);
  }
}

// A report needs more lines than the latest events do.
void ServerPage::makeRoomForPast() {
  const int wanted = fontMetrics().height() * 14;
  const auto sizes = column_->sizes();
  if (!past_->shows(PastPanel::History) || sizes.last() >= wanted) return;
  column_->setSizes({sizes.first() + sizes.last() - wanted, wanted});
}

void ServerPage::keepLayout() {
  for (const auto* const splitter : {lower_, column_}) {
    settings_->setSplitter(splitter->objectName(), splitter->saveState());
  }
  past_->keep();
}

void ServerPage::setServer(ServerMonitor* server) {
  undo_->commit();  // it is about the server that was shown
  if (server_) server_->disconnect(this);
  server_ = server;
  announced_.reset();
  levelSeen_ = false;
  cards_->setServer(server);
  strip_->setServer(server);
  table_->setServer(server);
  details_->setServer(server);
  past_->setServer(server);
  noticeBanner_->hide();
  if (!server) return;
  connect(server, &ServerMonitor::linkChanged, this, &ServerPage::refresh);
  connect(server, &ServerMonitor::statusChanged, this, &ServerPage::refresh);
  connect(server, &ServerMonitor::fileKept, this,
          [this](const QString& reason) { notify(tr("The file was not removed: %1").arg(reason)); });
  refresh();
}

void ServerPage::notify(const QString& text) {
  noticeBanner_->say(Mark::Notice, text, {BannerVerb::Dismiss});
}

void ServerPage::showDetails(const QString& id) { details_->showConnection(id); }

bool ServerPage::showsDetails() const { return !details_->isHidden(); }

void ServerPage::hideDetails() { details_->hide(); }

void ServerPage::refresh() {
  if (!server_) return;
  header_->showServer(*server_);
  refreshLink();
  refreshPause();
  refreshLevel();
  const bool current = server_->isCurrent();
  header_->setEnabled(current);
  cards_->setEnabled(current);
  table_->setDimmed(!current);
}

void ServerPage::refreshLink() {
  const auto text = linkText(contactWith(*server_), wording::now());
  const auto phase = server_->link().phase;
  linkBanner_->setBusy(text.busy);
  if (text.bannerText.isEmpty()) {
    linkBanner_->hide();
    // A connection that takes longer than nothing is worth a word.
    if (phase == LinkPhase::Connecting) {
      QTimer::singleShot(std::chrono::milliseconds(310), this, &ServerPage::refreshWaiting);
    }
  } else {
    // The seconds in it go on counting; they are no news.
    linkBanner_->say(text.mark, text.bannerText, text.verbs, announced_ != phase);
    announced_ = phase;
  }
}

void ServerPage::refreshWaiting() {
  if (server_ && server_->link().phase == LinkPhase::Connecting) refresh();
}

void ServerPage::refreshPause() {
  if (server_->pausedAt() == 0) return pauseBanner_->hide();
  const auto waiting = wording::plural(static_cast<quint64>(server_->changesWaiting()));
  pauseBanner_->say(
      Mark::Standby,
      tr("Paused at %1. %Ln change(s) waiting.", nullptr, waiting).arg(wording::clock(server_->pausedAt())),
      {BannerVerb::Resume}, pauseBanner_->isHidden());
}

void ServerPage::refreshLevel() {
  if (!server_ || levelSeen_ || !server_->isConnected() || server_->link().mayOperate)
    return levelBanner_->hide();
  levelBanner_->say(
      Mark::Ahead,
      server_->isReadOnly()
          ? tr("You look at %1 without changing it, as this program was started with --read-only.")
                .arg(server_->name())
          : tr("You may look at %1 but not change it: your user is neither the server's own nor in its "
               "operate group.")
                .arg(server_->name()),
      {BannerVerb::Dismiss});
}

void ServerPage::tick() {
  refresh();
  cards_->tick();
  strip_->tick();
  table_->tick();
  details_->tick();
}

void ServerPage::act(BannerVerb verb) {
  if (!server_) return;
  switch (verb) {
    case BannerVerb::TryNow: return server_->retry();
    case BannerVerb::StopTrying:
    case BannerVerb::Disconnect: return server_->stopTrying();
    case BannerVerb::KeepWaiting: return server_->keepWaiting();
    case BannerVerb::Resume: return server_->setPaused(false);
    case BannerVerb::CopyCommand:
      return QGuiApplication::clipboard()->setText(linkText(contactWith(*server_), wording::now()).command);
    default: Q_EMIT chosen(verb);
  }
}

}  // namespace uninterruptible::admin
