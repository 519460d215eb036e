#include "net/listener.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>
#include <utility>

#include "base/text.hpp"
#include "net/resolve.hpp"

namespace uninterruptible::net {

namespace {

[[noreturn]] void fail(int error, const std::string& text) {
  throw std::system_error(error, std::generic_category(), text);
}

bool switch_on(int fd, int level, int option) {
  const int on = 1;
  return ::setsockopt(fd, level, option, &on, sizeof on) == 0;
}

/// Empty, with errno set, when this address cannot be bound.
UniqueFd bind_tcp(const addrinfo& at) {
  UniqueFd socket(::socket(at.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  if (!socket) return {};
  // Without SO_REUSEADDR an address cannot be bound for a minute after a stop, while old connections are in
  // TIME_WAIT; without IPV6_V6ONLY a sysctl decides whether [::] takes IPv4 as well.
  if (switch_on(socket.get(), SOL_SOCKET, SO_REUSEADDR) &&
      (at.ai_family != AF_INET6 || switch_on(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY)) &&
      ::bind(socket.get(), at.ai_addr, at.ai_addrlen) == 0) {
    set_tcp_options(socket.get());
    return socket;
  }
  const int error = errno;
  socket.reset();
  errno = error;
  return {};
}

UniqueFd listen_tcp(const BindAddress& address, int backlog) {
  const Addresses addresses = resolve(address);
  int error = 0;
  for (const addrinfo* at = addresses.get(); at != nullptr; at = at->ai_next) {
    UniqueFd socket = bind_tcp(*at);
    // Two sockets with SO_REUSEADDR can be bound to one address; the second is refused only here.
    if (socket && ::listen(socket.get(), backlog) == 0) return socket;
    if (error == 0) error = errno;
    // A name's other addresses are for hosts that lack the first; they are no way around one that is taken.
    if (errno != EADDRNOTAVAIL && errno != EAFNOSUPPORT) break;
  }
  fail(error, "cannot listen at " + address.text);
}

}  // namespace

Listener open_listener(const BindAddress& address, const ListenOptions& options) {
  Listener listener;
  listener.address = address;
  if (address.kind == BindAddress::Kind::inherited)
    fail(ENOTCONN, address.text + " names a socket that somebody else opens");
  if (address.kind == BindAddress::Kind::tcp) {
    listener.socket = listen_tcp(address, options.backlog);
    return listener;
  }
  sys::UnixListenOptions unix_options;
  unix_options.backlog = options.backlog;
  unix_options.mode = options.unix_mode;
  unix_options.group = options.unix_group;
  sys::UnixListener opened = sys::listen_unix(address.path, unix_options);
  listener.socket = std::move(opened.socket);
  listener.lock = std::move(opened.lock);
  listener.device = opened.device;
  listener.inode = opened.inode;
  return listener;
}

void set_tcp_options(int fd) noexcept {
  const auto set = [fd](int level, int option, int value) {
    return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
  };
  if (!set(IPPROTO_TCP, TCP_NODELAY, 1)) return;
  set(IPPROTO_TCP, TCP_KEEPIDLE, 60);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 15);
  set(IPPROTO_TCP, TCP_KEEPCNT, 4);
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
}

void adopt_listener(int fd, const ListenOptions& options) {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
    fail(errno, "cannot make a listener non-blocking");
  const int descriptor_flags = ::fcntl(fd, F_GETFD);
  if (descriptor_flags < 0 || ::fcntl(fd, F_SETFD, descriptor_flags | FD_CLOEXEC) != 0) {
    fail(errno, "cannot make a listener close-on-exec");
  }
  set_tcp_options(fd);
  if (::listen(fd, options.backlog) != 0) fail(errno, "cannot listen at " + bound_address(fd));
}

std::optional<int> somaxconn() {
  struct Close {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };
  const std::unique_ptr<std::FILE, Close> file(std::fopen("/proc/sys/net/core/somaxconn", "re"));
  char line[32];
  if (!file || std::fgets(line, sizeof line, file.get()) == nullptr) return std::nullopt;
  const auto value = parse_number(split_list(line, '\n').front(), 0, 0x7FFF'FFFF);
  if (!value) return std::nullopt;
  return static_cast<int>(*value);
}

}  // namespace uninterruptible::net
