#include "handoff/new_side.hpp"

#include <algorithm>

namespace uninterruptible::handoff {

namespace {

using S = NewState;
using E = NewEvent;
using A = NewAction;

constexpr NewRow table[] = {
    // The way a restart goes.
    {S::connecting, E::offer, S::preparing, {}},
    {S::preparing, E::prepared, S::ready, {A::send_ready}},
    {S::ready, E::commit, S::serving, {A::accept, A::write_pidfile, A::send_serving}},
    {S::serving, E::final, S::in_charge, {A::take_charge, A::send_ack}},

    // The old one dies. Only that, never a deadline, lets this one serve without COMMIT.
    {S::connecting, E::old_died, S::cold, {}},
    {S::preparing, E::old_died, S::carrying_on, {}},
    {S::carrying_on, E::prepared, S::in_charge, {A::accept, A::write_pidfile, A::take_charge}},
    {S::ready, E::old_died, S::in_charge, {A::accept, A::write_pidfile, A::take_charge}},
    {S::serving, E::old_died, S::in_charge, {A::take_charge}},
    {S::asking, E::old_died, S::in_charge, {A::take_charge}},

    // The restart is given up before this one served.
    {S::connecting, E::refused, S::ended, {A::leave}},
    {S::connecting, E::abort, S::ended, {A::leave}},
    {S::connecting, E::deadline, S::ended, {A::send_abort, A::leave}},
    {S::connecting, E::stop_wanted, S::ended, {A::send_abort, A::leave}},
    {S::preparing, E::abort, S::ended, {A::leave}},
    {S::preparing, E::deadline, S::ended, {A::send_abort, A::leave}},
    {S::preparing, E::stop_wanted, S::ended, {A::send_abort, A::leave}},
    {S::preparing, E::fails, S::ended, {A::send_abort, A::leave}},
    {S::carrying_on, E::stop_wanted, S::ended, {A::leave}},
    {S::carrying_on, E::fails, S::ended, {A::leave}},
    {S::ready, E::abort, S::ended, {A::leave}},
    {S::ready, E::deadline, S::ended, {A::send_abort, A::leave}},
    {S::ready, E::stop_wanted, S::ended, {A::send_abort, A::leave}},
    {S::ready, E::fails, S::ended, {A::send_abort, A::leave}},

    // The trial.
    {S::serving, E::abort, S::withdrawn, {A::stop_accepting, A::send_aborted, A::drain}},
    {S::serving, E::fails, S::serving, {A::send_fail}},
    {S::serving,
     E::deadline,
     S::in_charge,
     {A::take_charge, A::send_claim}},  // FINAL is overdue: the old one is stopped
    {S::serving, E::stop_wanted, S::asking, {A::send_ask_final}},
    {S::asking, E::final, S::in_charge, {A::take_charge, A::send_ack}},
    {S::asking, E::abort, S::withdrawn, {A::stop_accepting, A::send_aborted, A::drain}},
    {S::asking, E::deadline, S::in_charge, {A::take_charge, A::send_claim}},
};

struct StateFacts {
  NewState state;
  Roles roles;
  std::string_view text;
};

constexpr StateFacts facts[] = {
    {S::connecting, {false, false}, "connecting"},
    {S::preparing, {false, false}, "preparing"},
    {S::carrying_on, {false, false}, "carrying_on"},
    {S::ready, {false, false}, "ready"},
    {S::serving, {true, false}, "serving"},
    {S::asking, {true, false}, "asking"},
    {S::in_charge, {true, true}, "in_charge"},
    {S::withdrawn, {false, false}, "withdrawn"},
    {S::cold, {false, false}, "cold"},
    {S::ended, {false, false}, "ended"},
};

const StateFacts& facts_of(NewState state) {
  return *std::find_if(std::begin(facts), std::end(facts),
                       [&](const StateFacts& f) { return f.state == state; });
}

}  // namespace

std::span<const NewRow> new_table() { return table; }

std::vector<NewAction> NewSide::handle(NewEvent event) {
  std::vector<NewAction> actions;
  if (event == E::restart_wanted || event == E::remember) {
    restart_remembered_ = true;
    // Before READY nothing was promised yet that the old one could act on; from then on both sides remember.
    const bool linked = state_ == S::ready || state_ == S::serving || state_ == S::asking;
    if (event == E::restart_wanted && linked) actions.push_back(A::send_remember);
    return actions;
  }
  if (event == E::stop_wanted && (state_ == S::serving || state_ == S::asking)) stop_remembered_ = true;
  const auto row = std::find_if(table_.begin(), table_.end(),
                                [&](const NewRow& r) { return r.from == state_ && r.event == event; });
  if (row == table_.end()) return actions;
  state_ = row->to;
  for (const NewAction action : row->actions) {
    if (action != A::none) actions.push_back(action);
  }
  return actions;
}

Roles roles(NewState state) { return facts_of(state).roles; }
std::string_view to_text(NewState state) { return facts_of(state).text; }

std::string_view to_text(NewEvent event) {
  constexpr std::string_view texts[] = {"offer",    "refused",     "prepared", "commit",
                                        "final",    "abort",       "old_died", "restart_wanted",
                                        "remember", "stop_wanted", "fails",    "deadline"};
  return texts[static_cast<std::size_t>(event)];
}

std::string_view to_text(NewAction action) {
  constexpr std::string_view texts[] = {"none",           "send_ready",     "accept",       "write_pidfile",
                                        "send_serving",   "send_ack",       "send_aborted", "send_abort",
                                        "send_fail",      "send_ask_final", "send_claim",   "send_remember",
                                        "stop_accepting", "take_charge",    "drain",        "leave"};
  return texts[static_cast<std::size_t>(action)];
}

}  // namespace uninterruptible::handoff
