#include "explorer/search.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "explorer/invariants.hpp"

namespace explorer {

namespace {

constexpr std::uint32_t nothing = 0xFFFFFFFFU;

std::uint64_t hash(const World& world) {
  std::uint64_t result = 0x9E3779B97F4A7C15U;
  std::array<std::uint64_t, sizeof(World) / 8> words{};
  static_assert(sizeof(World) % 8 == 0);
  std::memcpy(words.data(), &world, sizeof world);
  for (const std::uint64_t word : words) {
    result = (result ^ word) * 0xBF58476D1CE4E5B9U;
    result ^= result >> 29U;
  }
  return result;
}

struct Visit {
  World world;
  std::uint32_t parent;
  Step step;
};

/// Every world seen, each once, with the way it was reached.
class Visits {
 public:
  Visits() : slots_(1U << 16U, nothing) {}

  /// Whether it was new.
  bool add(const World& world, std::uint32_t parent, Step step) {
    if (visits_.size() * 2 > slots_.size()) grow();
    std::uint32_t& slot = slot_of(world);
    if (slot != nothing) return false;
    slot = static_cast<std::uint32_t>(visits_.size());
    visits_.push_back({world, parent, step});
    return true;
  }
  [[nodiscard]] const Visit& at(std::size_t index) const { return visits_[index]; }
  [[nodiscard]] std::size_t size() const { return visits_.size(); }

 private:
  std::uint32_t& slot_of(const World& world) {
    std::size_t place = hash(world) & (slots_.size() - 1);
    while (slots_[place] != nothing && !same(visits_[slots_[place]].world, world)) {
      place = (place + 1) & (slots_.size() - 1);
    }
    return slots_[place];
  }
  static bool same(const World& a, const World& b) { return std::memcmp(&a, &b, sizeof a) == 0; }
  void grow() {
    slots_.assign(slots_.size() * 2, nothing);
    for (std::size_t i = 0; i < visits_.size(); ++i)
      slot_of(visits_[i].world) = static_cast<std::uint32_t>(i);
  }

  std::vector<Visit> visits_;
  std::vector<std::uint32_t> slots_;
};

std::string story_of(const Visits& visits, std::size_t last) {
  std::vector<std::string> lines;
  for (std::size_t at = last; at != nothing; at = visits.at(at).parent) {
    const Visit& visit = visits.at(at);
    std::string line = visit.parent == nothing ? "(the beginning)" : std::string(to_text(visit.step));
    line.resize(std::max<std::size_t>(line.size(), 50), ' ');
    lines.push_back(line + "  " + to_text(visit.world));
  }
  std::string story;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) story += "  " + *line + '\n';
  return story;
}

}  // namespace

Outcome explore(const Model& model, const Budget& budget) {
  const auto begin = std::chrono::steady_clock::now();
  World first;
  first.budget = budget;
  first.old.alive = first.old.accepting = first.old.in_charge = true;
  first.old.machine = index_of(OldState::alone);

  Outcome outcome;
  Visits visits;
  visits.add(first, nothing, Step::end);
  for (std::size_t at = 0; at < visits.size() && outcome.violated.empty(); ++at) {
    const World world = visits.at(at).world;
    bool settled = true;
    if (!world.restarted && !world.roles_broken) {
      for (std::uint8_t number = 0; number < static_cast<std::uint8_t>(Step::end); ++number) {
        const Step step{number};
        World next = world;
        if (!model.take(next, step)) continue;
        ++outcome.transitions;
        if (step < Step::inner_end && next != world) settled = false;
        visits.add(next, static_cast<std::uint32_t>(at), step);
      }
    } else {
      settled = false;
    }
    for (const Invariant& invariant : invariants) {
      if (invariant.holds(world, settled)) continue;
      outcome.violated = invariant.name;
      outcome.story = story_of(visits, at);
      break;
    }
  }
  outcome.states = visits.size();
  outcome.time =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
  return outcome;
}

}  // namespace explorer
