#pragma once

#include <string_view>

#include "explorer/machines.hpp"
#include "explorer/world.hpp"

namespace explorer {

/// Everything that can happen next. Up to `inner_end` the world goes on by itself; what follows comes from
/// outside, and may never come.
enum class Step : std::uint8_t {
  deliver_to_old,
  deliver_to_new,
  old_deadline,
  new_deadline,
  new_says_hello,
  prepared,
  old_learns_death,
  new_learns_death,
  paused,
  old_wins_lock,
  new_wins_lock,
  third_takes_in,
  old_learns_third_died,
  term_heeded,
  term_ignored,
  term_kills,
  kill_arrives,
  new_exits,
  stopping_old_kills,
  old_exits,
  inner_end,
  request = inner_end,
  request_without_process,
  request_rehearsal,
  old_refuses,
  new_refuses,
  pause_fails,
  old_loses_lock,
  third_dies,
  restart_old,
  restart_new,
  stop_all_old,
  stop_this_old,
  stop_new,
  program_fails,
  cancel,
  kill_old,
  kill_new,
  freeze_old,
  freeze_new,
  thaw_old,
  thaw_new,
  end,
};

[[nodiscard]] std::string_view to_text(Step step);

/// Ways to make the world itself wrong, to show that the explorer notices.
struct Twist {
  bool final_loses_restart = false;
  bool final_loses_stop = false;
  bool forwarding_is_lost = false;
  bool roles_unchecked = false;  ///< for wrong tables whose actions contradict their states
};

/// What happens in the world: it executes the machines' actions as the link's driver must.
class Model {
 public:
  Model(OldMachine& old_machine, NewMachine& new_machine, Twist twist = {})
      : old_(old_machine), new_(new_machine), twist_(twist) {}

  /// Changes the world as the step says; false (and an undefined world) if it cannot happen now.
  [[nodiscard]] bool take(World& world, Step step) const;

 private:
  enum class Who : std::uint8_t { old, fresh };

  void old_handles(World& world, Who who, OldEvent event) const;
  void new_handles(World& world, NewEvent event, Message carried = Message::none) const;
  void act(World& world, Who who, OldAction action) const;
  void act(World& world, NewAction action) const;
  void succeed(World& world, OldState start, Message carried) const;
  void run(World& world, Who who, const Reaction<OldAction>& reaction) const;

  [[nodiscard]] bool deliver_to_old(World& world) const;
  [[nodiscard]] bool deliver_to_new(World& world) const;
  [[nodiscard]] bool old_deadline(World& world) const;
  [[nodiscard]] bool new_deadline(World& world) const;
  [[nodiscard]] bool learn_death(World& world, Who who) const;
  [[nodiscard]] bool inner(World& world, Step step) const;
  [[nodiscard]] bool outer(World& world, Step step) const;
  void restart_wanted(World& world, Who who) const;

  OldMachine& old_;
  NewMachine& new_;
  Twist twist_;
};

}  // namespace explorer
