#include "explorer/machines.hpp"

#include <stdexcept>

namespace explorer {

namespace {

template <class Action, class Side>
Reaction<Action> reaction(const Side& side, const std::vector<Action>& actions) {
  Reaction<Action> result;
  result.next = index_of(side.state(), side.restart_remembered(), side.stop_remembered());
  for (const Action action : actions) result.actions.at(result.count++) = action;
  return result;
}

handoff::OldSide old_side(Index index, std::span<const OldRow> table) {
  handoff::OldSide side(old_state(index), table);
  side.carry(restart_remembered(index), stop_remembered(index));
  return side;
}

}  // namespace

OldMachine::OldMachine(std::span<const OldRow> table) : table_(table) {}

const Reaction<OldAction>& OldMachine::handle(Index from, OldEvent event) {
  const auto column = static_cast<std::size_t>(event);
  auto& known = known_.at(from).at(column);
  if (!known) {
    used_.set(from / 4U * old_events + column);
    handoff::OldSide side = old_side(from, table_);
    const auto actions = side.handle(event);
    known = reaction(side, actions);
  }
  return *known;
}

const Reaction<OldAction>& OldMachine::settle(Index from) {
  auto& known = known_.at(from).at(old_events);
  if (!known) {
    handoff::OldSide side = old_side(from, table_);
    const auto actions = side.settle();
    known = reaction(side, actions);
  }
  return *known;
}

std::vector<OldRow> OldMachine::dead_rows() const {
  std::vector<OldRow> dead;
  for (const OldRow& row : table_) {
    const std::size_t bit =
        static_cast<std::size_t>(row.from) * old_events + static_cast<std::size_t>(row.event);
    if (!used_.test(bit)) dead.push_back(row);
  }
  return dead;
}

NewMachine::NewMachine(std::span<const NewRow> table) : table_(table) {
  sides_.at(index_of(NewState::connecting)) = handoff::NewSide(table);
}

const Reaction<NewAction>& NewMachine::handle(Index from, NewEvent event) {
  const auto column = static_cast<std::size_t>(event);
  auto& known = known_.at(from).at(column);
  if (!known) {
    used_.set(from / 4U * new_events + column);
    if (!sides_.at(from)) throw std::logic_error("a state of NewSide that no event led to");
    handoff::NewSide side = *sides_.at(from);
    const auto actions = side.handle(event);
    known = reaction(side, actions);
    sides_.at(known->next) = side;
  }
  return *known;
}

std::vector<NewRow> NewMachine::dead_rows() const {
  std::vector<NewRow> dead;
  for (const NewRow& row : table_) {
    const std::size_t bit =
        static_cast<std::size_t>(row.from) * new_events + static_cast<std::size_t>(row.event);
    if (!used_.test(bit)) dead.push_back(row);
  }
  return dead;
}

}  // namespace explorer
