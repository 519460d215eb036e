#pragma once

#include <QtGlobal>

#include "core/link/link_events.hpp"
#include "core/restart/restart_report.hpp"

/// What the tray does, and when: decided here, without a tray.
namespace uninterruptible::admin {

/// How a server stands, as far as somebody who does not look at the window wants to know it.
struct Outlook {
  LinkPhase phase = LinkPhase::Connecting;
  RestartReport::Outcome outcome = RestartReport::Outcome::None;
  qint64 endedAt = 0;  ///< of that restart, Unix milliseconds; 0: goes on, or there was none
  qint64 metAt = 0;    ///< when there was contact for the first time, Unix milliseconds; 0: never yet
};

/// Something to be told of a server.
enum class Notice { None, RestartFailed, RestartFinished, ServerLost };

/// What there is to be told now. Good news is for those only who do not look: not in the `foreground`. What
/// was over before the first contact is old news.
[[nodiscard]] Notice noticeFor(const Outlook& before, const Outlook& now, bool foreground);

/// How things are when the window is to be closed.
struct Closing {
  bool trayShown = false;
  bool quitting = false;     ///< somebody chose Quit
  bool sessionEnds = false;  ///< nothing may hold the logout up
  bool restarting = false;   ///< some server is
  bool hinted = false;       ///< once before, that restarts do not need the window
};

/// What closing the window does.
struct ClosingRule {
  bool staysInTray = false;  ///< the program goes on without the window
  bool hint = false;         ///< and says what that means for the restart
  friend bool operator==(const ClosingRule&, const ClosingRule&) = default;
};
[[nodiscard]] ClosingRule ruleFor(const Closing& closing);

}  // namespace uninterruptible::admin
