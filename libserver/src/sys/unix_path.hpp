#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/unique_fd.hpp"

namespace uninterruptible::sys {

/// Longest path a unix socket address can hold on Linux (sun_path less its final zero).
inline constexpr std::size_t longest_unix_path = 107;

struct UnixListenOptions {
  int backlog = 1024;
  int type = 0;  ///< SOCK_STREAM when 0
  /// Set on the descriptor before bind; what the umask took off it then is added before listen(2), until
  /// which nobody can connect. Without it bind(2) applies the umask to 0777.
  std::optional<mode_t> mode{};
  std::optional<gid_t> group{};
};

/// A listening unix socket with the lock that says who owns its path.
///
/// `PATH.lock` is locked with flock(2) as long as any process of the chain holds the lock's descriptor: a
/// passed descriptor shares the lock, which is how ownership travels without a gap.
struct UnixListener {
  UniqueFd socket;
  UniqueFd lock;
  std::string path;
  dev_t device = 0;
  ino_t inode = 0;
};

/// Takes the lock, tells a live path from a stale one by the lock and a connect probe (a full queue is live),
/// removes a stale socket and binds. Files that are not sockets, and sockets somebody answers on, stay
/// untouched. The socket is listening, non-blocking and close-on-exec. The lock file is made 0600 and must be
/// ours; a failure removes it again if this call created it. Throws std::system_error; its text says what is
/// at the path and what to do. EADDRINUSE: a living owner. EEXIST: something that is no socket.
[[nodiscard]] UnixListener listen_unix(const std::string& path, const UnixListenOptions& options);

/// Gives the socket file of a listener, wherever that was made, another mode and group, as far as they
/// differ. Throws std::system_error when that is not allowed, or when the path is not this socket any more.
void set_unix_access(const UnixListener& listener, std::optional<mode_t> mode, std::optional<gid_t> group);

/// Whether a living process listens at the path that is no server of this library, since nobody holds the
/// lock beside it. Nothing there is changed, and whoever listens never notices. True too where the socket is
/// there but we may not look.
[[nodiscard]] bool is_held_by_stranger(const std::string& path) noexcept;

/// Removes socket and lock file, under the lock, if the path still is this socket (device and inode). To be
/// called by the last owner, before it closes the two. Never throws; false when the path was no longer ours.
bool unlink_unix(const UnixListener& listener) noexcept;

}  // namespace uninterruptible::sys
