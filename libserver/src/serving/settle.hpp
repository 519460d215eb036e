#pragma once

namespace uninterruptible {

/// Prepares a stream socket for close(2) so that what was written still reaches the peer. A socket with
/// unread input, or whose peer sends once more after the close, answers with a reset that destroys the reply
/// on its way.
///
/// One look that does not wait decides: with nothing unread and nothing unsent it returns at once. Otherwise
/// it finishes writing and discards input until the peer ends, at most 64 kB and 1 s. `asked_to_close` says
/// that our own reading side was shut down, after which the end of the stream tells nothing about the peer.
void settle_before_close(int fd, bool asked_to_close) noexcept;

/// Bytes written that the peer has not acknowledged (TCP) or read (unix), see SIOCOUTQ in tcp(7) and unix(7).
[[nodiscard]] int output_queue(int fd) noexcept;

}  // namespace uninterruptible
