#include "ui/page/server_header.hpp"

#include <QHBoxLayout>

#include "core/servers/server_monitor.hpp"
#include "core/text/wording.hpp"
#include "ui/style/plain_label.hpp"

namespace uninterruptible::admin {
namespace {

/// Whoever takes new connections. In a trial that is not yet the one in charge.
const control::GenerationStatus* serving(const control::ServerStatus& status) {
  const control::GenerationStatus* found = nullptr;
  for (const auto& generation : status.generations) {  // by number
    if (generation.state == "live" || (!found && generation.in_charge)) found = &generation;
  }
  return found;
}

}  // namespace

ServerHeader::ServerHeader(QWidget* parent)
    : QWidget(parent),
      name_(new PlainLabel(QStringLiteral("serverName"), this)),
      addresses_(new PlainLabel(QStringLiteral("serverAddresses"), this)),
      uptime_(new PlainLabel(QStringLiteral("serverUptime"), this)),
      connections_(new PlainLabel(QStringLiteral("serverConnections"), this)) {
  setObjectName(QStringLiteral("serverHeader"));
  name_->setScale(1.6, true);
  addresses_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  uptime_->setSubdued();
  auto* const layout = new QHBoxLayout(this);
  layout->setContentsMargins(2, 0, 2, 0);
  layout->setSpacing(20);
  layout->addWidget(name_, 0, Qt::AlignBaseline);
  layout->addWidget(addresses_, 1, Qt::AlignBaseline);
  layout->addWidget(uptime_, 0, Qt::AlignBaseline);
  layout->addWidget(connections_, 0, Qt::AlignBaseline);
}

void ServerHeader::showServer(const ServerMonitor& server) {
  name_->setText(server.name());
  const auto& status = server.status();
  addresses_->setVisible(status.has_value());
  uptime_->setVisible(status && serving(*status));
  connections_->setVisible(status.has_value());
  if (!status) return;
  QStringList addresses;
  for (const auto& address : status->addresses) addresses += wording::plain(address);
  addresses_->setText(addresses.join(QStringLiteral("   ")));
  if (const auto* const one = serving(*status)) {
    const auto start = wording::toMilliseconds(one->started_at);
    uptime_->setText(
        tr("generation %1 up %2").arg(QString::number(one->generation), wording::age(start, server.asOf())));
  }
  connections_->setText(wording::connections(server.connectionCount()));
}

}  // namespace uninterruptible::admin
