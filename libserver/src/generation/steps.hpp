#pragma once

#include <algorithm>
#include <deque>
#include <vector>

#include "handoff/wire.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible {

/// The last steps of this server's restarts, numbered over all generations. Whoever is in charge adds to
/// them; at FINAL they travel, so that nobody who watches misses one.
class Steps {
 public:
  static constexpr std::size_t remembered = 64;

  /// Numbers and stores a step; returns it as stored.
  const control::Step& add(control::Step step);
  [[nodiscard]] std::vector<control::Step> since(std::uint64_t number) const;

  [[nodiscard]] std::uint64_t last_number() const noexcept { return last_number_; }
  /// Goes on with numbers above this one, so that a number that a dead generation gave is not given again.
  void skip_to(std::uint64_t number) { last_number_ = std::max(last_number_, number); }

  /// As nested fields of a message, and back. What comes replaces what is here, and numbers go on from there.
  void put_into(handoff::Fields& fields) const;
  void take_from(const handoff::Fields& fields);

 private:
  std::deque<control::Step> steps_;
  std::uint64_t last_number_ = 0;
};

}  // namespace uninterruptible
