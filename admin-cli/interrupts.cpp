#include "interrupts.hpp"

#include <signal.h>

#include <algorithm>
#include <cerrno>

#include "outcome.hpp"

namespace uninterruptible::cli {

namespace {

volatile sig_atomic_t interrupted = 0;
sigset_t outside_of_waits;

void remember(int) { interrupted = 1; }

}  // namespace

void catch_interrupts() {
  // Blocked but for the time of a wait, so that one between two waits is not missed.
  sigset_t blocked;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGINT);
  ::sigprocmask(SIG_BLOCK, &blocked, &outside_of_waits);
  ::sigdelset(&outside_of_waits, SIGINT);
  struct sigaction action {};
  action.sa_handler = remember;
  ::sigaction(SIGINT, &action, nullptr);
}

int interruptible_poll(pollfd* descriptors, std::size_t count, Deadline deadline) {
  while (true) {
    const int timeout = deadline.poll_timeout();
    const timespec limit{timeout / 1000, (timeout % 1000) * 1'000'000L};
    const int ready = ::ppoll(descriptors, count, timeout < 0 ? nullptr : &limit, &outside_of_waits);
    if (interrupted != 0) throw Stop(ExitCode::interrupted, "interrupted");
    if (ready >= 0) return ready;
    if (errno != EINTR) throw Stop(ExitCode::failed, "poll failed");
  }
}

}  // namespace uninterruptible::cli
