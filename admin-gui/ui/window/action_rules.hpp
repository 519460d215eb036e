#pragma once

#include <QString>

#include "core/link/link_events.hpp"

namespace uninterruptible::admin {

/// Everything one can do in the window that depends on how a server stands or on what is selected.
enum class Action {
  Restart,
  CancelRestart,
  Rehearse,
  ShutDown,
  ShutDownNow,
  ShowOldest,
  Extend,
  CloseIdle,
  CutOff,
  Close,
  Cut,
  Details,
  CopyRows,
  Export,
  Filter,
  Pause,
  RemoveServer,
};

/// How far a restart has come, as far as it decides what can be done about it.
enum class RestartStage {
  None,
  Starting,  ///< can be given up, and nothing has changed then
  Trial,     ///< the new generation accepts; can be rolled back
  Settling,  ///< there is no way back, and the next restart has to wait
};

/// The stage of a restart that has come to this step; None where `going` is false.
[[nodiscard]] RestartStage stageOf(const QString& step, bool going);

/// What decides which actions are possible.
struct Situation {
  bool server = false;  ///< one is selected
  LinkPhase phase = LinkPhase::Connecting;
  bool mayOperate = true;
  bool stopping = false;
  RestartStage restart = RestartStage::None;
  int draining = 0;  ///< generations
  int limited = 0;   ///< those of them that are cut off at some time
  int selected = 0;  ///< connections
  bool paused = false;
  int shown = 0;  ///< connections in the table, filtered
};

/// Whether an action is possible, and if it is not, why.
struct ActionState {
  bool enabled = false;
  QString why;
};

/// The only place that decides about it.
[[nodiscard]] ActionState ruleFor(Action action, const Situation& situation);

}  // namespace uninterruptible::admin
