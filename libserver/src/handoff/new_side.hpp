#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "handoff/roles.hpp"

namespace uninterruptible::handoff {

/// The new side of a restart: a pure state machine from HELLO until this generation is in charge (and goes on
/// as an OldSide), was rolled back, starts cold, or ends.
///
///     connecting -> preparing -> ready -> serving -> in_charge
///     old one dies:  connecting -> cold;  preparing -> carrying_on -> in_charge;  ready, serving ->
///     in_charge
enum class NewState {
  connecting,   ///< HELLO is sent; OFFER is awaited
  preparing,    ///< OFFER came; the program sets itself up
  carrying_on,  ///< as preparing, but the old one is dead: serves as soon as the program is ready
  ready,        ///< READY is sent; COMMIT is awaited
  serving,      ///< accepts; the trial goes on
  asking,       ///< accepts; was told to stop everything and asks to be in charge for that
  in_charge,    ///< FINAL came, or was claimed: the new side's work is done
  withdrawn,    ///< rolled back: finishes what it took
  cold,         ///< the old one died before OFFER: starts as if it were the first
  ended,        ///< leaves without having served
};

enum class NewEvent {
  offer,           ///< OFFER, with everything in it
  refused,         ///< the old one speaks no version we speak, or sent what cannot be used
  prepared,        ///< the program called ready()
  commit,          ///< COMMIT
  final,           ///< FINAL
  abort,           ///< ABORT
  old_died,        ///< the old one is dead and all it said was read
  restart_wanted,  ///< USR1, an operator or the program asks for a restart
  remember,        ///< the old one tells of such a request
  stop_wanted,     ///< TERM or INT
  fails,           ///< the program called fail()
  deadline,        ///< the state's time is over
};

enum class NewAction {
  none,
  send_ready,
  accept,
  write_pidfile,
  send_serving,
  send_ack,
  send_aborted,
  send_abort,
  send_fail,
  send_ask_final,
  send_claim,
  send_remember,
  stop_accepting,
  take_charge,
  drain,
  leave,
};

struct NewRow {
  NewState from;
  NewEvent event;
  NewState to;
  std::array<NewAction, 4> actions;
};

/// All transitions. What is not listed changes nothing.
[[nodiscard]] std::span<const NewRow> new_table();

class NewSide {
 public:
  explicit NewSide(std::span<const NewRow> table = new_table()) : table_(table) {}

  [[nodiscard]] std::vector<NewAction> handle(NewEvent event);

  [[nodiscard]] NewState state() const noexcept { return state_; }
  [[nodiscard]] bool restart_remembered() const noexcept { return restart_remembered_; }
  [[nodiscard]] bool stop_remembered() const noexcept { return stop_remembered_; }

 private:
  std::span<const NewRow> table_;
  NewState state_ = NewState::connecting;
  bool restart_remembered_ = false;
  bool stop_remembered_ = false;
};

[[nodiscard]] Roles roles(NewState state);
[[nodiscard]] std::string_view to_text(NewState state);
[[nodiscard]] std::string_view to_text(NewEvent event);
[[nodiscard]] std::string_view to_text(NewAction action);

}  // namespace uninterruptible::handoff
