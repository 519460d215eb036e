#pragma once

#include <string_view>

namespace uninterruptible::sys {

/// Writes all of at most 4,096 bytes to a descriptor that is shared with other programs (standard output, a
/// log), or nothing: false when there is no room now or nobody reads any more. Never waits, never raises
/// SIGPIPE or SIGTTOU.
[[nodiscard]] bool write_quietly(int fd, std::string_view bytes) noexcept;

}  // namespace uninterruptible::sys
