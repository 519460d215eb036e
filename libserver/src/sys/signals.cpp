#include "sys/signals.hpp"

#include <signal.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace uninterruptible::sys {

namespace {

constexpr std::array<int, 3> handled{SIGUSR1, SIGTERM, SIGINT};

// A signal handler can reach globals only; all are lock-free.
std::atomic<int> event_fd{-1};
std::atomic<unsigned> restarts{0};
std::atomic<unsigned> stops{0};
std::array<struct sigaction, handled.size()> found_actions{};

extern "C" void on_signal(int signal) {
  const int saved = errno;
  (signal == SIGUSR1 ? restarts : stops).fetch_add(1, std::memory_order_relaxed);
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written =
      ::write(event_fd.load(std::memory_order_relaxed), &one, sizeof one);
  errno = saved;
}

}  // namespace

Signals::Signals() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!event_) throw std::system_error(errno, std::generic_category(), "eventfd");
  int none = -1;
  if (!event_fd.compare_exchange_strong(none, event_.get())) {
    throw std::logic_error("the signals of this process are handled by another generation object already");
  }
  restarts = 0;
  stops = 0;
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigfillset(&action.sa_mask);
  for (std::size_t i = 0; i < handled.size(); ++i) ::sigaction(handled[i], &action, &found_actions[i]);
}

Signals::~Signals() {
  for (std::size_t i = 0; i < handled.size(); ++i) ::sigaction(handled[i], &found_actions[i], nullptr);
  event_fd = -1;
}

int Signals::fd() const noexcept { return event_.get(); }

Signals::Counts Signals::take() noexcept {
  std::uint64_t ignored = 0;
  [[maybe_unused]] const ssize_t got = ::read(event_.get(), &ignored, sizeof ignored);
  return {restarts.exchange(0), stops.exchange(0)};
}

void Signals::admit_usr1() {
  sigset_t usr1;
  sigemptyset(&usr1);
  sigaddset(&usr1, SIGUSR1);
  const timespec now{};
  while (::sigtimedwait(&usr1, nullptr, &now) > 0) {
  }
  ::pthread_sigmask(SIG_UNBLOCK, &usr1, nullptr);
}

}  // namespace uninterruptible::sys
