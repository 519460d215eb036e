#include "ui/window/action_rules.hpp"

#include <QCoreApplication>

namespace uninterruptible::admin {
namespace {

struct RuleText {
  Q_DECLARE_TR_FUNCTIONS(ActionRules)
};

/// Why nothing can be asked of the server, whatever it is.
QString whyNothing(const Situation& now) {
  if (!now.server) return RuleText::tr("No server is selected.");
  if (now.phase == LinkPhase::Ended) return RuleText::tr("The server has ended.");
  if (now.phase != LinkPhase::Connected) return RuleText::tr("There is no connection to the server.");
  if (!now.mayOperate) {
    return RuleText::tr(
        "You may look but not change: your user is neither the server's own nor in its operate group.");
  }
  return {};
}

QString whyNoRestart(const Situation& now) {
  if (now.stopping) return RuleText::tr("The server is shutting down.");
  if (now.restart != RestartStage::None) return RuleText::tr("A restart is going on already.");
  return {};
}

QString whyNoCancel(const Situation& now) {
  switch (now.restart) {
    case RestartStage::None: return RuleText::tr("No restart is going on.");
    case RestartStage::Settling:
      return RuleText::tr("The new generation is in charge: there is no way back.");
    default: return {};
  }
}

QString whyNotSelected(const Situation& now) {
  return now.selected == 0 ? RuleText::tr("No connection is selected.") : QString();
}

QString whyNoDrain(const Situation& now) {
  return now.draining == 0 ? RuleText::tr("No generation is draining.") : QString();
}

QString whyNoExtension(const Situation& now) {
  if (now.draining == 0 && !now.stopping) return RuleText::tr("No generation is draining.");
  return now.limited == 0 ? RuleText::tr("No generation is going to be cut off.") : QString();
}

QString why(Action action, const Situation& now) {
  const auto operate = [&](const QString& reason) {
    const auto nothing = whyNothing(now);
    return nothing.isEmpty() ? reason : nothing;
  };
  // What only looks needs neither a connection nor a right.
  const auto look = [&](const QString& reason) {
    return now.server ? reason : RuleText::tr("No server is selected.");
  };
  switch (action) {
    case Action::Restart:
    case Action::Rehearse: return operate(whyNoRestart(now));
    case Action::CancelRestart: return operate(whyNoCancel(now));
    case Action::ShutDown:
      return operate(now.stopping ? RuleText::tr("The server is shutting down already.") : QString());
    case Action::ShutDownNow: return operate({});
    case Action::CloseIdle:
    case Action::CutOff: return operate(whyNoDrain(now));
    case Action::Extend: return operate(whyNoExtension(now));
    case Action::Close:
    case Action::Cut: return operate(whyNotSelected(now));
    case Action::ShowOldest: return look(whyNoDrain(now));
    case Action::Details:
    case Action::CopyRows: return look(whyNotSelected(now));
    case Action::Export:
      return look(now.shown == 0 ? RuleText::tr("There is no connection to export.") : QString());
    case Action::RemoveServer:
      return look(now.phase == LinkPhase::Connected
                      ? RuleText::tr("The server runs: it would come back at once.")
                      : QString());
    case Action::Filter:
    case Action::Pause: return look({});
  }
  return {};
}

}  // namespace

RestartStage stageOf(const QString& step, bool going) {
  if (!going) return RestartStage::None;
  if (step == QLatin1String("committed") || step == QLatin1String("trial")) return RestartStage::Trial;
  if (step == QLatin1String("final") || step == QLatin1String("draining")) return RestartStage::Settling;
  return RestartStage::Starting;
}

ActionState ruleFor(Action action, const Situation& situation) {
  auto reason = why(action, situation);
  return {.enabled = reason.isEmpty(), .why = std::move(reason)};
}

}  // namespace uninterruptible::admin
