#include "ui/connections/table_note.hpp"

#include <QClipboard>
#include <QGuiApplication>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/link/link_command.hpp"
#include "core/servers/server_monitor.hpp"
#include "core/text/wording.hpp"
#include "ui/style/plain_label.hpp"

namespace uninterruptible::admin {
namespace {

/// `tcp://0.0.0.0:6789` as something one can type; empty where nothing simple connects, as with TLS.
QString invitationTo(const ServerMonitor& server) {
  if (!server.status() || server.status()->addresses.empty() || !server.address().isLocal()) return {};
  const auto address = wording::plain(server.status()->addresses.front());
  const auto rest = address.section(QStringLiteral("//"), 1);
  if (address.startsWith(QLatin1String("unix:"))) return QStringLiteral("nc -U %1").arg(shellWord(rest));
  if (!address.startsWith(QLatin1String("tcp:"))) return {};
  const auto port = rest.section(QLatin1Char(':'), -1);
  auto host = rest.chopped(port.size() + 1);
  if (host == QLatin1String("0.0.0.0") || host == QLatin1String("[::]")) host = QStringLiteral("localhost");
  host.remove(QLatin1Char('[')).remove(QLatin1Char(']'));
  // It is going to be pasted into a shell, and the server may say anything.
  return QStringLiteral("nc %1 %2").arg(shellWord(host), shellWord(port));
}

}  // namespace

TableNote::TableNote(QWidget* parent)
    : QWidget(parent),
      text_(new PlainLabel(QStringLiteral("connectionsNote"), this)),
      clear_(new QPushButton(tr("Clear Filter"), this)),
      copy_(new QPushButton(tr("Copy"), this)) {
  setObjectName(QStringLiteral("tableNote"));
  clear_->setObjectName(QStringLiteral("clearFilterButton"));
  copy_->setObjectName(QStringLiteral("copyInvitationButton"));
  copy_->setToolTip(tr("Copy the command that connects"));
  text_->setAlignment(Qt::AlignCenter);
  text_->setSubdued();
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  auto* const layout = new QVBoxLayout(this);
  layout->addWidget(text_, 0, Qt::AlignHCenter);
  layout->addWidget(clear_, 0, Qt::AlignHCenter);
  layout->addWidget(copy_, 0, Qt::AlignHCenter);
  connect(clear_, &QPushButton::clicked, this, &TableNote::clearWanted);
  connect(copy_, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(invitation_); });
}

void TableNote::explain(const ServerMonitor& server, const QString& filter, bool narrowed) {
  invitation_ = invitationTo(server);
  clear_->setVisible(narrowed);
  copy_->setVisible(!narrowed && !invitation_.isEmpty());
  if (narrowed) {
    return text_->setText(filter.isEmpty() ? tr("This generation has no connection.")
                                           : tr("No connection matches \"%1\".").arg(filter));
  }
  text_->setText(invitation_.isEmpty() ? tr("Nobody is connected.")
                                       : tr("Nobody is connected.\nTry: %1").arg(invitation_));
}

}  // namespace uninterruptible::admin
