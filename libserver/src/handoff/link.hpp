#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <string>

#include "base/unique_fd.hpp"
#include "handoff/wire.hpp"
#include "sys/packet.hpp"
#include "sys/poller.hpp"

namespace uninterruptible::handoff {

/// One end of the line between two generations, and the watch over the process at the other end.
///
/// Everything the peer sent is delivered, in order, before its death is: what it said last (ABORT, GOODBYE)
/// tells an ordered end from a crash. All callbacks run in the poller's dispatch. A
/// callback must not destroy the link it belongs to, but may silence() it.
class Link {
 public:
  struct Callbacks {
    /// The packet still owns descriptors that are not taken out of it.
    std::function<void(Link&, Message, sys::Packet)> message;
    std::function<void(Link&)> died;                         ///< once; nothing comes after it
    std::function<void(Link&, const std::string&)> damaged;  ///< something came that cannot be used
  };

  /// `peer` is the peer's pidfd; without one (yet) the end of the line counts as the death.
  Link(sys::Poller& poller, UniqueFd line, UniqueFd peer, Callbacks callbacks);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// Watches another process from now on: the one that is at the other end after authority has moved.
  void watch_peer(UniqueFd peer);

  /// False when the message could not go out: the peer is gone, or has not read for so long that the line is
  /// full.
  bool send(const Message& message, std::span<const int> descriptors = {});

  /// Whether what comes is read. Off while authority over this line is being handed to another process that
  /// holds the same end; what comes meanwhile waits.
  void set_reading(bool on);

  /// No callback any more, nothing is watched; the line closes when the link goes.
  void silence();

  /// Handles everything that is there now; called before anything else is decided.
  void read_all();

  [[nodiscard]] int line() const noexcept { return line_.get(); }
  [[nodiscard]] int peer() const noexcept { return peer_.get(); }

 private:
  void on_line(std::uint32_t events);
  void send_waiting();
  void on_death();
  void die();

  sys::Poller& poller_;
  UniqueFd line_;
  UniqueFd peer_;
  Callbacks callbacks_;
  sys::Poller::Token line_token_ = 0;
  sys::Poller::Token peer_token_ = 0;
  std::deque<std::string> waiting_;  ///< packets for which the line had no room
  std::size_t waiting_bytes_ = 0;
  bool line_ended_ = false;
  bool dead_ = false;
  bool silent_ = false;
  bool reading_ = true;
};

}  // namespace uninterruptible::handoff
