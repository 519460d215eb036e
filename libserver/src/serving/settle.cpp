#include "serving/settle.hpp"

#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <thread>

#include "base/deadline.hpp"

namespace uninterruptible {

namespace {
using namespace std::chrono_literals;

constexpr std::size_t most_discarded = 64 * 1024;
constexpr auto longest_wait = 1s;

/// Bytes that `request` (SIOCOUTQ or SIOCOUTQNSD) counts. A unix socket knows no SIOCOUTQNSD, and so counts
/// as 0: its output is in the peer's queue already and survives our close.
int bytes_counted(int fd, unsigned long request) noexcept {
  int bytes = 0;
  return ::ioctl(fd, request, &bytes) == 0 ? bytes : 0;
}

void discard_until_end(int fd, std::size_t discarded, Deadline deadline) noexcept {
  std::array<char, 16 * 1024> bin;
  while (discarded < most_discarded && !deadline.passed()) {
    const ssize_t got = ::recv(fd, bin.data(), bin.size(), MSG_DONTWAIT);
    if (got > 0) {
      discarded += static_cast<std::size_t>(got);
    } else if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
      return;
    } else {
      pollfd wait{fd, POLLIN, 0};
      ::poll(&wait, 1, deadline.poll_timeout());
    }
  }
}

/// With both directions shut down Linux answers new input with a reset, so writing is left open until all is
/// acknowledged. poll(2) would report the shut reading side for ever; hence the naps.
void wait_until_acknowledged(int fd, Deadline deadline) noexcept {
  while (output_queue(fd) > 0 && !deadline.passed()) std::this_thread::sleep_for(2ms);
}

}  // namespace

int output_queue(int fd) noexcept { return bytes_counted(fd, SIOCOUTQ); }

void settle_before_close(int fd, bool asked_to_close) noexcept {
  std::array<char, 4096> bin;
  const ssize_t got = ::recv(fd, bin.data(), bin.size(), MSG_DONTWAIT);
  if (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) return;
  const bool unsent = bytes_counted(fd, SIOCOUTQNSD) > 0;
  const Deadline deadline = Deadline::after(longest_wait);
  if (asked_to_close) {
    if (unsent) wait_until_acknowledged(fd, deadline);
    ::shutdown(fd, SHUT_WR);
    if (got > 0) discard_until_end(fd, static_cast<std::size_t>(got), deadline);
    return;
  }
  if (got == 0 || (got < 0 && !unsent)) return;
  ::shutdown(fd, SHUT_WR);
  discard_until_end(fd, got > 0 ? static_cast<std::size_t>(got) : 0, deadline);
}

}  // namespace uninterruptible
