#pragma once

#include <algorithm>

#include "base/deadline.hpp"

namespace uninterruptible::control {

/// How many requests may be handled now, so that whoever asks without a pause takes a bounded share of a
/// processor from the server: `burst` at once, then `a_second`. The generic cell rate algorithm of ITU-T
/// I.371, which needs one point in time and no timer. Times are given, so that it can be tested.
class Allowance {
 public:
  constexpr Allowance(int a_second, int burst) noexcept
      : interval_(Clock::duration(std::chrono::seconds(1)) / a_second), tolerance_(interval_ * burst) {}

  /// When the next `count` (at most the burst) may be handled one after another; in the past: now.
  [[nodiscard]] Clock::time_point ready(int count) const noexcept {
    return all_used_up_until_ - tolerance_ + interval_ * count;
  }
  [[nodiscard]] bool is_left(Clock::time_point now) const noexcept { return ready(1) <= now; }
  /// One is handled.
  void use(Clock::time_point now) noexcept {
    all_used_up_until_ = std::max(all_used_up_until_, now) + interval_;
  }

 private:
  Clock::duration interval_;
  Clock::duration tolerance_;
  Clock::time_point all_used_up_until_{};
};

}  // namespace uninterruptible::control
