#pragma once

#include <string>

namespace uninterruptible::tls {

/// What OpenSSL says went wrong in its last call on this thread, in its own words, and forgets it. Call
/// ERR_clear_error() before a call whose failure is to be asked for: the queue of errors belongs to the
/// thread.
[[nodiscard]] std::string take_error_text();

}  // namespace uninterruptible::tls
