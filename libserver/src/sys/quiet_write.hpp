#pragma once

#include <cstddef>
#include <string_view>

namespace uninterruptible::sys {

/// Writes at most 4,096 bytes to a descriptor that is shared with other programs (standard output, a log).
/// How many went: all of them, or none when there is no room now or nobody reads any more; a part only where
/// a disk became full in the middle. Never waits for a pipe's or socket's reader, never raises SIGPIPE,
/// SIGTTOU or SIGXFSZ.
[[nodiscard]] std::size_t write_quietly(int fd, std::string_view bytes) noexcept;

}  // namespace uninterruptible::sys
