#pragma once

#include <QString>

#include "core/link/link_events.hpp"

namespace uninterruptible::admin {

/// What decides which actions are possible.
struct Situation {
  bool server = false;  ///< one is selected
  LinkPhase phase = LinkPhase::Connecting;
  bool stopping = false;
  bool restarting = false;
  int selected = 0;  ///< connections
};

/// Whether an action is possible, and if it is not, why.
struct ActionState {
  bool enabled = false;
  QString why;
};

struct ActionRules {
  ActionState restart;
  ActionState shutDown;
  ActionState close;
};

/// The only place that decides about it.
[[nodiscard]] ActionRules actionRules(const Situation& situation);

}  // namespace uninterruptible::admin
