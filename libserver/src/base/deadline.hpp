#pragma once

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>

namespace uninterruptible {

/// Every wait is measured on the monotonic clock, so that a changed wall clock neither ends nor prolongs one.
using Clock = std::chrono::steady_clock;

/// A point in time after which a wait ends; without one the wait has no limit.
class Deadline {
 public:
  static Deadline never() noexcept { return Deadline(); }
  static Deadline after(Clock::duration from_now) noexcept { return Deadline(Clock::now() + from_now); }
  static Deadline at_time(Clock::time_point at) noexcept { return Deadline(at); }

  [[nodiscard]] bool passed() const noexcept { return at_ && Clock::now() >= *at_; }
  [[nodiscard]] std::optional<Clock::time_point> at() const noexcept { return at_; }

  /// What poll(2) wants: -1 for never, otherwise milliseconds rounded up so that a wait never ends early.
  [[nodiscard]] int poll_timeout() const noexcept {
    if (!at_) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*at_ - Clock::now()).count();
    return static_cast<int>(std::clamp<long long>(left, 0, std::numeric_limits<int>::max()));
  }

 private:
  Deadline() = default;
  explicit Deadline(Clock::time_point at) : at_(at) {}

  std::optional<Clock::time_point> at_;
};

/// The one that passes first.
inline Deadline earliest(const Deadline& one, const Deadline& other) noexcept {
  if (!one.at()) return other;
  return other.at() && *other.at() < *one.at() ? other : one;
}

}  // namespace uninterruptible
