#include "explorer/model.hpp"

namespace explorer {

namespace {

bool spend(std::uint8_t& budget) {
  if (budget == 0) return false;
  --budget;
  return true;
}

void die_old(World& world) {
  world.old = Process{};
  world.to_old.clear();
  world.restart_owed_old = false;
  world.stop_owed = false;
  world.budget.restarts_old = world.budget.stops_old = 0;
  if (world.rival == Rival::died) world.rival = Rival::none;
}

void die_new(World& world) {
  // Between FINAL and ACK only the new one, which the pidfile names, is told of a restart: if it dies unread,
  // nobody knows of it.
  if (world.restart_asked_late && world.succeeded) world.restart_owed_old = false;
  world.fresh = Process{};
  world.new_machine = 0;
  world.succeeded = false;
  world.said_hello = true;
  world.to_new.clear();
  world.term_coming = world.kill_coming = false;
  world.restart_owed_new = false;
  world.budget.restarts_new = world.budget.stops_new = world.budget.fails = 0;
}

void to_new(World& world, Message message) {
  if (world.fresh.alive) world.to_new.push(message);
}

void to_old(World& world, Message message) {
  if (world.old.alive) world.to_old.push(message);
}

Message final_with(bool restart, bool stop) {
  const unsigned carried = (restart ? 2U : 0U) + (stop ? 1U : 0U);
  return static_cast<Message>(static_cast<unsigned>(Message::final) + carried);
}

bool is_final(Message message) { return message >= Message::final && message <= Message::final_restart_stop; }
bool carries_restart(Message message) {
  return message == Message::final_restart || message == Message::final_restart_stop;
}
bool carries_stop(Message message) {
  return message == Message::final_stop || message == Message::final_restart_stop;
}

}  // namespace

void Model::act(World& world, Who who, OldAction action) const {
  using A = OldAction;
  Process& self = who == Who::old ? world.old : world.fresh;
  const auto tell = [&](Message message) {
    if (who == Who::old) {
      to_new(world, message);
    } else {
      to_old(world, message);
    }
  };
  // What is forwarded to a third one is out of this world, and done.
  const bool third = world.rival == Rival::in_charge && who == Who::old;
  switch (action) {
    case A::spawn:
      if (world.spawned) {
        world.restarted = true;
        break;
      }
      world.spawned = true;
      if (world.spawn_fails) {
        world.budget.restarts_new = world.budget.stops_new = world.budget.fails = 0;
        break;
      }
      world.fresh.alive = true;
      world.new_machine = index_of(NewState::connecting);
      break;
    case A::send_offer: tell(Message::offer); break;
    case A::send_commit: tell(Message::commit); break;
    case A::send_final:
      tell(final_with(restart_remembered(self.machine) && !twist_.final_loses_restart,
                      stop_remembered(self.machine) && !twist_.final_loses_stop));
      break;
    case A::send_abort: tell(Message::abort); break;
    case A::send_remember: tell(Message::remember); break;
    case A::forward_restart:
      if (third) {
        world.restart_owed_old = false;
      } else if (!twist_.forwarding_is_lost) {
        tell(Message::forward_restart);
      }
      break;
    case A::forward_stop:
      if (third) {
        world.stop_owed = false;
      } else if (!twist_.forwarding_is_lost) {
        tell(Message::forward_stop);
      }
      break;
    case A::pause:
      self.accepting = false;
      self.pausing = true;
      break;
    case A::accept:
      self.accepting = true;
      self.pausing = false;
      break;
    case A::take_charge: self.in_charge = true; break;
    case A::give_up_charge: self.in_charge = false; break;
    case A::terminate_new: world.term_coming = world.fresh.alive; break;
    case A::kill_new: world.kill_coming = world.fresh.alive; break;
    case A::contest: self.contests = true; break;
    case A::begin_stop:
      world.stop_owed = false;
      if (who == Who::fresh || world.succeeded) tell(Message::goodbye);
      break;
    case A::none:
    case A::write_pidfile:
    case A::keep_as_draining:
    case A::drain:
    case A::attach:
    case A::close_listeners:
    case A::acknowledge_goodbye:
    case A::report_failed:
    case A::report_rolled_back:
    case A::report_rehearsed: break;
  }
}

void Model::act(World& world, NewAction action) const {
  using A = NewAction;
  switch (action) {
    case A::send_ready: to_old(world, Message::ready); break;
    case A::accept: world.fresh.accepting = true; break;
    case A::send_serving: to_old(world, Message::serving); break;
    case A::send_ack: to_old(world, Message::ack); break;
    case A::send_aborted: to_old(world, Message::aborted); break;
    case A::send_abort: to_old(world, Message::abort); break;
    case A::send_fail: to_old(world, Message::fail); break;
    case A::send_ask_final: to_old(world, Message::ask_final); break;
    case A::send_claim: to_old(world, Message::claim); break;
    case A::send_remember: to_old(world, Message::remember); break;
    case A::stop_accepting: world.fresh.accepting = false; break;
    case A::take_charge: world.fresh.in_charge = true; break;
    case A::none:
    case A::write_pidfile:
    case A::drain:
    case A::leave: break;
  }
}

void Model::run(World& world, Who who, const Reaction<OldAction>& reaction) const {
  Process& self = who == Who::old ? world.old : world.fresh;
  self.machine = reaction.next;
  for (std::size_t i = 0; i < reaction.count; ++i) act(world, who, reaction.actions[i]);
  const handoff::Roles said = handoff::roles(old_state(self.machine));
  if (said != handoff::Roles{self.accepting, self.in_charge} && !twist_.roles_unchecked) {
    world.roles_broken = true;
  }
}

void Model::old_handles(World& world, Who who, OldEvent event) const {
  Process& self = who == Who::old ? world.old : world.fresh;
  run(world, who, old_.handle(self.machine, event));
  if (old_state(self.machine) != OldState::contesting) self.contests = false;
  if (old_state(self.machine) == OldState::closed &&
      (event == OldEvent::goodbye || world.rival == Rival::in_charge)) {
    (who == Who::old ? world.old_excused : world.new_excused) = true;
  }
}

void Model::succeed(World& world, OldState start, Message carried) const {
  world.succeeded = true;
  world.fresh.machine = index_of(start, restart_remembered(world.new_machine) || carries_restart(carried),
                                 stop_remembered(world.new_machine) || carries_stop(carried));
  world.new_machine = 0;
  run(world, Who::fresh, old_.settle(world.fresh.machine));
}

void Model::new_handles(World& world, NewEvent event, Message carried) const {
  const Reaction<NewAction>& reaction = new_.handle(world.new_machine, event);
  world.new_machine = reaction.next;
  for (std::size_t i = 0; i < reaction.count; ++i) act(world, reaction.actions[i]);
  const NewState state = new_state(world.new_machine);
  if (handoff::roles(state) != handoff::Roles{world.fresh.accepting, world.fresh.in_charge} &&
      !twist_.roles_unchecked) {
    world.roles_broken = true;
  }
  if (state == NewState::cold) {
    world.fresh.accepting = world.fresh.in_charge = true;  // it binds by itself
    succeed(world, OldState::alone, carried);
  } else if (state == NewState::in_charge) {
    succeed(world, OldState::alone, carried);
  } else if (state == NewState::withdrawn) {
    succeed(world, OldState::draining, carried);
  }
}

bool Model::deliver_to_old(World& world) const {
  if (!runs(world.old) || world.to_old.empty()) return false;
  const Message message = world.to_old.front();
  world.to_old.pop();
  const auto handle = [&](OldEvent event) { old_handles(world, Who::old, event); };
  switch (message) {
    case Message::hello: handle(OldEvent::hello); break;
    case Message::ready: handle(world.rehearsal ? OldEvent::rehearsed : OldEvent::ready); break;
    case Message::serving: handle(OldEvent::serving); break;
    case Message::ack: handle(OldEvent::ack); break;
    case Message::abort: handle(OldEvent::new_abort); break;
    case Message::aborted: handle(OldEvent::aborted); break;
    case Message::fail: handle(OldEvent::new_fails); break;
    case Message::ask_final:
      // From here on it is both that were told to stop everything.
      world.stop_owed = handoff::restarting(old_state(world.old.machine));
      handle(OldEvent::ask_final);
      break;
    case Message::claim: handle(OldEvent::claim); break;
    case Message::remember: handle(OldEvent::remember); break;
    case Message::forward_restart: handle(OldEvent::restart_wanted); break;
    case Message::forward_stop: handle(OldEvent::stop_all); break;
    case Message::goodbye: handle(OldEvent::goodbye); break;
    default: return false;
  }
  return true;
}

bool Model::deliver_to_new(World& world) const {
  if (!runs(world.fresh) || world.to_new.empty()) return false;
  const Message message = world.to_new.front();
  world.to_new.pop();
  if (world.succeeded) {
    switch (message) {
      case Message::remember: old_handles(world, Who::fresh, OldEvent::remember); break;
      case Message::forward_restart: old_handles(world, Who::fresh, OldEvent::restart_wanted); break;
      case Message::forward_stop: old_handles(world, Who::fresh, OldEvent::stop_all); break;
      case Message::goodbye: old_handles(world, Who::fresh, OldEvent::goodbye); break;
      default: break;  // late
    }
    return true;
  }
  switch (message) {
    case Message::offer: new_handles(world, NewEvent::offer); break;
    case Message::commit: new_handles(world, NewEvent::commit); break;
    case Message::abort: new_handles(world, NewEvent::abort); break;
    case Message::remember: new_handles(world, NewEvent::remember); break;
    default:
      if (is_final(message)) new_handles(world, NewEvent::final, message);
      break;
  }
  return true;
}

bool Model::old_deadline(World& world) const {
  if (!runs(world.old)) return false;
  switch (old_state(world.old.machine)) {
    case OldState::attaching:
      // The link and the pidfd are read before the timers.
      if (world.rival == Rival::died) return false;
      break;
    case OldState::spawned:
    case OldState::offered:
    case OldState::pausing:
    case OldState::committed:
    case OldState::trial:
    case OldState::passing:
    case OldState::withdrawing:
    case OldState::reclaiming:
    case OldState::contesting: break;
    default: return false;
  }
  old_handles(world, Who::old, OldEvent::deadline);
  return true;
}

bool Model::new_deadline(World& world) const {
  if (!runs(world.fresh) || !world.spawned) return false;
  if (world.succeeded) {
    if (old_state(world.fresh.machine) != OldState::contesting) return false;
    old_handles(world, Who::fresh, OldEvent::deadline);
    return true;
  }
  switch (new_state(world.new_machine)) {
    case NewState::connecting:
    case NewState::preparing:
    case NewState::ready:
    case NewState::serving:
    case NewState::asking:
      new_handles(world, NewEvent::deadline);
      world.new_gave_up =
          !world.succeeded && new_state(world.new_machine) == NewState::ended && world.fresh.knows_death;
      return true;
    default: return false;
  }
}

bool Model::learn_death(World& world, Who who) const {
  Process& self = who == Who::old ? world.old : world.fresh;
  const Process& other = who == Who::old ? world.fresh : world.old;
  const Queue& incoming = who == Who::old ? world.to_old : world.to_new;
  if (!runs(self) || other.alive || self.knows_death || !incoming.empty()) return false;
  if (who == Who::old && !world.spawned) return false;
  self.knows_death = true;
  if (who == Who::old || world.succeeded) {
    old_handles(world, who, OldEvent::peer_died);
  } else {
    new_handles(world, NewEvent::old_died);
  }
  return true;
}

void Model::restart_wanted(World& world, Who who) const {
  if (who == Who::old) {
    const OldState state = old_state(world.old.machine);
    world.restart_owed_old = state != OldState::closed && state != OldState::stopping;
    world.restart_asked_late = state == OldState::passing;
    if (world.restart_asked_late && !world.fresh.alive) world.restart_owed_old = false;
    old_handles(world, Who::old, OldEvent::restart_wanted);
  } else if (world.succeeded) {
    const OldState state = old_state(world.fresh.machine);
    world.restart_owed_new = state != OldState::closed && state != OldState::stopping;
    old_handles(world, Who::fresh, OldEvent::restart_wanted);
  } else {
    const NewState state = new_state(world.new_machine);
    world.restart_owed_new = state == NewState::serving || state == NewState::asking;
    new_handles(world, NewEvent::restart_wanted);
  }
}

bool Model::inner(World& world, Step step) const {
  switch (step) {
    case Step::deliver_to_old: return deliver_to_old(world);
    case Step::deliver_to_new: return deliver_to_new(world);
    case Step::old_deadline: return old_deadline(world);
    case Step::new_deadline: return new_deadline(world);
    case Step::new_says_hello:
      if (!runs(world.fresh) || world.said_hello || new_state(world.new_machine) != NewState::connecting) {
        return false;
      }
      world.said_hello = true;
      to_old(world, Message::hello);
      return true;
    case Step::prepared:
      if (!runs(world.fresh) || world.succeeded) return false;
      if (new_state(world.new_machine) != NewState::preparing &&
          new_state(world.new_machine) != NewState::carrying_on) {
        return false;
      }
      new_handles(world, NewEvent::prepared);
      return true;
    case Step::old_learns_death: return learn_death(world, Who::old);
    case Step::new_learns_death: return learn_death(world, Who::fresh);
    case Step::paused:
      if (!runs(world.old) || !world.old.pausing) return false;
      world.old.pausing = false;
      old_handles(world, Who::old, OldEvent::paused);
      return true;
    case Step::old_wins_lock:
      if (!runs(world.old) || !world.old.contests) return false;
      old_handles(world, Who::old, OldEvent::lock_won);
      return true;
    case Step::new_wins_lock:
      if (!runs(world.fresh) || !world.fresh.contests) return false;
      old_handles(world, Who::fresh, OldEvent::lock_won);
      return true;
    case Step::third_takes_in:
      // From draining it is the one that came after the third one.
      if (!runs(world.old) || world.rival != Rival::in_charge) return false;
      if (old_state(world.old.machine) == OldState::draining) world.restart_owed_old = false;
      old_handles(world, Who::old, OldEvent::welcome);
      return true;
    case Step::old_learns_third_died:
      if (!runs(world.old) || world.rival != Rival::died) return false;
      world.rival = Rival::none;
      old_handles(world, Who::old, OldEvent::peer_died);
      return true;
    case Step::term_heeded:
      if (!runs(world.fresh) || !world.term_coming) return false;
      world.term_coming = false;
      if (world.succeeded) {
        old_handles(world, Who::fresh, OldEvent::stop_all);
      } else {
        new_handles(world, NewEvent::stop_wanted);
      }
      return true;
    case Step::term_ignored:
      if (!runs(world.fresh) || !world.term_coming) return false;
      world.term_coming = false;
      return true;
    case Step::term_kills:
      if (!runs(world.fresh) || !world.term_coming) return false;
      die_new(world);
      return true;
    case Step::kill_arrives:
      if (!world.kill_coming) return false;
      die_new(world);
      return true;
    case Step::new_exits: {
      if (!runs(world.fresh)) return false;
      const OldState state = old_state(world.fresh.machine);
      if (world.succeeded ? state != OldState::stopping && state != OldState::closed
                          : new_state(world.new_machine) != NewState::ended) {
        return false;
      }
      die_new(world);
      return true;
    }
    case Step::stopping_old_kills:
      if (!runs(world.old) || old_state(world.old.machine) != OldState::stopping) return false;
      if (!world.fresh.alive || world.succeeded || world.kill_coming) return false;
      world.kill_coming = true;
      return true;
    case Step::old_exits: {
      if (!runs(world.old)) return false;
      const OldState state = old_state(world.old.machine);
      if (state != OldState::closed && state != OldState::stopping) return false;
      // The leader of an ordered end leaves last; one that was rolled back closes by GOODBYE.
      if (state == OldState::stopping && world.fresh.alive && !world.succeeded) return false;
      die_old(world);
      return true;
    }
    default: return false;
  }
}

bool Model::outer(World& world, Step step) const {
  Budget& budget = world.budget;
  switch (step) {
    case Step::request_without_process:
      if (world.requested || !runs(world.old) || !spend(budget.spawn_failures)) return false;
      // Nothing comes between: spawning answers at once.
      world.requested = true;
      world.spawn_fails = true;
      old_handles(world, Who::old, OldEvent::restart_wanted);
      world.old.knows_death = true;
      old_handles(world, Who::old, OldEvent::spawn_failed);
      return true;
    case Step::request:
      if (world.requested || !runs(world.old)) return false;
      world.requested = true;
      old_handles(world, Who::old, OldEvent::restart_wanted);
      return true;
    case Step::request_rehearsal:
      if (world.requested || !runs(world.old) || !spend(budget.rehearsals)) return false;
      world.requested = world.rehearsal = true;
      old_handles(world, Who::old, OldEvent::restart_wanted);
      return true;
    case Step::old_refuses:
      if (!runs(world.old) || world.to_old.empty()) return false;
      // Later there is nothing left to be agreed upon.
      if (old_state(world.old.machine) != OldState::spawned &&
          old_state(world.old.machine) != OldState::offered) {
        return false;
      }
      if (!spend(budget.refusals)) return false;
      world.to_old.pop();
      old_handles(world, Who::old, OldEvent::refused);
      return true;
    case Step::new_refuses:
      if (!runs(world.fresh) || world.succeeded || world.to_new.empty() || !spend(budget.refusals))
        return false;
      if (world.to_new.front() != Message::offer) return false;
      world.to_new.pop();
      new_handles(world, NewEvent::refused);
      return true;
    case Step::pause_fails:
      if (!runs(world.old) || !world.old.pausing || old_state(world.old.machine) != OldState::pausing)
        return false;
      if (!spend(budget.pause_failures)) return false;
      old_handles(world, Who::old, OldEvent::pause_failed);
      return true;
    case Step::old_loses_lock:
      if (!runs(world.old) || !world.old.contests || !spend(budget.rivals)) return false;
      world.rival = Rival::in_charge;
      old_handles(world, Who::old, OldEvent::lock_lost);
      return true;
    case Step::third_dies:
      if (world.rival != Rival::in_charge || !spend(budget.kills)) return false;
      world.rival =
          world.old.alive && old_state(world.old.machine) != OldState::closed ? Rival::died : Rival::none;
      return true;
    case Step::restart_old:
      if (!world.requested || !runs(world.old) || !spend(budget.restarts_old)) return false;
      restart_wanted(world, Who::old);
      return true;
    case Step::restart_new:
      if (!runs(world.fresh) || !spend(budget.restarts_new)) return false;
      restart_wanted(world, Who::fresh);
      return true;
    case Step::stop_all_old: {
      if (!world.requested || !runs(world.old) || !spend(budget.stops_old)) return false;
      const OldState state = old_state(world.old.machine);
      world.stop_owed = state != OldState::draining && state != OldState::closed;
      old_handles(world, Who::old, OldEvent::stop_all);
      return true;
    }
    case Step::stop_this_old:
      if (!world.requested || !runs(world.old) || !spend(budget.stops_old)) return false;
      old_handles(world, Who::old, OldEvent::stop_this);
      return true;
    case Step::stop_new:
      if (!runs(world.fresh) || !spend(budget.stops_new)) return false;
      if (world.succeeded) {
        // To a draining one the first TERM is only logged.
        if (old_state(world.fresh.machine) != OldState::draining) {
          old_handles(world, Who::fresh, OldEvent::stop_all);
        }
      } else {
        new_handles(world, NewEvent::stop_wanted);
      }
      return true;
    case Step::program_fails:
      if (!runs(world.fresh) || world.succeeded || !spend(budget.fails)) return false;
      new_handles(world, NewEvent::fails);
      return true;
    case Step::cancel:
      if (!world.requested || !runs(world.old) || !spend(budget.cancels)) return false;
      old_handles(world, Who::old, OldEvent::cancel);
      return true;
    case Step::kill_old:
      if (!world.requested || !world.old.alive || !spend(budget.kills)) return false;
      die_old(world);
      return true;
    case Step::kill_new:
      if (!world.fresh.alive || !spend(budget.kills)) return false;
      die_new(world);
      return true;
    case Step::freeze_old:
      if (!world.requested || !runs(world.old) || !spend(budget.freezes)) return false;
      world.old.stopped = true;
      return true;
    case Step::freeze_new:
      if (!runs(world.fresh) || !spend(budget.freezes)) return false;
      world.fresh.stopped = true;
      return true;
    case Step::thaw_old:
      if (!world.old.alive || !world.old.stopped) return false;
      world.old.stopped = false;
      return true;
    case Step::thaw_new:
      if (!world.fresh.alive || !world.fresh.stopped) return false;
      world.fresh.stopped = false;
      return true;
    default: return false;
  }
}

bool Model::take(World& world, Step step) const {
  return step < Step::inner_end ? inner(world, step) : outer(world, step);
}

}  // namespace explorer
