#include "ui/window/status_line.hpp"

#include <QStatusBar>

#include "core/servers/server_monitor.hpp"
#include "core/text/wording.hpp"
#include "ui/banners/link_text.hpp"
#include "ui/style/plain_label.hpp"

namespace uninterruptible::admin {

StatusLine::StatusLine(QStatusBar* bar)
    : QObject(bar),
      link_(new PlainLabel(QStringLiteral("linkLabel"), bar)),
      selection_(new PlainLabel(QStringLiteral("selectionLabel"), bar)),
      freshness_(new PlainLabel(QStringLiteral("freshnessLabel"), bar)) {
  for (auto* const label : {link_, selection_, freshness_}) label->setContentsMargins(8, 2, 8, 2);
  bar->addWidget(link_, 1);
  bar->addPermanentWidget(selection_);
  bar->addPermanentWidget(freshness_);
}

void StatusLine::refresh(const ServerMonitor* server, qsizetype selected, qint64 updatedAt) {
  if (!server) {
    link_->setText(tr("Looking for servers"));
    selection_->clear();
    freshness_->clear();
    return;
  }
  link_->setText(linkText(contactWith(*server), wording::now()).shortText);
  const auto all = static_cast<quint64>(server->connections()->rowCount());
  selection_->setText(
      tr("%1 selected of %2").arg(wording::number(static_cast<quint64>(selected)), wording::number(all)));
  freshness_->setText(
      server->pausedAt() != 0 ? tr("paused")
      : server->isConnected()
          ? tr("up to date")
          : tr("as of %1").arg(wording::clock(server->isCurrent() ? updatedAt : server->asOf())));
}

}  // namespace uninterruptible::admin
