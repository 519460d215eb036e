#include "net/stream.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace uninterruptible::net {

Stream::Result PlainStream::read(char* to, std::size_t size) {
  while (true) {
    const ssize_t got = ::recv(fd_, to, size, MSG_DONTWAIT);
    if (got >= 0) return {static_cast<std::size_t>(got), Wants::nothing};
    if (errno == EAGAIN || errno == EWOULDBLOCK) return {0, Wants::to_read};
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "read");
  }
}

Stream::Result PlainStream::write(std::string_view bytes) {
  while (true) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) return {static_cast<std::size_t>(sent), Wants::nothing};
    if (errno == EAGAIN || errno == EWOULDBLOCK) return {0, Wants::to_write};
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "write");
  }
}

Stream::Wants PlainStream::finish_writing() {
  if (::shutdown(fd_, SHUT_WR) != 0 && errno != ENOTCONN) {
    throw std::system_error(errno, std::generic_category(), "finish_writing");
  }
  return Wants::nothing;
}

}  // namespace uninterruptible::net
