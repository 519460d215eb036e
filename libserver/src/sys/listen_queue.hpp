#pragma once

#include <cstdint>
#include <optional>

namespace uninterruptible::sys {

/// What the kernel has queued on a listening socket.
struct ListenQueue {
  std::uint32_t waiting = 0;  ///< clients whose connections are established and that nobody has accepted yet
  std::uint32_t limit = 0;    ///< how many there may be: the backlog as the kernel holds it
};

/// That of a TCP or unix stream socket, by TCP_INFO and by sock_diag(7). Empty where the kernel does not tell
/// it. Never waits.
[[nodiscard]] std::optional<ListenQueue> listen_queue(int listener) noexcept;

/// How many attempts to connect the kernel has turned away at this very TCP listener since it was opened, in
/// whatever process it was: mostly because its queue was full. Counts modulo 2^32, so only differences mean
/// something. Empty for other sockets and where the kernel does not tell it.
[[nodiscard]] std::optional<std::uint32_t> listen_drops(int listener) noexcept;

}  // namespace uninterruptible::sys
