#include "event_changes.hpp"

#include <utility>

namespace uninterruptible::cli {

std::vector<GenerationChange> GenerationChanges::take(const control::ServerStatus& status) {
  std::vector<GenerationChange> changes;
  std::map<std::uint64_t, control::GenerationStatus> now;
  for (const control::GenerationStatus& one : status.generations) {
    now.emplace(one.generation, one);
    if (!known_) {
      changes.push_back({"present", one});
      continue;
    }
    const auto before = known_->find(one.generation);
    if (before == known_->end()) {
      changes.push_back({"came", one});
    } else if (before->second.state != one.state || (one.in_charge && !before->second.in_charge)) {
      changes.push_back({"changed", one});
    }
  }
  if (known_) {
    for (const auto& [number, generation] : *known_) {
      if (!now.contains(number)) changes.push_back({"gone", generation});
    }
  }
  known_ = std::move(now);
  return changes;
}

std::vector<ConnectionChange> ConnectionChanges::take(const control::ConnectionsChanged& message) {
  std::vector<ConnectionChange> changes;
  if (message.reset) {
    gathers_snapshot_ = true;
    in_snapshot_.clear();
  }
  for (const control::ConnectionRecord& one : message.changed) {
    const auto [place, is_new] = known_.try_emplace(one.id, one);
    if (is_new && had_snapshot_) changes.push_back({"opened", one});
    if (one.state == "closing" && had_snapshot_ && (is_new || place->second.state != one.state)) {
      changes.push_back({"closing", one});
    }
    place->second = one;
    if (gathers_snapshot_) in_snapshot_.insert(one.id);
  }
  for (const std::string& id : message.removed) {
    in_snapshot_.erase(id);
    if (const auto gone = known_.extract(id)) changes.push_back({"closed", gone.mapped()});
  }
  if (gathers_snapshot_ && message.complete) {
    for (auto one = known_.begin(); one != known_.end();) {
      if (in_snapshot_.contains(one->first)) {
        ++one;
      } else {
        changes.push_back({"closed", one->second});
        one = known_.erase(one);
      }
    }
    gathers_snapshot_ = false;
    had_snapshot_ = true;
    in_snapshot_.clear();
  }
  return changes;
}

}  // namespace uninterruptible::cli
