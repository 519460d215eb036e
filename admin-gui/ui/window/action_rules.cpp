#include "ui/window/action_rules.hpp"

#include <QCoreApplication>

namespace uninterruptible::admin {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("ActionRules", text); }

ActionState unless(const QString& why) { return {.enabled = why.isEmpty(), .why = why}; }

QString whyNothing(const Situation& now) {
  if (!now.server) return tr("No server is selected.");
  if (now.phase == LinkPhase::Ended) return tr("The server has ended.");
  if (now.phase != LinkPhase::Connected) return tr("There is no connection to the server.");
  return {};
}

}  // namespace

ActionRules actionRules(const Situation& now) {
  const auto nothing = whyNothing(now);
  auto restart = nothing;
  if (restart.isEmpty() && now.stopping) restart = tr("The server is shutting down.");
  if (restart.isEmpty() && now.restarting) restart = tr("A restart is going on already.");
  auto shutDown = nothing;
  if (shutDown.isEmpty() && now.stopping) shutDown = tr("The server is shutting down already.");
  auto close = nothing;
  if (close.isEmpty() && now.selected == 0) close = tr("No connection is selected.");
  return {.restart = unless(restart), .shutDown = unless(shutDown), .close = unless(close)};
}

}  // namespace uninterruptible::admin
