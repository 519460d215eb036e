#pragma once

#include <cstdint>
#include <optional>

#include "base/deadline.hpp"
#include "handoff/wire.hpp"

namespace uninterruptible {

/// What one generation counts of its own part in a restart, for the ledger; it goes with SERVING, with each
/// status that goes to the one in charge, and is the last that a generation says. Processes share the
/// monotonic clock. Releases that do not know it leave it out.
struct Tally {
  std::optional<Clock::time_point> accepting_since{};  ///< just after the program had begun to accept
  std::optional<Clock::time_point> first_accept{};     ///< when the first connection was counted
  std::optional<std::uint64_t> open_at_final{};        ///< of one that drains; so are the others
  std::optional<std::uint64_t> finished{};
  std::optional<std::uint64_t> closed{};
  std::optional<std::uint64_t> cut{};

  void put_into(handoff::Fields& fields) const;
  [[nodiscard]] static Tally from(const handoff::Fields& fields);
};

}  // namespace uninterruptible
