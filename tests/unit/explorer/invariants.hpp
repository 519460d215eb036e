#pragma once

#include <array>
#include <string_view>

#include "explorer/world.hpp"

namespace explorer {

/// One thing that must hold in every world. `settled` tells that nothing goes on by itself any more.
struct Invariant {
  std::string_view name;
  bool (*holds)(const World& world, bool settled);
};

[[nodiscard]] bool actions_make_the_roles_of_the_state(const World& world, bool settled);
[[nodiscard]] bool never_two_accepting(const World& world, bool settled);
[[nodiscard]] bool never_two_in_charge(const World& world, bool settled);
[[nodiscard]] bool never_none_accepting_for_good(const World& world, bool settled);
[[nodiscard]] bool no_restart_lost(const World& world, bool settled);
[[nodiscard]] bool every_wait_ends(const World& world, bool settled);

/// In the order in which they are asked: what breaks two is reported as the first.
inline constexpr std::array<Invariant, 6> invariants = {{
    {"actions make the roles of the state", actions_make_the_roles_of_the_state},
    {"never two accepting", never_two_accepting},
    {"never two in charge", never_two_in_charge},
    {"never none accepting for good", never_none_accepting_for_good},
    {"no restart lost", no_restart_lost},
    {"every wait ends", every_wait_ends},
}};

}  // namespace explorer
