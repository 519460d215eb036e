#include "ui/page/server_page.hpp"

#include <QVBoxLayout>

#include "core/servers/server_monitor.hpp"
#include "core/text/wording.hpp"
#include "ui/banners/banner.hpp"
#include "ui/banners/link_text.hpp"
#include "ui/connections/connection_table.hpp"
#include "ui/generations/generation_cards.hpp"
#include "ui/page/server_header.hpp"
#include "ui/restart/restart_strip.hpp"

namespace uninterruptible::admin {

ServerPage::ServerPage(QWidget* parent)
    : QWidget(parent),
      header_(new ServerHeader(this)),
      linkBanner_(new Banner(QStringLiteral("linkBanner"), this)),
      noticeBanner_(new Banner(QStringLiteral("noticeBanner"), this)),
      cards_(new GenerationCards(this)),
      strip_(new RestartStrip(this)),
      table_(new ConnectionTable(this)) {
  setObjectName(QStringLiteral("serverPage"));
  auto* const layout = new QVBoxLayout(this);
  layout->setContentsMargins(14, 12, 14, 10);
  layout->setSpacing(10);
  layout->addWidget(header_);
  layout->addWidget(linkBanner_);
  layout->addWidget(noticeBanner_);
  layout->addWidget(cards_);
  layout->addWidget(strip_);
  layout->addWidget(table_, 1);
  connect(strip_, &RestartStrip::tryAgain, this, &ServerPage::restartWanted);
  connect(linkBanner_, &Banner::actionClicked, this, &ServerPage::actOnBanner);
  connect(noticeBanner_, &Banner::actionClicked, noticeBanner_, &QWidget::hide);
}

void ServerPage::setServer(ServerMonitor* server) {
  if (server_) server_->disconnect(this);
  server_ = server;
  cards_->setModel(server ? server->generations() : nullptr);
  strip_->setServer(server);
  table_->setServer(server);
  noticeBanner_->hide();
  if (!server) return;
  connect(server, &ServerMonitor::linkChanged, this, &ServerPage::refresh);
  connect(server, &ServerMonitor::statusChanged, this, &ServerPage::refresh);
  refresh();
}

void ServerPage::notify(const QString& text) { noticeBanner_->say(Mark::Notice, text, tr("Dismiss")); }

void ServerPage::refresh() {
  if (!server_) return;
  header_->showServer(*server_);
  const auto text = linkText(*server_, wording::now());
  if (text.bannerText.isEmpty()) {
    linkBanner_->hide();
  } else {
    linkBanner_->say(text.mark, text.bannerText, text.action);
  }
  const bool current = server_->isConnected() || server_->link().phase == LinkPhase::Following;
  cards_->setEnabled(current);
  table_->setDimmed(!current);
}

void ServerPage::tick() {
  refresh();
  cards_->tick();
  strip_->tick();
  table_->tick();
}

void ServerPage::actOnBanner() {
  if (!server_) return;
  if (server_->link().phase == LinkPhase::Ended) {
    Q_EMIT removalWanted();
  } else {
    server_->retry();
  }
}

}  // namespace uninterruptible::admin
