#include "ui/banners/link_text.hpp"

#include <QCoreApplication>

#include "core/servers/server_monitor.hpp"
#include "core/text/wording.hpp"

namespace uninterruptible::admin {
namespace {

constexpr qint64 silentStart = 300;  // milliseconds of connecting that nobody needs to be told of

struct LinkWords {
  Q_DECLARE_TR_FUNCTIONS(LinkText)
};

QString joined(const QString& first, const QString& second) { return first + QLatin1Char(' ') + second; }

QString nextTry(const LinkStatus& link, qint64 now) {
  if (link.nextTry == 0) return LinkWords::tr("Not trying any more.");
  const auto wait = std::max<qint64>(0, link.nextTry - now);
  return LinkWords::tr("Trying again in %1 (attempt %2).")
      .arg(wording::age(0, wait + 999))
      .arg(link.attempt + 1);
}

QList<BannerVerb> tryVerbs(const LinkStatus& link) {
  QList<BannerVerb> verbs{BannerVerb::TryNow};
  if (link.nextTry != 0) verbs += BannerVerb::StopTrying;
  return verbs;
}

/// A file may be called whatever somebody likes.
QString shownPath(const Contact& contact) { return wording::plain(contact.path.toStdString()); }

LinkText connecting(const Contact& contact, qint64 now) {
  const auto text = LinkWords::tr("Connecting to %1 ...").arg(contact.name);
  LinkText result{Mark::Starting, text, {}, {}};
  if (now - contact.link.since < silentStart) return result;
  result.bannerText = text;
  result.verbs = {BannerVerb::Disconnect};
  result.busy = true;
  return result;
}

LinkText connected(const Contact& contact) {
  const auto level = contact.link.mayOperate ? LinkWords::tr("Connected to %1")
                                             : LinkWords::tr("Connected to %1, observing only");
  LinkText result{Mark::Live, level.arg(contact.name), {}, {}};
  if (!contact.link.stopping) return result;
  result.mark = Mark::Stopping;
  result.bannerText = LinkWords::tr("%1 is shutting down, %Ln connection(s) left.", nullptr,
                                    wording::plural(contact.connections))
                          .arg(contact.name);
  if (contact.link.mayOperate) result.verbs = {BannerVerb::CutOff};
  return result;
}

LinkText lost(const Contact& contact, qint64 now) {
  const auto& link = contact.link;
  const auto what =
      contact.known           ? LinkWords::tr("Lost %1 at %2.").arg(contact.name, wording::clock(link.since))
      : link.reason.isEmpty() ? LinkWords::tr("There is no connection to %1.").arg(contact.name)
                              : LinkWords::tr("%1 cannot be reached (%2).").arg(contact.name, link.reason);
  return {Mark::Notice, LinkWords::tr("No connection to %1").arg(contact.name),
          joined(what, nextTry(link, now)), tryVerbs(link)};
}

LinkText stale(const Contact& contact) {
  const auto text =
      contact.link.file.changedAt == 0
          ? LinkWords::tr("%1 was left behind by a server that is no longer running.").arg(shownPath(contact))
          : LinkWords::tr("%1 was left behind by a server that is no longer running (since %2).")
                .arg(shownPath(contact), wording::clock(contact.link.file.changedAt));
  return {Mark::Notice,
          LinkWords::tr("%1 is not running").arg(contact.name),
          text,
          {BannerVerb::RemoveFile, BannerVerb::TryNow}};
}

LinkText denied(const Contact& contact) {
  const auto& file = contact.link.file;
  constexpr int groupMayWrite = 0020;
  auto text = file.exists ? LinkWords::tr("You may not open %1 (owner %2, group %3, mode %4).")
                                .arg(shownPath(contact), file.owner, file.group,
                                     QStringLiteral("%1").arg(file.mode, 3, 8, QLatin1Char('0')))
                          : LinkWords::tr("You may not control %1.").arg(contact.name);
  if (!contact.link.reason.isEmpty()) text = joined(text, contact.link.reason);
  LinkText result{Mark::Notice, LinkWords::tr("No permission for %1").arg(contact.name), text, {}};
  // Being in the group is lasting; else one has to become the owner.
  if (file.exists) {
    result.command = (file.mode & groupMayWrite) != 0
                         ? QStringLiteral("sudo usermod -aG %1 \"$USER\"").arg(shellWord(file.group))
                         : QStringLiteral("sudo -u %1 uninterruptiblectl -s %2 status")
                               .arg(shellWord(file.owner), shellWord(contact.path));
    result.verbs += BannerVerb::CopyCommand;
  }
  result.verbs += BannerVerb::TryNow;
  return result;
}

LinkText silent(const Contact& contact) {
  const auto& link = contact.link;
  auto text = LinkWords::tr("%1 does not answer.").arg(contact.name);
  if (link.peer > 0 && !link.peerCondition.isEmpty()) {
    text = joined(text, link.peerCondition);
  } else {
    text = joined(text, LinkWords::tr("Its process may be stopped or busy."));
  }
  return {Mark::Notice,
          LinkWords::tr("%1 does not answer").arg(contact.name),
          text,
          {BannerVerb::KeepWaiting, BannerVerb::Disconnect}};
}

}  // namespace

Contact contactWith(const ServerMonitor& server) {
  return {.name = server.name(),
          .path = server.path(),
          .host = server.address().host,
          .link = server.link(),
          .known = server.status().has_value(),
          .connections = server.connectionCount()};
}

LinkText linkText(const Contact& contact, qint64 now) {
  const auto& link = contact.link;
  const auto& name = contact.name;
  switch (link.phase) {
    case LinkPhase::Connecting: return connecting(contact, now);
    case LinkPhase::Connected: return connected(contact);
    case LinkPhase::Following:
      return {Mark::Starting,
              link.next == 0
                  ? LinkWords::tr("Following %1 to its next generation").arg(name)
                  : LinkWords::tr("Following %1 to generation %2").arg(name, QString::number(link.next)),
              {},
              {}};
    case LinkPhase::Lost: return lost(contact, now);
    case LinkPhase::Stale: return stale(contact);
    case LinkPhase::Denied: return denied(contact);
    case LinkPhase::Distrusted:
      return {Mark::Notice,
              LinkWords::tr("%1 is not trusted").arg(name),
              LinkWords::tr("Nothing was sent to %1: %2").arg(shownPath(contact), link.reason),
              {BannerVerb::TryNow}};
    case LinkPhase::Incompatible:
      return {Mark::Notice,
              LinkWords::tr("%1 cannot be understood").arg(name),
              joined(link.reason, LinkWords::tr("Use versions of server and program that fit together.")),
              {BannerVerb::TryNow}};
    case LinkPhase::Unreachable:
      return {
          Mark::Notice,
          LinkWords::tr("No way to %1").arg(name),
          LinkWords::tr("%1 cannot be reached through ssh to %2: %3").arg(name, contact.host, link.reason),
          {BannerVerb::TryNow, BannerVerb::ShowOutput, BannerVerb::Edit}};
    case LinkPhase::Silent: return silent(contact);
    case LinkPhase::Ended:
      return {Mark::Gone,
              LinkWords::tr("%1 has ended").arg(name),
              LinkWords::tr("%1 ended at %2.").arg(name, wording::clock(link.since)),
              {BannerVerb::RemoveFromList}};
  }
  return {};
}

}  // namespace uninterruptible::admin
