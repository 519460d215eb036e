#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.hpp"
#include "net/bind_address.hpp"

namespace uninterruptible {

/// Listening sockets that a service manager opened and passed to this process, as sd_listen_fds(3) describes:
/// LISTEN_FDS of them from descriptor 3 on, for process LISTEN_PID, named by LISTEN_FDNAMES. Each is to be
/// claimed by one bind. They stay the manager's: nothing probes them, nothing unlinks their paths.
class InheritedSockets {
 public:
  /// Reads, verifies and erases the variables. They count only for the process that LISTEN_PID names, and not
  /// with `by_restart`, since then the sockets come with OFFER. Throws ConfigurationError when they count and
  /// hold garbage, or point to anything but listening stream sockets; such descriptors are left alone.
  [[nodiscard]] static InheritedSockets take(bool by_restart);

  /// Takes the socket for a bind: for `fd://NAME` the first of that name that is left, for others the first
  /// whose real address is the bind's (never for port 0, which asks for a new one). Empty when there is none.
  /// May block to resolve a host name.
  [[nodiscard]] UniqueFd claim(const net::BindAddress& bind);
  /// Why claim() had nothing for an `fd://NAME`.
  [[nodiscard]] std::string why_none(const net::BindAddress& bind) const;
  /// Throws ConfigurationError naming the sockets that no bind claimed, whose clients would wait for ever.
  void require_all_claimed() const;
  /// What was claimed, for the log; empty when nothing was.
  [[nodiscard]] std::string claimed_text() const;

 private:
  struct Socket {
    UniqueFd fd;  ///< empty once claimed
    std::string name;
    std::string address;  ///< its real one
    std::string bind{};   ///< what claimed it
  };

  std::vector<Socket> sockets_;
  std::vector<std::string> binds_;  ///< all that asked
  std::string why_none_;            ///< where nothing was passed at all
};

}  // namespace uninterruptible
