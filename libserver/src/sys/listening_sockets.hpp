#pragma once

#include <sys/socket.h>
#include <sys/types.h>

#include <string>
#include <vector>

namespace uninterruptible::sys {

/// A listening TCP or unix stream socket of some process.
struct ListeningSocket {
  sockaddr_storage address{};  ///< of IPv6 addresses the kernel does not tell the zone
  socklen_t length = 0;
};

/// Those that the process holds, as proc(5) shows them; nothing of it is touched. Empty when there are none,
/// and when we may not look (another user's process, one that changed its user, no /proc).
[[nodiscard]] std::vector<ListeningSocket> listening_sockets_of(pid_t pid);

/// Path of a unix socket; empty for other kinds and for sockets without one.
[[nodiscard]] std::string unix_path_of(const ListeningSocket& socket);

/// Its parent, 0 when that cannot be told.
[[nodiscard]] pid_t parent_of(pid_t pid);

}  // namespace uninterruptible::sys
