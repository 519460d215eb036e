#include "explorer/invariants.hpp"

namespace explorer {

namespace {

bool old_in(const World& world, OldState state) {
  return world.old.alive && old_state(world.old.machine) == state;
}

bool succeeded_in(const World& world, OldState state) {
  return world.fresh.alive && world.succeeded && old_state(world.fresh.machine) == state;
}

bool someone_stops(const World& world) {
  return old_in(world, OldState::stopping) || succeeded_in(world, OldState::stopping);
}

/// A frozen one that was told of a restart, or will be when it goes on, is no loss.
bool frozen_knows_of_restart(const World& world) {
  const auto knows = [](const Process& process, Index machine, const Queue& queue) {
    return process.stopped && (restart_remembered(machine) || queue.contains(Message::forward_restart) ||
                               queue.contains(Message::remember));
  };
  return knows(world.old, world.old.machine, world.to_old) ||
         knows(world.fresh, world.succeeded ? world.fresh.machine : world.new_machine, world.to_new);
}

bool frozen_knows_of_stop(const World& world) {
  return world.fresh.stopped && world.to_new.contains(Message::forward_stop);
}

bool new_was_told_to_end(const World& world) {
  if (world.succeeded) return world.new_excused || succeeded_in(world, OldState::stopping);
  return new_state(world.new_machine) == NewState::ended;
}

/// Where a generation may stay for good.
bool at_rest(const Process& process, bool another_in_charge) {
  switch (old_state(process.machine)) {
    case OldState::alone:
    case OldState::stopping:
    case OldState::closed: return true;
    case OldState::draining: return another_in_charge;
    default: return false;
  }
}

}  // namespace

bool actions_make_the_roles_of_the_state(const World& world, bool /*settled*/) { return !world.roles_broken; }

bool never_two_accepting(const World& world, bool /*settled*/) {
  const int third = world.rival == Rival::in_charge ? 1 : 0;
  if ((accepts(world.old) ? 1 : 0) + (accepts(world.fresh) ? 1 : 0) + third < 2) return true;
  if (old_in(world, OldState::reclaiming) || old_in(world, OldState::evicting)) return true;
  // A CLAIM that crossed ABORT acknowledges it too; what reclaiming had made accept is then stopped again.
  return world.old.pausing && !handoff::roles(old_state(world.old.machine)).in_charge &&
         !world.old.accepting && !handoff::restarting(old_state(world.old.machine));
}

bool never_two_in_charge(const World& world, bool /*settled*/) {
  const int third = world.rival == Rival::in_charge ? 1 : 0;
  if ((has_charge(world.old) ? 1 : 0) + (has_charge(world.fresh) ? 1 : 0) + third < 2) return true;
  return world.to_old.contains(Message::claim);
}

bool never_none_accepting_for_good(const World& world, bool settled) {
  // Who leaves or closes the listeners without being told, and for nobody who serves, has made it for good.
  if (world.new_gave_up) return false;
  if (old_in(world, OldState::closed) && !world.old_excused) return false;
  if (succeeded_in(world, OldState::closed) && !world.new_excused) return false;
  if (!settled || !world.requested) return true;
  const bool old_holds = runs(world.old) && !world.old_excused && !old_in(world, OldState::stopping);
  const bool new_holds = runs(world.fresh) && !new_was_told_to_end(world);
  if (!old_holds && !new_holds) return true;
  return accepts(world.old) || accepts(world.fresh) || world.rival == Rival::in_charge;
}

bool no_restart_lost(const World& world, bool settled) {
  if (!settled || world.restarted || someone_stops(world) || frozen_knows_of_restart(world)) return true;
  if (world.restart_owed_old && runs(world.old) && !old_in(world, OldState::closed)) return false;
  if (world.restart_owed_new && runs(world.fresh) && !new_was_told_to_end(world)) return false;
  return true;
}

bool every_wait_ends(const World& world, bool settled) {
  if (!settled || world.restarted) return true;
  const bool third = world.rival == Rival::in_charge;
  // For a frozen one a draining one waits: it may go on, and holds the lock. Only its death ends that.
  if (runs(world.old) && !at_rest(world.old, has_charge(world.fresh) || world.fresh.stopped || third))
    return false;
  if (runs(world.fresh)) {
    if (world.succeeded && !at_rest(world.fresh, has_charge(world.old) || world.old.stopped)) return false;
    if (!world.succeeded && new_state(world.new_machine) != NewState::ended) return false;
  }
  if (world.stop_owed && runs(world.old) && !frozen_knows_of_stop(world)) return false;
  return true;
}

}  // namespace explorer
