#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "handoff/wire.hpp"
#include "sys/packet.hpp"

namespace uninterruptible {

/// Everything one generation hands to the next, in one packet: all of it arrives, or nothing.
struct Offer {
  struct Socket {
    std::string text;  ///< the bind as configured; for the control socket its path
    UniqueFd socket;
    UniqueFd lock;  ///< unix paths: shares the lock that says who owns the path
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
  };
  struct Draining {
    std::uint64_t generation = 0;
    bool rolled_back = false;
    UniqueFd line;
    UniqueFd process;  ///< pidfd
  };

  std::uint32_t version = 0;
  std::uint64_t generation = 0;  ///< the receiver's number
  std::uint64_t restart = 0;     ///< the number of this restart
  /// When it was requested, on the monotonic clock, which all processes share: both sides count from one
  /// moment.
  std::uint64_t requested_at_ns = 0;
  std::uint64_t last_step = 0;  ///< number of the last step reported so far
  std::uint64_t rollback_window_ms = 0;
  std::vector<Socket> listeners;
  std::optional<Socket> control{};
  std::string name;
  std::string pidfile;
  std::vector<Draining> draining;
  UniqueFd contest_memory;
  UniqueFd contest_seek;
  UniqueFd contest_take;
  UniqueFd standard_output;
  UniqueFd standard_error;
  UniqueFd capture;
  UniqueFd history;  ///< the memory with the history of restarts; empty from releases without one
};

/// Most listeners a server may have: with their locks, 64 draining generations and what else travels they
/// fill the 253 descriptors of one packet.
inline constexpr std::size_t most_listeners = 55;

/// A message and the descriptors, borrowed, that go with it.
struct Cargo {
  handoff::Message message;
  std::vector<int> descriptors;

  /// Adds a descriptor and a field with its place; nothing for -1.
  void add(handoff::Fields& fields, handoff::Tag tag, int fd);
};

/// Takes the descriptor a field points to out of a packet; empty where there is none.
[[nodiscard]] UniqueFd take_descriptor(const handoff::Fields& fields, handoff::Tag tag, sys::Packet& packet);

[[nodiscard]] Cargo pack(const Offer& offer);
/// Takes what the packet holds. Empty, with the reason, when something the rest depends on is missing.
[[nodiscard]] std::optional<Offer> unpack(const handoff::Message& message, sys::Packet& packet,
                                          std::string& reason);

}  // namespace uninterruptible
