#include "ui/banners/link_text.hpp"

#include <QCoreApplication>

#include "core/servers/server_monitor.hpp"
#include "core/text/wording.hpp"

namespace uninterruptible::admin {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("LinkText", text); }

QString nextTry(const LinkStatus& link, qint64 now) {
  const auto wait = std::max<qint64>(0, link.nextTry - now);
  return tr("Trying again in %1 (attempt %2).").arg(wording::age(0, wait + 999)).arg(link.attempt + 1);
}

QString joined(const QString& first, const QString& second) { return first + QLatin1Char(' ') + second; }

}  // namespace

LinkText linkText(const ServerMonitor& server, qint64 now) {
  const auto& link = server.link();
  const auto& name = server.name();
  const auto tryNow = tr("Try Now");
  switch (link.phase) {
    case LinkPhase::Connecting: return {Mark::Starting, tr("Connecting to %1 ...").arg(name), {}, {}};
    case LinkPhase::Connected:
      if (link.stopping) {
        return {Mark::Stopping,
                tr("Connected to %1").arg(name),
                tr("%1 is shutting down, %2 left.").arg(name, wording::connections(server.connectionCount())),
                {}};
      }
      return {Mark::Live, tr("Connected to %1").arg(name), {}, {}};
    case LinkPhase::Following:
      return {Mark::Starting, tr("Following %1 to its next generation").arg(name), {}, {}};
    case LinkPhase::Lost: {
      const auto text = server.status() ? tr("Lost %1 at %2.").arg(name, wording::clock(link.since))
                                        : tr("%1 cannot be reached (%2).").arg(name, link.reason);
      return {Mark::Notice, tr("No connection to %1").arg(name), joined(text, nextTry(link, now)), tryNow};
    }
    case LinkPhase::Stale:
      return {Mark::Notice, tr("%1 is not running").arg(name),
              tr("%1 was left behind by a server that is no longer running.").arg(server.path()), tryNow};
    case LinkPhase::Denied:
      return {Mark::Notice, tr("No permission for %1").arg(name),
              tr("You may not control %1 through %2: %3").arg(name, server.path(), link.reason), tryNow};
    case LinkPhase::Distrusted:
      return {Mark::Notice, tr("%1 is not trusted").arg(name),
              tr("Nothing was sent to %1: %2").arg(server.path(), link.reason), tryNow};
    case LinkPhase::Incompatible:
      return {Mark::Notice, tr("%1 cannot be understood").arg(name),
              joined(link.reason, tr("Use versions of server and program that fit together.")), tryNow};
    case LinkPhase::Silent:
      return {Mark::Notice,
              tr("%1 does not answer").arg(name),
              tr("%1 does not answer. Its process may be stopped or busy.").arg(name),
              {}};
    case LinkPhase::Ended:
      return {Mark::Gone, tr("%1 has ended").arg(name),
              tr("%1 ended at %2.").arg(name, wording::clock(link.since)), tr("Remove from List")};
  }
  return {};
}

}  // namespace uninterruptible::admin
