#include "sys/packet.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace uninterruptible::sys {

namespace {

constexpr std::size_t control_size = CMSG_SPACE(sizeof(int) * most_descriptors) + CMSG_SPACE(sizeof(ucred));

/// Walks every control message: the alignment of the buffer leaves room for more than one announced, and what
/// is not taken into ownership here would stay open for ever.
void take_control(msghdr& message, Packet& packet) {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET) continue;
    const std::size_t length = header->cmsg_len - CMSG_LEN(0);
    if (header->cmsg_type == SCM_RIGHTS) {
      for (std::size_t at = 0; at + sizeof(int) <= length; at += sizeof(int)) {
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(header) + at, sizeof fd);
        packet.descriptors.emplace_back(fd);
      }
    } else if (header->cmsg_type == SCM_CREDENTIALS && length >= sizeof(ucred)) {
      ucred credentials{};
      std::memcpy(&credentials, CMSG_DATA(header), sizeof credentials);
      packet.sender = credentials.pid;
    }
  }
}

}  // namespace

std::pair<UniqueFd, UniqueFd> packet_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
    throw std::system_error(errno, std::generic_category(), "socketpair");
  }
  std::pair<UniqueFd, UniqueFd> pair{UniqueFd(ends[0]), UniqueFd(ends[1])};
  for (const int end : ends) {
    const int size = 2 * static_cast<int>(longest_packet);
    ::setsockopt(end, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  }
  return pair;
}

void pass_credentials(int fd) {
  const int on = 1;
  if (::setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0) {
    throw std::system_error(errno, std::generic_category(), "setsockopt SO_PASSCRED");
  }
}

Received receive_packet(int fd) {
  Received received;
  received.packet.bytes.resize(longest_packet);
  alignas(cmsghdr) char control[control_size];
  bool was_reset = false;
  while (true) {
    iovec piece{received.packet.bytes.data(), received.packet.bytes.size()};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t length = ::recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (length < 0) {
      if (errno == EINTR) continue;
      if (errno == ECONNRESET && !was_reset) {
        was_reset = true;
        continue;
      }
      received.packet.bytes.clear();
      received.outcome = errno == EAGAIN ? ReceiveOutcome::nothing : ReceiveOutcome::end;
      return received;
    }
    take_control(message, received.packet);
    received.packet.bytes.resize(static_cast<std::size_t>(length));
    if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
      received.packet.descriptors.clear();
      received.outcome = ReceiveOutcome::damaged;
    } else {
      received.outcome = length == 0 ? ReceiveOutcome::end : ReceiveOutcome::packet;
    }
    return received;
  }
}

SendOutcome send_packet(int fd, std::string_view bytes, std::span<const int> descriptors) {
  if (bytes.empty() || bytes.size() > longest_packet || descriptors.size() > most_descriptors) {
    throw std::length_error("a packet of " + std::to_string(bytes.size()) + " bytes and " +
                            std::to_string(descriptors.size()) + " descriptors cannot be sent");
  }
  std::string text(bytes);
  iovec piece{text.data(), text.size()};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * most_descriptors)] = {};
  if (!descriptors.empty()) {
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
  }
  while (::sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == ENOBUFS) return SendOutcome::full;
    if (errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN || errno == ECONNREFUSED)
      return SendOutcome::gone;
    throw std::system_error(errno, std::generic_category(), "sendmsg");
  }
  return SendOutcome::sent;
}

bool is_packet_socket(int fd) noexcept {
  int type = 0;
  int domain = 0;
  socklen_t length = sizeof type;
  if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) != 0) return false;
  length = sizeof domain;
  if (::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) != 0) return false;
  sockaddr_un peer{};
  length = sizeof peer;
  return type == SOCK_SEQPACKET && domain == AF_UNIX &&
         ::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &length) == 0;
}

}  // namespace uninterruptible::sys
