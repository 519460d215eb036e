#include "ui/tray/tray_rules.hpp"

namespace uninterruptible::admin {
namespace {

bool goesOn(RestartReport::Outcome outcome) {
  return outcome == RestartReport::Outcome::Running || outcome == RestartReport::Outcome::Draining;
}

bool isNews(const Outlook& before, const Outlook& now) {
  if (now.endedAt == 0 || now.endedAt == before.endedAt) return false;
  // Clocks of other machines may be wrong, so what was seen going on counts whenever it ended.
  return goesOn(before.outcome) || (before.metAt != 0 && now.endedAt > before.metAt);
}

bool hasContact(LinkPhase phase) { return phase == LinkPhase::Connected || phase == LinkPhase::Following; }

bool isLost(LinkPhase phase) {
  switch (phase) {
    case LinkPhase::Connecting:
    case LinkPhase::Connected:
    case LinkPhase::Following:
    case LinkPhase::Ended: return false;
    default: return true;
  }
}

}  // namespace

Notice noticeFor(const Outlook& before, const Outlook& now, bool foreground) {
  if (isNews(before, now)) {
    switch (now.outcome) {
      case RestartReport::Outcome::Failed:
      case RestartReport::Outcome::RolledBack: return Notice::RestartFailed;
      case RestartReport::Outcome::Finished: return foreground ? Notice::None : Notice::RestartFinished;
      default: break;
    }
  }
  return hasContact(before.phase) && isLost(now.phase) ? Notice::ServerLost : Notice::None;
}

ClosingRule ruleFor(const Closing& closing) {
  const bool stays = closing.trayShown && !closing.quitting && !closing.sessionEnds;
  return {.staysInTray = stays, .hint = stays && closing.restarting && !closing.hinted};
}

}  // namespace uninterruptible::admin
