#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "handoff/roles.hpp"

namespace uninterruptible::handoff {

/// The old side of a restart, and what becomes of it: a pure state machine. Events go in, actions come out;
/// it does no I/O and knows no clock. A generation lives in it from the moment it is in charge (or was rolled
/// back) until its end.
///
///     alone -> spawned -> offered -> pausing -> committed -> trial -> passing -> draining -> closed
///                 failure before COMMIT: withdrawing -> alone        (accepted all the time)
///                 failure after COMMIT:  reclaiming [-> evicting] -> alone   (accepts again at once)
///                 no ACK to FINAL:       passing -> killing -> alone
///                 the live one crashed:  draining -> contesting -> alone | attaching -> draining | closed
enum class OldState {
  alone,        ///< serves; no restart is going on
  spawned,      ///< the new process runs; its HELLO is awaited
  offered,      ///< OFFER is sent; READY is awaited
  pausing,      ///< READY came; the acceptors are being stopped
  committed,    ///< COMMIT is sent; SERVING is awaited
  trial,        ///< the new one serves; this one stands by
  passing,      ///< FINAL is sent; ACK is awaited
  killing,      ///< no ACK: KILL is sent and the death awaited
  withdrawing,  ///< given up before the new one could serve; its end is awaited
  reclaiming,   ///< given up after COMMIT: accepts, and waits for ABORTED, CLAIM or death
  evicting,     ///< ABORT was not acknowledged: KILL is sent and the death awaited
  draining,     ///< another one is in charge
  contesting,   ///< the one in charge crashed: who may accept is being decided by the lock
  attaching,    ///< another one won; its welcome is awaited
  closed,       ///< never accepts again; its connections come to their end
  stopping,     ///< an ordered end of the whole server, led by this one
};

enum class OldEvent {
  restart_wanted,  ///< USR1, an operator or the program asks for a restart
  remember,        ///< the other side tells of such a request
  stop_all,        ///< TERM where it means the whole server
  stop_this,       ///< TERM to the one standing by: final now, and drain
  spawn_failed,
  hello,    ///< the new process named its token and a version we speak
  refused,  ///< it spoke, but cannot be served (version, offer too large)
  ready,    ///< READY
  paused,   ///< every acceptor has acknowledged that it stopped
  pause_failed,
  serving,    ///< SERVING
  ack,        ///< ACK to FINAL
  aborted,    ///< ABORTED: it stopped accepting after our ABORT
  new_abort,  ///< ABORT: it ends by itself and has never served
  new_fails,  ///< FAIL: it finds itself unhealthy
  cancel,     ///< an operator takes the restart back
  rehearsed,  ///< READY, of a restart that is to go no further
  ask_final,  ///< it was told to stop everything and needs to be in charge for that
  claim,      ///< FINAL was overdue and it took charge
  peer_died,  ///< the new one, or the one in charge where this one drains, is dead and all it said was read
  goodbye,    ///< GOODBYE: the one in charge begins an ordered end
  lock_won,
  lock_lost,
  welcome,   ///< the winner, or the next one in charge, took us in
  deadline,  ///< the state's time is over
};

enum class OldAction {
  none,
  spawn,
  send_offer,
  send_commit,
  send_final,  ///< carries whether a restart or a stop is remembered
  send_abort,
  send_remember,
  forward_restart,  ///< passes the request on to the one in charge
  forward_stop,
  pause,   ///< stop accepting; answered by paused or pause_failed
  accept,  ///< accept (again)
  take_charge,
  give_up_charge,
  write_pidfile,     ///< name this process again
  terminate_new,     ///< TERM to the new one's group and to the sender of HELLO
  kill_new,          ///< KILL to the same
  keep_as_draining,  ///< the new one lives on as one that was rolled back
  drain,
  contest,  ///< try the lock when this one's turn comes
  attach,   ///< ask the winner to take us in
  close_listeners,
  acknowledge_goodbye,
  report_failed,       ///< the restart failed before COMMIT
  report_rolled_back,  ///< it failed after COMMIT
  report_rehearsed,    ///< it went as far as it was to go
  begin_stop,
};

struct OldRow {
  OldState from;
  OldEvent event;
  OldState to;
  std::array<OldAction, 5> actions;
};

/// All transitions. What is not listed changes nothing: it is late, or repeated.
[[nodiscard]] std::span<const OldRow> old_table();

class OldSide {
 public:
  /// The table is a parameter so that a test can show that it notices a wrong one; it must outlive this
  /// object.
  explicit OldSide(OldState start = OldState::alone, std::span<const OldRow> table = old_table())
      : table_(table), state_(start) {}

  /// Takes one event and returns what is to be done now, in this order.
  [[nodiscard]] std::vector<OldAction> handle(OldEvent event);

  [[nodiscard]] OldState state() const noexcept { return state_; }
  [[nodiscard]] bool restart_remembered() const noexcept { return restart_remembered_; }
  [[nodiscard]] bool stop_remembered() const noexcept { return stop_remembered_; }
  /// Remembers a request that FINAL brought along, or that this process remembered as the new side; it is
  /// acted on by the next event, or by settle(). One that was rolled back carries its own too: the old one
  /// may die before it acts.
  void carry(bool restart, bool stop) noexcept;
  /// Acts on what is remembered if nothing else is going on.
  [[nodiscard]] std::vector<OldAction> settle();

 private:
  std::span<const OldRow> table_;
  OldState state_;
  bool restart_remembered_ = false;
  bool stop_remembered_ = false;
};

/// What a generation in this state does.
[[nodiscard]] Roles roles(OldState state);
/// Whether a restart is going on in this state (and another request is remembered).
[[nodiscard]] bool restarting(OldState state);
[[nodiscard]] std::string_view to_text(OldState state);
[[nodiscard]] std::string_view to_text(OldEvent event);
[[nodiscard]] std::string_view to_text(OldAction action);

}  // namespace uninterruptible::handoff
