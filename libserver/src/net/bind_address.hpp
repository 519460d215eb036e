#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace uninterruptible::net {

/// An address to listen on, as configured: `tcp://HOST:PORT`, `tcp://[IPV6]:PORT` (zones as `%eth0` or `%25eth0`) or
/// `unix:///PATH`.
struct BindAddress {
  enum class Kind { tcp, unix_path };
  std::string text;  ///< exactly as configured: what listeners are matched by over a restart
  Kind kind = Kind::tcp;
  std::string host;        ///< tcp: without brackets
  std::uint16_t port = 0;  ///< tcp: 0 lets the kernel choose
  std::string path;        ///< unix: absolute
};

/// Throws std::invalid_argument whose text is the reason alone ("port 65536 is not between 0 and 65535").
[[nodiscard]] BindAddress parse_bind(std::string_view text);

}  // namespace uninterruptible::net
