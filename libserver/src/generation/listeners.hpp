#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/deadline.hpp"
#include "generation/gem_predecessor.hpp"
#include "generation/inherited_sockets.hpp"
#include "generation/offer.hpp"
#include "net/listener.hpp"

namespace uninterruptible {

/// The listening sockets of this generation: those that came with OFFER, matched to what the program asks for
/// by the text of the address and, for equal texts, by position; those that a service manager passed; the one
/// that the Ruby gem hands over; and those newly bound.
///
/// A unix path is ours to unlink where we hold its lock, and only there. Sockets that others opened have
/// none, in this generation and, since OFFER carries the locks, in all that follow.
class Listeners {
 public:
  struct Held {
    net::BindAddress address;
    int fd = -1;             ///< the program's, borrowed until it closes it
    sys::UnixListener path;  ///< lock and identity of a unix path that is ours; its socket is empty
    bool taken_over = false;
    bool awaited = false;  ///< a placeholder still: the gem has the socket
    bool dropped = false;  ///< the next generation does not have it
  };

  /// What OFFER brought; to be claimed by listen().
  void take_offered(std::vector<Offer::Socket> offered);
  /// What a service manager passed, or why it passed nothing; likewise.
  void take_inherited(InheritedSockets inherited) { inherited_ = std::move(inherited); }
  [[nodiscard]] const InheritedSockets& inherited() const noexcept { return inherited_; }
  /// The server of the gem that is to be replaced; likewise. Its socket goes to the bind that somebody else
  /// listens on, for which listen() returns a placeholder: a descriptor whose number becomes that of the
  /// socket in fetch_from_gem().
  void take_gem(std::optional<GemPredecessor> gem) { gem_ = std::move(gem); }
  [[nodiscard]] bool replaces_gem() const noexcept { return gem_.has_value(); }
  /// Fetches the gem's socket, and verifies that it is the one of the bind. To be called last of all, since
  /// from here on the gem does not accept. Returns what to log, nothing when the waiting was given up. Throws
  /// ConfigurationError; before the gem is disturbed when no bind has a use for the socket.
  [[nodiscard]] std::optional<std::string> fetch_from_gem(const net::ListenOptions& options,
                                                          Deadline deadline,
                                                          const GemPredecessor::Meanwhile& meanwhile);

  /// Claims an offered or a passed socket or opens a new one, retrying until `patience` is over while the
  /// address is in use (the sockets of a process that died a moment ago may still be there). Throws
  /// ConfigurationError.
  int listen(const std::string& address, const net::ListenOptions& options, Deadline patience);

  /// Closes what was offered and not claimed. Where it is a unix path of ours, the path goes too.
  void drop_unclaimed();
  /// Places, in the OFFER's order, of the sockets that were claimed.
  [[nodiscard]] const std::vector<std::uint64_t>& claimed() const noexcept { return claimed_; }

  /// The unix paths that this generation bound itself.
  [[nodiscard]] std::vector<const Held*> added_paths() const;

  /// The unix paths of ours at which there is no longer our socket: somebody removed or replaced it, and new
  /// clients cannot find us.
  [[nodiscard]] std::vector<std::string> lost_paths() const;

  /// Duplicates of all for the next OFFER. Throws std::system_error; also when a descriptor is no longer the
  /// socket that was opened (a host that closes descriptors blindly).
  [[nodiscard]] std::vector<Offer::Socket> duplicate() const;

  /// Unlinks the unix paths that are ours, under their locks. By the last owner, before the sockets are
  /// closed.
  void unlink_paths() noexcept;
  /// The same for added_paths() only.
  void unlink_added_paths() noexcept;
  /// Lets go of the locks, after the program closed the sockets.
  void release() noexcept { held_.clear(); }

  [[nodiscard]] std::vector<Held>& held() noexcept { return held_; }
  [[nodiscard]] const std::vector<Held>& held() const noexcept { return held_; }

 private:
  bool claim_offered(Held& held, const net::ListenOptions& options);
  bool claim_inherited(Held& held, const net::ListenOptions& options);
  void await_gem(Held& held) const;
  void open(Held& held, const net::ListenOptions& options, Deadline patience) const;

  InheritedSockets inherited_;
  std::optional<GemPredecessor> gem_;
  std::vector<Offer::Socket> offered_;
  std::vector<bool> offered_claimed_;
  std::vector<std::uint64_t> claimed_;
  std::vector<Held> held_;
};

/// Removes a unix path that a process bound which is dead now, with its lock file, if it still is that socket
/// and nobody holds the lock.
void remove_abandoned(const std::string& path, std::uint64_t device, std::uint64_t inode) noexcept;

/// A close-on-exec duplicate. Throws std::system_error.
[[nodiscard]] UniqueFd duplicate(int fd);

}  // namespace uninterruptible
