#pragma once

#include <deque>
#include <vector>

#include "handoff/wire.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible {

/// The last steps of this server's restarts, numbered over all generations. Whoever is in charge adds to them; at
/// FINAL they travel, so that nobody who watches misses one.
class Steps {
 public:
  static constexpr std::size_t remembered = 64;

  /// Numbers and stores a step; returns it as stored.
  const control::Step& add(control::Step step);
  [[nodiscard]] std::vector<control::Step> since(std::uint64_t number) const;

  /// As nested fields of a message, and back. What comes replaces what is here where it reaches further.
  void put_into(handoff::Fields& fields) const;
  void take_from(const handoff::Fields& fields);

 private:
  std::deque<control::Step> steps_;
  std::uint64_t last_number_ = 0;
};

}  // namespace uninterruptible
