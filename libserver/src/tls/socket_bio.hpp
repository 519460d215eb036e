#pragma once

#include "tls/pointers.hpp"

namespace uninterruptible::tls {

/// What OpenSSL reads and writes through. Its own socket BIO uses write(2), which raises SIGPIPE, and a
/// library must not change what its host does with that signal; this one sends with MSG_NOSIGNAL and never
/// waits.
struct Socket {
  int fd;         ///< borrowed
  int error = 0;  ///< errno of the call that failed, 0 when none did
};

/// Throws std::bad_alloc. `socket` must outlive it.
[[nodiscard]] BioPtr make_socket_bio(Socket& socket);

}  // namespace uninterruptible::tls
