#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>
#include <string_view>

#include "net/listener.hpp"

namespace uninterruptible::net {

namespace {

/// `192.0.2.17:80` or `[fe80::1%eth0]:80`; empty for other families.
std::string inet_text(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    return std::string(text) + ":" + std::to_string(ntohs(v4.sin_port));
  }
  if (address.ss_family != AF_INET6) return {};
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
  const std::string port = ":" + std::to_string(ntohs(v6.sin6_port));
  if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
    ::inet_ntop(AF_INET, &v6.sin6_addr.s6_addr[12], text, sizeof text);
    return text + port;
  }
  ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
  std::string zone;
  if (v6.sin6_scope_id != 0) {
    char name[IF_NAMESIZE];
    const bool named = ::if_indextoname(v6.sin6_scope_id, name) != nullptr;
    zone = "%" + (named ? std::string(name) : std::to_string(v6.sin6_scope_id));
  }
  return "[" + (text + zone) + "]" + port;
}

/// The path, or `@name` for an abstract name; empty for a socket without an address.
std::string unix_text(const sockaddr_storage& address, socklen_t length) {
  const auto& local = reinterpret_cast<const sockaddr_un&>(address);
  constexpr std::size_t start = offsetof(sockaddr_un, sun_path);
  if (length <= start) return {};
  const std::string_view name(local.sun_path, length - start);
  if (name.front() == '\0') return "@" + std::string(name.substr(1));
  return std::string(name.substr(0, name.find('\0')));
}

}  // namespace

std::string bound_address(int fd) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return {};
  return bind_text(address, length);
}

std::string bind_text(const sockaddr_storage& address, socklen_t length) {
  if (address.ss_family == AF_UNIX) return "unix://" + unix_text(address, length);
  const std::string text = inet_text(address);
  return text.empty() ? text : "tcp://" + text;
}

std::string peer_text(int connected_fd, const sockaddr_storage& address, socklen_t length) {
  if (length > sizeof(sa_family_t) && address.ss_family != AF_UNIX) return inet_text(address);
  const std::string path = unix_text(address, length);
  if (!path.empty()) return "unix:" + path;
  ucred peer{};
  socklen_t peer_length = sizeof peer;
  if (::getsockopt(connected_fd, SOL_SOCKET, SO_PEERCRED, &peer, &peer_length) != 0) return "unix:";
  return "unix:uid=" + std::to_string(peer.uid) + ",pid=" + std::to_string(peer.pid);
}

}  // namespace uninterruptible::net
