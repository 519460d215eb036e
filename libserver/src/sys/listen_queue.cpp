#include "sys/listen_queue.hpp"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <cstring>

#include "base/unique_fd.hpp"

namespace uninterruptible::sys {

namespace {

int domain_of(int socket) noexcept {
  int domain = -1;
  socklen_t length = sizeof domain;
  return ::getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 ? domain : -1;
}

bool is_tcp(int socket) noexcept {
  const int domain = domain_of(socket);
  return domain == AF_INET || domain == AF_INET6;
}

/// Of a listening socket the kernel fills two fields with its queue (tcp_get_info() in net/ipv4/tcp.c).
std::optional<ListenQueue> tcp_queue(int listener) noexcept {
  tcp_info state{};
  socklen_t length = sizeof state;
  if (::getsockopt(listener, IPPROTO_TCP, TCP_INFO, &state, &length) != 0 || state.tcpi_state != TCP_LISTEN)
    return std::nullopt;
  return ListenQueue{state.tcpi_unacked, state.tcpi_sacked};
}

struct UnixQuestion {
  nlmsghdr header{};
  unix_diag_req request{};
};

std::optional<ListenQueue> queue_in(const char* bytes, std::size_t length) noexcept {
  nlmsghdr header{};
  if (length < NLMSG_LENGTH(sizeof(unix_diag_msg))) return std::nullopt;
  std::memcpy(&header, bytes, sizeof header);
  if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY || header.nlmsg_len > length) return std::nullopt;
  std::size_t at = NLMSG_SPACE(sizeof(unix_diag_msg));
  while (at + sizeof(rtattr) <= header.nlmsg_len) {
    rtattr attribute{};
    std::memcpy(&attribute, bytes + at, sizeof attribute);
    if (attribute.rta_len < sizeof attribute || at + attribute.rta_len > header.nlmsg_len) break;
    unix_diag_rqlen queue{};
    if (attribute.rta_type == UNIX_DIAG_RQLEN && attribute.rta_len >= RTA_LENGTH(sizeof queue)) {
      std::memcpy(&queue, bytes + at + RTA_LENGTH(0), sizeof queue);
      return ListenQueue{queue.udiag_rqueue, queue.udiag_wqueue};
    }
    at += RTA_ALIGN(attribute.rta_len);
  }
  return std::nullopt;
}

/// The kernel answers while it is asked, so that the answer is there when send(2) returns.
std::optional<ListenQueue> unix_queue(int listener) noexcept {
  struct stat node {};
  if (::fstat(listener, &node) != 0) return std::nullopt;
  const UniqueFd line(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG));
  if (!line) return std::nullopt;
  UnixQuestion question;
  question.header.nlmsg_len = sizeof question;
  question.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  question.header.nlmsg_flags = NLM_F_REQUEST;
  question.request.sdiag_family = AF_UNIX;
  question.request.udiag_ino = static_cast<std::uint32_t>(node.st_ino);
  question.request.udiag_show = UDIAG_SHOW_RQLEN;
  question.request.udiag_cookie[0] = question.request.udiag_cookie[1] = ~0U;
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  if (::sendto(line.get(), &question, sizeof question, 0, reinterpret_cast<const sockaddr*>(&kernel),
               sizeof kernel) < 0)
    return std::nullopt;
  std::array<char, 1024> answer{};
  const ssize_t length = ::recv(line.get(), answer.data(), answer.size(), MSG_DONTWAIT);
  return length > 0 ? queue_in(answer.data(), static_cast<std::size_t>(length)) : std::nullopt;
}

}  // namespace

std::optional<ListenQueue> listen_queue(int listener) noexcept {
  if (is_tcp(listener)) return tcp_queue(listener);
  return domain_of(listener) == AF_UNIX ? unix_queue(listener) : std::nullopt;
}

std::optional<std::uint32_t> listen_drops(int listener) noexcept {
  if (!is_tcp(listener)) return std::nullopt;
  std::array<std::uint32_t, SK_MEMINFO_VARS> counts{};
  socklen_t length = sizeof counts;
  if (::getsockopt(listener, SOL_SOCKET, SO_MEMINFO, counts.data(), &length) != 0 ||
      length < (SK_MEMINFO_DROPS + 1) * sizeof counts[0])
    return std::nullopt;
  return counts[SK_MEMINFO_DROPS];
}

}  // namespace uninterruptible::sys
