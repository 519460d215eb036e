#pragma once

#include <QString>

#include "ui/style/state_mark.hpp"

namespace uninterruptible::admin {

class ServerMonitor;

/// What the link's phase means to a person.
struct LinkText {
  Mark mark = Mark::None;
  QString shortText;   ///< for the status bar
  QString bannerText;  ///< empty: nothing to alarm anybody about
  QString action;      ///< on the banner's button; may be empty
};

[[nodiscard]] LinkText linkText(const ServerMonitor& server, qint64 now);

}  // namespace uninterruptible::admin
