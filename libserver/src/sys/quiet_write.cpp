#include "sys/quiet_write.hpp"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

namespace uninterruptible::sys {

namespace {

/// Keeps a reader that went away (SIGPIPE) and a terminal that is not ours any more (SIGTTOU) from killing or
/// stopping the program: both reach the writing thread only, and only while they are not blocked there.
class QuietSignals {
 public:
  QuietSignals() noexcept {
    ::sigemptyset(&quiet_);
    ::sigaddset(&quiet_, SIGPIPE);
    ::sigset_t pending;
    ::sigpending(&pending);
    pipe_was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
    ::sigset_t blocked = quiet_;
    ::sigaddset(&blocked, SIGTTOU);
    ::pthread_sigmask(SIG_BLOCK, &blocked, &before_);
  }
  ~QuietSignals() {
    const timespec at_once{};
    if (!pipe_was_pending_) {
      while (::sigtimedwait(&quiet_, nullptr, &at_once) < 0 && errno == EINTR) {
      }
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  QuietSignals(const QuietSignals&) = delete;
  QuietSignals& operator=(const QuietSignals&) = delete;

 private:
  ::sigset_t quiet_{};
  ::sigset_t before_{};
  bool pipe_was_pending_ = false;
};

}  // namespace

bool write_quietly(int fd, std::string_view bytes) noexcept {
  // A pipe or terminal nobody reads must not stop the server. It cannot be made non-blocking here, since
  // standard output is shared with other programs; a poll promises room for PIPE_BUF bytes (pipe(7)).
  pollfd writable{fd, POLLOUT, 0};
  if (::poll(&writable, 1, 0) != 1 || (writable.revents & POLLOUT) == 0) return false;
  const QuietSignals quiet;
  ssize_t count = ::send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (count < 0 && errno == ENOTSOCK) {
    do {
      count = ::write(fd, bytes.data(), bytes.size());
    } while (count < 0 && errno == EINTR);
  }
  return count == static_cast<ssize_t>(bytes.size());
}

}  // namespace uninterruptible::sys
