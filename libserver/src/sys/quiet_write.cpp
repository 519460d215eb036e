#include "sys/quiet_write.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/unique_fd.hpp"

namespace uninterruptible::sys {

namespace {

/// Keeps a reader that went away (SIGPIPE), a limit on the size of files (SIGXFSZ) and a terminal that is not
/// ours any more (SIGTTOU) from killing or stopping the program: all reach the writing thread only, and only
/// while they are not blocked there.
class QuietSignals {
 public:
  QuietSignals() noexcept {
    ::sigset_t pending;
    ::sigpending(&pending);
    ::sigset_t blocked;
    ::sigemptyset(&blocked);
    ::sigemptyset(&ours_);
    for (const int signal : {SIGPIPE, SIGXFSZ}) {
      ::sigaddset(&blocked, signal);
      if (::sigismember(&pending, signal) == 0) ::sigaddset(&ours_, signal);
    }
    ::sigaddset(&blocked, SIGTTOU);
    ::pthread_sigmask(SIG_BLOCK, &blocked, &before_);
  }
  ~QuietSignals() {
    const timespec at_once{};
    while (::sigtimedwait(&ours_, nullptr, &at_once) < 0 && errno == EINTR) {
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  QuietSignals(const QuietSignals&) = delete;
  QuietSignals& operator=(const QuietSignals&) = delete;

 private:
  ::sigset_t ours_{};  ///< to be taken back: nobody else's signal was waiting before
  ::sigset_t before_{};
};

bool is_pipe(int fd) noexcept {
  struct stat found {};
  return ::fstat(fd, &found) == 0 && S_ISFIFO(found.st_mode);
}

ssize_t write_to_pipe(int fd, std::string_view bytes) noexcept {
  const iovec all{const_cast<char*>(bytes.data()), bytes.size()};
  const ssize_t count = ::pwritev2(fd, &all, 1, -1, RWF_NOWAIT);
  if (count >= 0 || errno != EOPNOTSUPP) return count;
  // Before Linux 6.4 pipes knew no RWF_NOWAIT; there an open file description of our own can be non-blocking,
  // unless this user may not open the pipe.
  char name[32];
  std::snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  const UniqueFd own(::open(name, O_WRONLY | O_NONBLOCK | O_CLOEXEC));
  return ::write(own ? own.get() : fd, bytes.data(), bytes.size());
}

}  // namespace

std::size_t write_quietly(int fd, std::string_view bytes) noexcept {
  // A pipe or terminal nobody reads must not stop the server. It cannot be made non-blocking here, since
  // standard output is shared with other programs; a poll promises room for PIPE_BUF bytes (pipe(7)), but
  // only until another program takes it.
  pollfd writable{fd, POLLOUT, 0};
  if (::poll(&writable, 1, 0) != 1 || (writable.revents & POLLOUT) == 0) return 0;
  const QuietSignals quiet;
  ssize_t count = ::send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (count < 0 && errno == ENOTSOCK) {
    const bool pipe = is_pipe(fd);
    do {
      count = pipe ? write_to_pipe(fd, bytes) : ::write(fd, bytes.data(), bytes.size());
    } while (count < 0 && errno == EINTR);
  }
  return count < 0 ? 0 : static_cast<std::size_t>(count);
}

}  // namespace uninterruptible::sys
