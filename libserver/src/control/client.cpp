#include "control/client.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "uninterruptible/control.hpp"

namespace uninterruptible::control {

void close_without_reset(UniqueFd& socket) {
  if (!socket) return;
  // From here on the peer's sends fail, so what is there now is all that will ever be.
  ::shutdown(socket.get(), SHUT_RDWR);
  std::array<char, 16 * 1024> buffer;
  ssize_t got = 0;
  do {
    got = ::recv(socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  } while (got > 0 || (got < 0 && errno == EINTR));
  socket.reset();
}

Client::Received Client::receive() {
  std::array<char, 16 * 1024> buffer;
  // recv, not recvmsg: without room for control data the kernel itself closes descriptors that are passed
  // along.
  const ssize_t got = ::recv(socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got > 0) {
    input_.append(buffer.data(), static_cast<std::size_t>(got));
    return Received::bytes;
  }
  if (got == 0) return Received::end;
  return errno == EAGAIN || errno == EINTR ? Received::nothing : Received::failure;
}

bool Client::line_waits() const {
  return input_.find('\n') != std::string::npos || (input_ended && !input_.empty());
}

bool Client::line_too_long() const {
  const std::size_t end = input_.find('\n');
  return (end == std::string::npos ? input_.size() : end) >= largest_message;
}

std::optional<std::string> Client::next_line() {
  const std::size_t end = input_.find('\n');
  if (end == std::string::npos) {
    if (!input_ended || input_.empty()) return std::nullopt;
    return std::exchange(input_, std::string());
  }
  std::string line = input_.substr(0, end);
  input_.erase(0, end + 1);
  return line;
}

bool Client::send_out() {
  while (sent_ < output_.size()) {
    const ssize_t count =
        ::send(socket.get(), output_.data() + sent_, output_.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return true;
    if (count < 0) return false;
    sent_ += static_cast<std::size_t>(count);
    last_progress_ = Clock::now();
  }
  output_.clear();
  sent_ = 0;
  return true;
}

void Client::end_output() { ::shutdown(socket.get(), SHUT_WR); }

bool Client::discard_input() {
  std::array<char, 16 * 1024> buffer;
  for (int turn = 0; turn < 16; ++turn) {
    const ssize_t got = ::recv(socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got == 0 || errno != EAGAIN;
  }
  return false;
}

}  // namespace uninterruptible::control
