#pragma once

#include <cstdint>
#include <string>
#include <type_traits>

#include "explorer/machines.hpp"

namespace explorer {

/// What travels between the two, in either direction. FINAL's four kinds are what it carries.
enum class Message : std::uint8_t {
  none,
  hello,
  offer,
  ready,
  commit,
  serving,
  final,
  final_stop,
  final_restart,
  final_restart_stop,
  ack,
  abort,
  aborted,
  fail,
  ask_final,
  claim,
  remember,
  forward_restart,
  forward_stop,
  goodbye,
};

/// Messages in flight in one direction, first in first out: five bits each in one number.
class Queue {
 public:
  [[nodiscard]] bool empty() const { return bits_ == 0; }
  [[nodiscard]] Message front() const { return static_cast<Message>(bits_ & 31U); }
  void pop() { bits_ >>= 5U; }
  void push(Message message);
  void clear() { bits_ = 0; }
  [[nodiscard]] bool contains(Message message) const;
  [[nodiscard]] std::string text() const;
  friend bool operator==(const Queue&, const Queue&) = default;

 private:
  std::uint64_t bits_ = 0;
};

/// One process, as far as both kinds have it. Roles are what the actions made of them, not what the state
/// says.
struct Process {
  Index machine = 0;  ///< its OldSide; for the new one from the moment it is in charge, cold or withdrawn
  bool alive = false;
  bool stopped = false;    ///< by SIGSTOP: handles nothing
  bool accepting = false;  ///< was told so
  bool in_charge = false;
  bool pausing = false;  ///< acceptors were told to stop and may still accept
  bool contests = false;
  bool knows_death = false;  ///< has handled the other's death
  friend bool operator==(const Process&, const Process&) = default;
};

/// How often the outside may still interfere.
struct Budget {
  std::uint8_t kills = 0;
  std::uint8_t freezes = 0;
  std::uint8_t restarts_old = 0;  ///< USR1
  std::uint8_t restarts_new = 0;
  std::uint8_t stops_old = 0;  ///< TERM, as stop_all or stop_this
  std::uint8_t stops_new = 0;
  std::uint8_t fails = 0;           ///< the program calls fail()
  std::uint8_t refusals = 0;        ///< a packet that cannot be used
  std::uint8_t spawn_failures = 0;  ///< no process can be started
  std::uint8_t pause_failures = 0;  ///< an acceptor that does not stop
  std::uint8_t rivals = 0;          ///< an older draining one that may win the lock
  std::uint8_t cancels = 0;         ///< an operator takes the restart back
  std::uint8_t rehearsals = 0;      ///< the restart is one that goes as far as READY
  friend bool operator==(const Budget&, const Budget&) = default;
};

enum class Rival : std::uint8_t { none, in_charge, died };

struct World {
  Queue to_new;
  Queue to_old;
  Process old;
  Process fresh;  ///< the new one
  Budget budget;
  Index new_machine = 0;   ///< its NewSide
  bool succeeded = false;  ///< NewSide's work is done, its OldSide goes on
  bool term_coming = false;
  bool kill_coming = false;
  bool requested = false;  ///< the first restart began
  bool spawned = false;
  bool spawn_fails = false;
  bool said_hello = false;
  bool restarted = false;  ///< another restart began: the story ends here
  bool restart_owed_old = false;
  bool restart_owed_new = false;
  bool restart_asked_late = false;  ///< of the old one, between FINAL and ACK
  bool stop_owed = false;
  bool roles_broken = false;  ///< roles by action differ from roles by state
  bool old_excused = false;   ///< closed its listeners by order, or for a living winner of the lock
  bool new_excused = false;
  bool new_gave_up = false;  ///< left for a deadline although it knew that the old one is dead
  bool rehearsal = false;    ///< the first restart is to go no further than READY
  Rival rival = Rival::none;
  friend bool operator==(const World&, const World&) = default;
};
static_assert(std::has_unique_object_representations_v<World>);

/// Both processes, the roles and what is in flight, in one line.
[[nodiscard]] std::string to_text(const World& world);

[[nodiscard]] inline bool accepts(const Process& process) {
  return process.alive && (process.accepting || process.pausing);
}
[[nodiscard]] inline bool has_charge(const Process& process) { return process.alive && process.in_charge; }
[[nodiscard]] inline bool runs(const Process& process) { return process.alive && !process.stopped; }

}  // namespace explorer
