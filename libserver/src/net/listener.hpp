#pragma once

#include <sys/socket.h>
#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>

#include "base/unique_fd.hpp"
#include "net/bind_address.hpp"
#include "sys/unix_path.hpp"

namespace uninterruptible::net {

struct ListenOptions {
  int backlog = 1024;
  std::optional<mode_t> unix_mode{};
  std::optional<gid_t> unix_group{};
};

/// A listening socket and, for a unix path, the lock that says it is ours.
struct Listener {
  BindAddress address;
  UniqueFd socket;
  UniqueFd lock;     ///< unix only
  dev_t device = 0;  ///< unix only: the path's file at bind
  ino_t inode = 0;
};

/// Binds and listens: SO_REUSEADDR on tcp; close-on-exec, non-blocking. An IPv6 address takes IPv6 only,
/// whatever the system's default is (who wants both binds `0.0.0.0` and `[::]`). A host name is resolved
/// once, which may block, and the first of its addresses that this host has is taken. An address of kind
/// `inherited` cannot be opened. Throws std::system_error whose text names address and reason.
[[nodiscard]] Listener open_listener(const BindAddress& address, const ListenOptions& options);

/// What a socket bound to a host name is compared with.
enum class HostNames {
  resolve,   ///< any address of the name; with a resolver that does not answer any address at all
  as_bound,  ///< nothing: it was resolved when it was bound. A resolver that is slow or has another answer by
             ///< now must not delay a restart, nor cost a listener that serves
};

/// Checks that a descriptor that came from another process is what was said: a socket of the right family and
/// type, listening, and bound to this address (for port 0 any port; for `inherited` any tcp or unix address).
/// Empty when it is, else the reason.
[[nodiscard]] std::string refuse_received(int fd, const BindAddress& address,
                                          HostNames names = HostNames::resolve);

/// Whether this address of a listening socket is the one of a bind, judged as refuse_received() does.
[[nodiscard]] bool is_bound_to(const sockaddr_storage& bound, socklen_t length, const BindAddress& address,
                               HostNames names = HostNames::resolve);

/// No delay, and keepalive after 60 s of silence, so that a client that vanished does not hold a drain up for
/// ever. Set on a listening socket, which hands them to every connection it accepts (Linux); other sockets
/// are left alone.
void set_tcp_options(int fd) noexcept;

/// Applies what belongs to this generation's configuration to a socket taken over: O_NONBLOCK, close-on-exec,
/// and listen(2) again with the backlog, after which clients see this process in SO_PEERCRED. Throws
/// std::system_error.
void adopt_listener(int fd, const ListenOptions& options);

/// Whether a socket speaks TCP: IPv4 or IPv6, bound already or not.
[[nodiscard]] bool is_tcp(int fd) noexcept;

/// The address a socket really has on this side, as a bind text: `tcp://0.0.0.0:40211` of one that listens,
/// `tcp://192.0.2.1:40211` of a connection, `unix:///run/x.sock`. Empty for what has none.
[[nodiscard]] std::string bound_address(int fd);
/// An address in that form.
[[nodiscard]] std::string bind_text(const sockaddr_storage& address, socklen_t length);

/// A peer's address for people: `192.0.2.17:51544`, `[2001:db8::9]:40112`; for unix `unix:` with its path, or
/// `unix:uid=1000,pid=4121` from SO_PEERCRED of `connected_fd` where it has none.
[[nodiscard]] std::string peer_text(int connected_fd, const sockaddr_storage& address, socklen_t length);

/// net.core.somaxconn, or empty when it cannot be read.
[[nodiscard]] std::optional<int> somaxconn();

}  // namespace uninterruptible::net
