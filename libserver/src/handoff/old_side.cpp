#include "handoff/old_side.hpp"

#include <algorithm>

namespace uninterruptible::handoff {

namespace {

using S = OldState;
using E = OldEvent;
using A = OldAction;

constexpr OldRow table[] = {
    // The way a restart goes.
    {S::alone, E::restart_wanted, S::spawned, {A::spawn}},
    {S::alone, E::remember, S::spawned, {A::spawn}},  // told before FINAL was acknowledged, read after it
    {S::spawned, E::hello, S::offered, {A::send_offer}},
    {S::offered, E::ready, S::pausing, {A::pause}},
    {S::pausing, E::paused, S::committed, {A::send_commit}},
    {S::committed, E::serving, S::trial, {}},
    {S::trial, E::deadline, S::passing, {A::send_final, A::give_up_charge}},
    {S::passing, E::ack, S::draining, {A::drain}},
    {S::draining, E::goodbye, S::closed, {A::close_listeners, A::acknowledge_goodbye}},

    // It fails before COMMIT: this one has accepted all the time.
    {S::spawned, E::spawn_failed, S::alone, {A::report_failed}},
    {S::spawned, E::refused, S::withdrawing, {A::report_failed, A::send_abort, A::terminate_new}},
    {S::spawned, E::peer_died, S::alone, {A::report_failed}},
    {S::spawned, E::deadline, S::withdrawing, {A::report_failed, A::terminate_new}},
    {S::offered, E::refused, S::withdrawing, {A::report_failed, A::send_abort, A::terminate_new}},
    {S::offered, E::new_abort, S::withdrawing, {A::report_failed}},
    {S::offered, E::peer_died, S::alone, {A::report_failed}},
    {S::offered, E::deadline, S::withdrawing, {A::report_failed, A::send_abort, A::terminate_new}},
    {S::pausing,
     E::pause_failed,
     S::withdrawing,
     {A::report_failed, A::send_abort, A::terminate_new, A::accept}},
    {S::pausing, E::new_abort, S::withdrawing, {A::report_failed, A::accept}},
    {S::pausing, E::peer_died, S::alone, {A::report_failed, A::accept}},
    {S::pausing, E::deadline, S::withdrawing, {A::report_failed, A::send_abort, A::terminate_new, A::accept}},
    {S::spawned, E::cancel, S::withdrawing, {A::report_failed, A::terminate_new}},
    {S::offered, E::cancel, S::withdrawing, {A::report_failed, A::send_abort, A::terminate_new}},
    {S::offered, E::rehearsed, S::withdrawing, {A::report_rehearsed, A::send_abort, A::terminate_new}},
    {S::pausing, E::cancel, S::withdrawing, {A::report_failed, A::send_abort, A::terminate_new, A::accept}},
    {S::withdrawing, E::deadline, S::withdrawing, {A::kill_new}},
    {S::withdrawing, E::peer_died, S::alone, {}},

    // It fails after COMMIT: this one accepts again at once. Until the new one has acknowledged (or claimed,
    // or is
    // dead) nobody is in charge: the new one may have claimed charge while our ABORT was on its way.
    {S::committed, E::new_abort, S::withdrawing, {A::accept, A::report_rolled_back, A::write_pidfile}},
    {S::committed,
     E::deadline,
     S::reclaiming,
     {A::send_abort, A::accept, A::give_up_charge, A::report_rolled_back}},
    {S::committed, E::peer_died, S::alone, {A::accept, A::write_pidfile, A::report_rolled_back}},
    {S::trial,
     E::new_fails,
     S::reclaiming,
     {A::send_abort, A::accept, A::give_up_charge, A::report_rolled_back}},
    {S::committed,
     E::cancel,
     S::reclaiming,
     {A::send_abort, A::accept, A::give_up_charge, A::report_rolled_back}},
    {S::trial,
     E::cancel,
     S::reclaiming,
     {A::send_abort, A::accept, A::give_up_charge, A::report_rolled_back}},
    {S::trial, E::peer_died, S::alone, {A::accept, A::write_pidfile, A::report_rolled_back}},
    {S::reclaiming, E::aborted, S::alone, {A::keep_as_draining, A::take_charge, A::write_pidfile}},
    {S::reclaiming, E::peer_died, S::alone, {A::take_charge, A::write_pidfile}},
    {S::reclaiming, E::deadline, S::evicting, {A::kill_new}},
    {S::reclaiming, E::claim, S::draining, {A::pause, A::drain}},
    {S::evicting, E::peer_died, S::alone, {A::take_charge, A::write_pidfile}},

    // FINAL meets silence.
    {S::passing, E::deadline, S::killing, {A::kill_new}},
    {S::passing,
     E::peer_died,
     S::alone,
     {A::accept, A::take_charge, A::write_pidfile, A::report_rolled_back}},
    {S::killing,
     E::peer_died,
     S::alone,
     {A::accept, A::take_charge, A::write_pidfile, A::report_rolled_back}},

    // FINAL has left without what is asked for now.
    {S::passing, E::stop_all, S::passing, {A::forward_stop}},

    // The new one is in charge sooner than by the trial's end.
    {S::trial, E::ask_final, S::passing, {A::send_final, A::give_up_charge}},
    {S::trial, E::stop_this, S::passing, {A::send_final, A::give_up_charge}},
    {S::trial, E::stop_all, S::passing, {A::send_final, A::give_up_charge}},
    {S::trial, E::claim, S::draining, {A::give_up_charge, A::drain}},
    {S::passing, E::claim, S::draining, {A::drain}},

    // An ordered end before COMMIT takes the new one along.
    {S::alone, E::stop_all, S::stopping, {A::begin_stop}},
    {S::spawned, E::stop_all, S::stopping, {A::report_failed, A::terminate_new, A::begin_stop}},
    {S::offered,
     E::stop_all,
     S::stopping,
     {A::report_failed, A::send_abort, A::terminate_new, A::begin_stop}},
    {S::pausing,
     E::stop_all,
     S::stopping,
     {A::report_failed, A::send_abort, A::terminate_new, A::accept, A::begin_stop}},
    {S::withdrawing, E::stop_all, S::stopping, {A::kill_new, A::begin_stop}},

    // The one in charge crashed while this one drains.
    {S::draining, E::peer_died, S::contesting, {A::contest}},
    {S::contesting, E::deadline, S::contesting, {A::contest}},
    {S::contesting, E::lock_won, S::alone, {A::accept, A::take_charge, A::write_pidfile}},
    {S::contesting, E::lock_lost, S::attaching, {A::attach}},
    {S::attaching, E::welcome, S::draining, {}},
    {S::draining, E::welcome, S::draining, {}},
    {S::attaching, E::peer_died, S::contesting, {A::contest}},  // the winner, before it took us in
    {S::attaching, E::deadline, S::closed, {A::close_listeners}},
};

struct StateFacts {
  OldState state;
  Roles roles;
  bool restarting;
  std::string_view text;
};

constexpr StateFacts facts[] = {
    {S::alone, {true, true}, false, "alone"},
    {S::spawned, {true, true}, true, "spawned"},
    {S::offered, {true, true}, true, "offered"},
    {S::pausing, {false, true}, true, "pausing"},
    {S::committed, {false, true}, true, "committed"},
    {S::trial, {false, true}, true, "trial"},
    {S::passing, {false, false}, true, "passing"},
    {S::killing, {false, false}, true, "killing"},
    {S::withdrawing, {true, true}, true, "withdrawing"},
    {S::reclaiming, {true, false}, true, "reclaiming"},
    {S::evicting, {true, false}, true, "evicting"},
    {S::draining, {false, false}, false, "draining"},
    {S::contesting, {false, false}, false, "contesting"},
    {S::attaching, {false, false}, false, "attaching"},
    {S::closed, {false, false}, false, "closed"},
    {S::stopping, {true, true}, false, "stopping"},
};

const StateFacts& facts_of(OldState state) {
  return *std::find_if(std::begin(facts), std::end(facts),
                       [&](const StateFacts& f) { return f.state == state; });
}

/// The states in which the new one can be told something.
bool linked(OldState state) {
  return state == S::offered || state == S::pausing || state == S::committed || state == S::trial ||
         state == S::passing;
}

}  // namespace

std::span<const OldRow> old_table() { return table; }

std::vector<OldAction> OldSide::handle(OldEvent event) {
  std::vector<OldAction> actions;
  const auto row = std::find_if(table_.begin(), table_.end(),
                                [&](const OldRow& r) { return r.from == state_ && r.event == event; });
  if (event == E::restart_wanted || event == E::remember) {
    if (restarting(state_)) {
      restart_remembered_ = true;
      if (event == E::restart_wanted && linked(state_)) actions.push_back(A::send_remember);
      return actions;
    }
    if (state_ == S::draining) {
      // Remembered as well: the one in charge may die before it reads this.
      restart_remembered_ = true;
      return {A::forward_restart};
    }
    if (state_ == S::contesting || state_ == S::attaching) {
      restart_remembered_ = true;
      return actions;
    }
  }
  // Where an ordered end of everything cannot begin yet, it begins as soon as it is clear who is in charge.
  if (event == E::stop_all && restarting(state_)) stop_remembered_ = true;
  if (event == E::stop_all && (state_ == S::contesting || state_ == S::attaching)) stop_remembered_ = true;
  if (event == E::ask_final && restarting(state_)) stop_remembered_ = true;

  if (row == table_.end()) return actions;
  const bool next_in_charge = state_ == S::draining && event == E::welcome;
  state_ = row->to;
  for (const OldAction action : row->actions) {
    if (action != A::none) actions.push_back(action);
  }
  if (state_ == S::trial && stop_remembered_) {
    state_ = S::passing;
    actions.insert(actions.end(), {A::send_final, A::give_up_charge});
  }
  if (state_ == S::draining && event != E::ack && !next_in_charge) {
    // One that claimed or won has not heard of what is remembered. Both stay remembered here: should it die
    // before it reads this, the winner of the lock acts on them.
    if (restart_remembered_) actions.push_back(A::forward_restart);
    if (stop_remembered_) actions.push_back(A::forward_stop);
  }
  // FINAL carried it, or a restart has been.
  if (event == E::ack || next_in_charge) restart_remembered_ = false;
  for (const OldAction action : settle()) actions.push_back(action);
  return actions;
}

std::vector<OldAction> OldSide::settle() {
  if (state_ != S::alone) return {};
  if (stop_remembered_) {
    state_ = S::stopping;
    stop_remembered_ = restart_remembered_ = false;
    return {A::begin_stop};
  }
  if (restart_remembered_) {
    restart_remembered_ = false;
    state_ = S::spawned;
    return {A::spawn};
  }
  return {};
}

void OldSide::carry(bool restart, bool stop) noexcept {
  restart_remembered_ = restart_remembered_ || restart;
  stop_remembered_ = stop_remembered_ || stop;
}

Roles roles(OldState state) { return facts_of(state).roles; }
bool restarting(OldState state) { return facts_of(state).restarting; }
std::string_view to_text(OldState state) { return facts_of(state).text; }

std::string_view to_text(OldEvent event) {
  constexpr std::string_view texts[] = {
      "restart_wanted", "remember",  "stop_all",     "stop_this", "spawn_failed", "hello",     "refused",
      "ready",          "paused",    "pause_failed", "serving",   "ack",          "aborted",   "new_abort",
      "new_fails",      "cancel",    "rehearsed",    "ask_final", "claim",        "peer_died", "goodbye",
      "lock_won",       "lock_lost", "welcome",      "deadline"};
  return texts[static_cast<std::size_t>(event)];
}

std::string_view to_text(OldAction action) {
  constexpr std::string_view texts[] = {"none",
                                        "spawn",
                                        "send_offer",
                                        "send_commit",
                                        "send_final",
                                        "send_abort",
                                        "send_remember",
                                        "forward_restart",
                                        "forward_stop",
                                        "pause",
                                        "accept",
                                        "take_charge",
                                        "give_up_charge",
                                        "write_pidfile",
                                        "terminate_new",
                                        "kill_new",
                                        "keep_as_draining",
                                        "drain",
                                        "contest",
                                        "attach",
                                        "close_listeners",
                                        "acknowledge_goodbye",
                                        "report_failed",
                                        "report_rolled_back",
                                        "report_rehearsed",
                                        "begin_stop"};
  return texts[static_cast<std::size_t>(action)];
}

}  // namespace uninterruptible::handoff
