#pragma once

#include <sys/types.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/unique_fd.hpp"

namespace uninterruptible::sys {

/// Most descriptors one packet can carry on Linux (SCM_MAX_FD, unix(7)).
inline constexpr std::size_t most_descriptors = 253;
/// Longest packet that is sent or taken.
inline constexpr std::size_t longest_packet = 128 * 1024;

struct Packet {
  std::string bytes;
  std::vector<UniqueFd> descriptors;
  pid_t sender = 0;  ///< by the kernel's word, where SO_PASSCRED is on; else 0
};

enum class ReceiveOutcome {
  packet,   ///< one packet was taken
  nothing,  ///< none is there now
  end,      ///< the other end is gone and everything it sent has been read
  damaged,  ///< something came that cannot be used: truncated, or descriptors were lost on the way
};

struct Received {
  ReceiveOutcome outcome = ReceiveOutcome::nothing;
  Packet packet{};
};

enum class SendOutcome { sent, full, gone };

/// A connected pair of SOCK_SEQPACKET unix sockets, close-on-exec and non-blocking. Throws std::system_error.
[[nodiscard]] std::pair<UniqueFd, UniqueFd> packet_pair();
/// Lets received packets carry their sender's pid. Throws std::system_error.
void pass_credentials(int fd);

/// Takes one packet without waiting. Every descriptor that comes is owned at once, close-on-exec, before
/// anything else is looked at. ECONNRESET (the peer died with unread input) is not the end: what the peer
/// sent is read first.
[[nodiscard]] Received receive_packet(int fd);
/// Sends one packet without waiting; never an empty one, which would read as the end. The outcome may be
/// ignored where the peer's death is watched anyway.
SendOutcome send_packet(int fd, std::string_view bytes, std::span<const int> descriptors = {});

/// Whether the descriptor is a SOCK_SEQPACKET unix socket that is connected.
[[nodiscard]] bool is_packet_socket(int fd) noexcept;

}  // namespace uninterruptible::sys
