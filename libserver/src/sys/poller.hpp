#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "base/deadline.hpp"
#include "base/unique_fd.hpp"

namespace uninterruptible::sys {

/// Level-triggered readiness and timers behind one descriptor, so that a foreign event loop can poll it.
///
/// Callbacks run inside dispatch() only, on its thread. In one dispatch they run by rank: what arrives on
/// links and the deaths of peers is known before any timer, signal, control client or other descriptor is
/// looked at. A callback may add and remove anything, also itself.
class Poller {
 public:
  enum class Rank { link, death, timer, signal, other };
  using Token = std::uint64_t;

  Poller();

  /// Watches a borrowed descriptor for reading (and for writing where asked). The callback gets epoll's
  /// events.
  Token watch(int fd, Rank rank, std::function<void(std::uint32_t events)> callback);
  /// Chooses what is watched: both off keeps the entry but reports only hang-ups and errors.
  void want(Token token, bool reading, bool writing);
  /// Ends a watch; before the descriptor is closed, since epoll would go on reporting a duplicate elsewhere.
  void forget(Token token);

  /// Calls once at or after the deadline.
  Token call_at(Clock::time_point when, std::function<void()> callback);
  Token call_after(Clock::duration delay, std::function<void()> callback) {
    return call_at(Clock::now() + delay, std::move(callback));
  }
  void cancel(Token token);

  /// Readable whenever dispatch() has something to do.
  [[nodiscard]] int fd() const noexcept { return epoll_.get(); }
  /// Runs what is due; never waits.
  void dispatch();

 private:
  struct Watch {
    int fd;
    Rank rank;
    std::function<void(std::uint32_t)> callback;
  };

  void arm();
  void run_timers();

  UniqueFd epoll_;
  UniqueFd timer_;
  Token next_token_ = 1;
  std::map<Token, std::shared_ptr<Watch>> watches_;
  std::map<std::pair<Clock::time_point, Token>, std::function<void()>> timers_;
  std::map<Token, Clock::time_point> timer_times_;
};

}  // namespace uninterruptible::sys
