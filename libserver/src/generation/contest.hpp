#pragma once

#include <span>

#include "base/unique_fd.hpp"
#include "handoff/wire.hpp"
#include "sys/packet.hpp"

namespace uninterruptible {

/// What keeps the generations of one server from ever accepting two at a time, also when nobody is left to
/// tell them who does: a lock that only one process can hold, and a way for those who lost their link to
/// reach whoever holds it. The descriptors travel in every OFFER.
///
/// Between COMMIT and SERVING nobody holds that lock. So that no third one takes it then, there are two
/// places beside it: the one in charge has one, and the one that is ready to replace it has the other. Who
/// contends needs both.
class Contest {
 public:
  /// For the first generation: a new memfd and a new pair. Throws std::system_error.
  Contest();
  /// With what an OFFER brought.
  Contest(UniqueFd memory, UniqueFd seek, UniqueFd take);

  /// Tries to become the one that accepts. A lock passed as a descriptor would be shared with its giver, so
  /// each process opens the memfd for itself (through /proc/self/fd) and locks that.
  bool try_lock();
  /// As try_lock(), for one that drains and whose predecessor in charge has died: not while that one, or the
  /// one that is to replace it, lives. It then has a place.
  bool try_win();
  /// Gives the lock back, after accepting has stopped.
  void unlock() noexcept { own_.reset(); }
  [[nodiscard]] bool holds_lock() const noexcept { return static_cast<bool>(own_); }

  /// Takes a place, as long as this process has none; not where both are taken, or descriptors are lacking.
  /// It guards against a third one only, so that going on without it is better than not to go on.
  void take_place() noexcept;
  /// Gives it back: another one is in charge.
  void leave_place() noexcept { place_.reset(); }

  /// Sends ATTACH to whoever is, or comes to be, in charge.
  bool seek(const handoff::Message& attach, std::span<const int> descriptors);

  [[nodiscard]] int memory() const noexcept { return memory_.get(); }
  [[nodiscard]] int seek_fd() const noexcept { return seek_.get(); }
  [[nodiscard]] int take_fd() const noexcept { return take_.get(); }

 private:
  [[nodiscard]] UniqueFd open_anew() const;

  UniqueFd memory_;
  UniqueFd seek_;
  UniqueFd take_;
  UniqueFd own_;    ///< our own opening of the memfd, while we hold its lock
  UniqueFd place_;  ///< another one, while we have a place: the lock of one of its first two bytes
};

}  // namespace uninterruptible
