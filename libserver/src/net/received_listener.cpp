#include <netinet/in.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <system_error>

#include "base/text.hpp"
#include "net/listener.hpp"
#include "net/resolve.hpp"

namespace uninterruptible::net {

namespace {

std::optional<int> option_of(int fd, int option) {
  int value = 0;
  socklen_t length = sizeof value;
  if (::getsockopt(fd, SOL_SOCKET, option, &value, &length) != 0) return std::nullopt;
  return value;
}

std::uint16_t port_of(const sockaddr_storage& address) {
  in_port_t port = 0;
  const std::size_t offset =
      address.ss_family == AF_INET ? offsetof(sockaddr_in, sin_port) : offsetof(sockaddr_in6, sin6_port);
  std::memcpy(&port, reinterpret_cast<const char*>(&address) + offset, sizeof port);
  return ntohs(port);
}

bool same_host(const sockaddr_storage& bound, const sockaddr& wanted) {
  if (bound.ss_family != wanted.sa_family) return false;
  if (wanted.sa_family == AF_INET) {
    const auto& a = reinterpret_cast<const sockaddr_in&>(bound);
    const auto& b = reinterpret_cast<const sockaddr_in&>(wanted);
    return a.sin_addr.s_addr == b.sin_addr.s_addr;
  }
  const auto& a = reinterpret_cast<const sockaddr_in6&>(bound);
  const auto& b = reinterpret_cast<const sockaddr_in6&>(wanted);
  // The kernel keeps the zone of link-local addresses only; for others it may be given and says nothing.
  const bool zone_counts = IN6_IS_ADDR_LINKLOCAL(&a.sin6_addr) && b.sin6_scope_id != 0;
  return std::memcmp(&a.sin6_addr, &b.sin6_addr, sizeof a.sin6_addr) == 0 &&
         (!zone_counts || a.sin6_scope_id == b.sin6_scope_id);
}

}  // namespace

bool is_bound_to(const sockaddr_storage& bound, socklen_t length, const BindAddress& address,
                 HostNames names) {
  if (address.kind == BindAddress::Kind::inherited) return true;
  if (address.kind == BindAddress::Kind::unix_path) {
    if (bound.ss_family != AF_UNIX) return false;
    const auto& local = reinterpret_cast<const sockaddr_un&>(bound);
    const std::size_t path_length = length - offsetof(sockaddr_un, sun_path);
    return address.path == std::string_view(local.sun_path, ::strnlen(local.sun_path, path_length));
  }
  if (bound.ss_family != AF_INET && bound.ss_family != AF_INET6) return false;
  if (address.port != 0 && port_of(bound) != address.port) return false;
  if (names == HostNames::as_bound && !is_numeric_host(address.host)) return true;
  try {
    const Addresses wanted = resolve(address);
    for (const addrinfo* at = wanted.get(); at != nullptr; at = at->ai_next) {
      if (same_host(bound, *at->ai_addr)) return true;
    }
    return false;
  } catch (const std::system_error&) {
    // A resolver that is down must not cost a listener that serves.
    return !is_numeric_host(address.host);
  }
}

bool is_tcp(int fd) noexcept {
  const int domain = option_of(fd, SO_DOMAIN).value_or(-1);
  return domain == AF_INET || domain == AF_INET6;
}

std::string refuse_received(int fd, const BindAddress& address, HostNames names) {
  struct stat file {};
  if (::fstat(fd, &file) != 0) return "it is no open descriptor: " + errno_text(errno);
  if (!S_ISSOCK(file.st_mode)) return "it is not a socket";
  const int domain = option_of(fd, SO_DOMAIN).value_or(-1);
  const bool is_inet = domain == AF_INET || domain == AF_INET6;
  switch (address.kind) {
    case BindAddress::Kind::tcp:
      if (!is_inet) return "it is not a tcp socket";
      break;
    case BindAddress::Kind::unix_path:
      if (domain != AF_UNIX) return "it is not a unix socket";
      break;
    case BindAddress::Kind::inherited:
      if (!is_inet && domain != AF_UNIX) return "it is neither a tcp nor a unix socket";
      break;
  }
  if (option_of(fd, SO_TYPE) != SOCK_STREAM) return "it is not a stream socket";
  if (is_inet && option_of(fd, SO_PROTOCOL) != IPPROTO_TCP) return "its protocol is not TCP";
  if (option_of(fd, SO_ACCEPTCONN).value_or(0) == 0) return "it is not listening";
  sockaddr_storage bound{};
  socklen_t length = sizeof bound;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &length) != 0) {
    return "its address cannot be read: " + errno_text(errno);
  }
  if (!is_bound_to(bound, length, address, names)) return "it is bound to " + bound_address(fd);
  return {};
}

}  // namespace uninterruptible::net
