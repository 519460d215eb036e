#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>

#include "base/deadline.hpp"
#include "base/unique_fd.hpp"
#include "net/bind_address.hpp"

namespace uninterruptible {

/// A running server of the Ruby gem that has started this process to be replaced by it.
///
/// It listens on a unix socket, and sends its one listening socket to whoever connects there. At that moment
/// it stops accepting and drains, whatever becomes of the one who asked: so it is asked last of all, when
/// nothing else can fail any more. Until then it goes on serving and knows nothing.
class GemPredecessor {
 public:
  static constexpr const char* variable = "FILE_DESCRIPTOR_SERVER_PATH";

  /// Reads, verifies and erases the variable; nothing when it is not set, and with `by_restart`: then our own
  /// kind hands over, and the variable is only a leftover. Throws ConfigurationError when it holds anything
  /// but the path of a socket of this user or root. Never waits, touches nothing.
  [[nodiscard]] static std::optional<GemPredecessor> take(bool by_restart);

  /// Why the socket that the gem will hand over cannot be the one of this bind, as far as proc(5) tells;
  /// empty when it can. Disturbs nobody.
  [[nodiscard]] std::string why_not(const net::BindAddress& bind) const;
  /// Where the gem listens, as far as that can be told: ` (it listens on ...)`, else empty.
  [[nodiscard]] std::string where_it_listens() const;

  struct HandedOver {
    UniqueFd socket;
    pid_t pid = 0;  ///< of the gem's process; 0 when it is in another pid namespace
  };
  /// What else goes on while the gem takes its time.
  struct Meanwhile {
    int fd;                        ///< readable when there is something to do
    std::function<bool()> attend;  ///< does it; false gives the waiting up
  };
  /// Asks for the socket. From here on the gem has stopped, or will as soon as it finds the time: under
  /// steady load it serves clients first, and it dies of an error when it finds the asker gone. So the
  /// deadline should be generous. What came is one descriptor, not looked at; nothing when the waiting was
  /// given up. Throws ConfigurationError.
  [[nodiscard]] std::optional<HandedOver> fetch(Deadline deadline, const Meanwhile& meanwhile) const;

  /// Throws ConfigurationError with the variable, its value and this reason.
  [[noreturn]] void refuse(const std::string& reason) const;

 private:
  explicit GemPredecessor(std::string path) : path_(std::move(path)) {}

  std::string path_;
};

}  // namespace uninterruptible
