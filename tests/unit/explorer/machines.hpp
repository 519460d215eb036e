#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <span>

#include "handoff/new_side.hpp"
#include "handoff/old_side.hpp"

namespace explorer {

namespace handoff = uninterruptible::handoff;
using handoff::NewAction;
using handoff::NewEvent;
using handoff::NewRow;
using handoff::NewState;
using handoff::OldAction;
using handoff::OldEvent;
using handoff::OldRow;
using handoff::OldState;

/// A machine's whole state in a byte: its state and the two things it remembers.
using Index = std::uint8_t;

constexpr std::size_t old_states = 16;
constexpr std::size_t new_states = 10;
constexpr std::size_t old_events = 25;
constexpr std::size_t new_events = 12;

template <class State>
constexpr Index index_of(State state, bool restart = false, bool stop = false) {
  return static_cast<Index>(static_cast<unsigned>(state) * 4U + (restart ? 2U : 0U) + (stop ? 1U : 0U));
}
constexpr OldState old_state(Index index) { return static_cast<OldState>(index / 4); }
constexpr NewState new_state(Index index) { return static_cast<NewState>(index / 4); }
constexpr bool restart_remembered(Index index) { return (index & 2U) != 0; }
constexpr bool stop_remembered(Index index) { return (index & 1U) != 0; }

template <class Action>
struct Reaction {
  Index next = 0;
  std::uint8_t count = 0;
  std::array<Action, 10> actions{};
};

/// OldSide, asked once for each state and event: it is pure, so that its answers can be kept.
class OldMachine {
 public:
  explicit OldMachine(std::span<const OldRow> table);
  [[nodiscard]] const Reaction<OldAction>& handle(Index from, OldEvent event);
  [[nodiscard]] const Reaction<OldAction>& settle(Index from);
  /// The rows that no call of handle() has used, in the table's order.
  [[nodiscard]] std::vector<OldRow> dead_rows() const;

 private:
  std::span<const OldRow> table_;
  std::array<std::array<std::optional<Reaction<OldAction>>, old_events + 1>, old_states * 4> known_{};
  std::bitset<old_states * old_events> used_;
};

/// The same for NewSide, which can only be brought to a state by its events: copies are kept.
class NewMachine {
 public:
  explicit NewMachine(std::span<const NewRow> table);
  [[nodiscard]] const Reaction<NewAction>& handle(Index from, NewEvent event);
  [[nodiscard]] std::vector<NewRow> dead_rows() const;

 private:
  std::span<const NewRow> table_;
  std::array<std::optional<handoff::NewSide>, new_states * 4> sides_{};
  std::array<std::array<std::optional<Reaction<NewAction>>, new_events>, new_states * 4> known_{};
  std::bitset<new_states * new_events> used_;
};

}  // namespace explorer
