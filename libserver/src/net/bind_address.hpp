#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace uninterruptible::net {

/// An address to listen on, as configured: `tcp://HOST:PORT`, `tcp://[IPV6]:PORT` (zones as `%eth0` or
/// `%25eth0`), `unix:///PATH` (`unix:/PATH` is the same) or `fd://NAME`, a socket that somebody else opened
/// and passed under that name, whatever its address is. HOST is four decimal numbers or a host name. A path
/// is taken as it is: nothing in it is decoded or resolved. Abstract names (`unix:@x`) are refused, since
/// they have no permissions.
struct BindAddress {
  enum class Kind { tcp, unix_path, inherited };
  std::string text;  ///< exactly as configured: what listeners are matched by over a restart
  Kind kind = Kind::tcp;
  std::string host;        ///< tcp: without brackets, a zone after a plain `%`
  std::uint16_t port = 0;  ///< tcp: 0 lets the kernel choose
  std::string path;        ///< unix: absolute
  std::string name;        ///< inherited: as in LISTEN_FDNAMES
};

/// Checks form only: whether host, zone or directory exist is seen when the listener is opened.
/// Throws std::invalid_argument whose text is the reason alone ("port 65536 is not between 0 and 65535").
[[nodiscard]] BindAddress parse_bind(std::string_view text);

/// Whether the host is an address in numbers (and then names no resolver).
[[nodiscard]] bool is_numeric_host(const std::string& host);

}  // namespace uninterruptible::net
