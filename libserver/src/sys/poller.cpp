#include "sys/poller.hpp"

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

namespace uninterruptible::sys {

namespace {
constexpr Poller::Token timer_token = 0;

std::uint32_t interest(bool reading, bool writing) {
  return (reading ? static_cast<std::uint32_t>(EPOLLIN) : 0U) |
         (writing ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
}
}  // namespace

Poller::Poller()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
  if (!epoll_ || !timer_)
    throw std::system_error(errno, std::generic_category(), "epoll_create1 or timerfd_create");
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = timer_token;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, timer_.get(), &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

Poller::Token Poller::watch(int fd, Rank rank, std::function<void(std::uint32_t)> callback) {
  const Token token = next_token_++;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = token;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
  watches_.emplace(token, std::make_shared<Watch>(Watch{fd, rank, std::move(callback)}));
  return token;
}

void Poller::want(Token token, bool reading, bool writing) {
  const auto found = watches_.find(token);
  if (found == watches_.end()) return;
  epoll_event event{};
  event.events = interest(reading, writing);
  event.data.u64 = token;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, found->second->fd, &event);
}

void Poller::forget(Token token) {
  const auto found = watches_.find(token);
  if (found == watches_.end()) return;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, found->second->fd, nullptr);
  watches_.erase(found);
}

Poller::Token Poller::call_at(Clock::time_point when, std::function<void()> callback) {
  const Token token = next_token_++;
  timers_.emplace(std::make_pair(when, token), std::move(callback));
  timer_times_.emplace(token, when);
  arm();
  return token;
}

void Poller::cancel(Token token) {
  const auto found = timer_times_.find(token);
  if (found == timer_times_.end()) return;
  timers_.erase({found->second, token});
  timer_times_.erase(found);
  arm();
}

void Poller::arm() {
  itimerspec when{};
  if (!timers_.empty()) {
    // steady_clock is CLOCK_MONOTONIC on Linux, so its epoch is the timer's own.
    const auto since = timers_.begin()->first.first.time_since_epoch();
    const auto nanoseconds = std::max<long long>(std::chrono::nanoseconds(since).count(), 1);
    when.it_value.tv_sec = static_cast<time_t>(nanoseconds / 1'000'000'000);
    when.it_value.tv_nsec = static_cast<long>(nanoseconds % 1'000'000'000);
  }
  ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

void Poller::run_timers() {
  std::uint64_t expirations = 0;
  [[maybe_unused]] const ssize_t got = ::read(timer_.get(), &expirations, sizeof expirations);
  const auto now = Clock::now();
  while (!timers_.empty() && timers_.begin()->first.first <= now) {
    auto node = timers_.extract(timers_.begin());
    timer_times_.erase(node.key().second);
    node.mapped()();
  }
  arm();
}

void Poller::dispatch() {
  std::array<epoll_event, 64> events{};
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), 0);
  // What was ready goes into a list by rank first: a callback may forget the watch of a later one.
  std::array<std::vector<std::pair<Token, std::uint32_t>>, 5> ready;
  for (int i = 0; i < count; ++i) {
    // epoll_event is packed: its members are copied out, never bound to references.
    const Token token = events[static_cast<std::size_t>(i)].data.u64;
    const std::uint32_t bits = events[static_cast<std::size_t>(i)].events;
    if (token == timer_token) {
      ready[static_cast<std::size_t>(Rank::timer)].emplace_back(token, bits);
    } else if (const auto found = watches_.find(token); found != watches_.end()) {
      ready[static_cast<std::size_t>(found->second->rank)].emplace_back(token, bits);
    }
  }
  for (const auto& rank : ready) {
    for (const auto& [token, bits] : rank) {
      if (token == timer_token) {
        run_timers();
        continue;
      }
      const auto found = watches_.find(token);
      if (found == watches_.end()) continue;
      const std::shared_ptr<Watch> watch = found->second;  // stays while its own callback forgets it
      watch->callback(bits);
    }
  }
}

}  // namespace uninterruptible::sys
