#include "core/generations/generation_history.hpp"

#include <algorithm>

namespace uninterruptible::admin {
namespace {

void append(QList<double>& values, double value) {
  if (values.size() == GenerationHistory::capacity) values.removeFirst();
  values += value;
}

}  // namespace

void GenerationHistory::sample(const std::vector<control::GenerationStatus>& generations) {
  lines_.removeIf([&](const auto& entry) {
    return std::ranges::find(generations, entry.key(), &control::GenerationStatus::generation) ==
           generations.end();
  });
  for (const auto& generation : generations) {
    const bool fresh = !lines_.contains(generation.generation);
    auto& line = lines_[generation.generation];
    // What was accepted before the first look is not of the last second.
    const auto before = fresh ? generation.accepted : line.lastAccepted;
    append(line.connections, static_cast<double>(generation.connections));
    append(line.accepted,
           generation.accepted > before ? static_cast<double>(generation.accepted - before) : 0);
    line.lastAccepted = generation.accepted;
  }
}

QList<double> GenerationHistory::connections(quint64 generation) const {
  return lines_.value(generation).connections;
}

QList<double> GenerationHistory::accepted(quint64 generation) const {
  return lines_.value(generation).accepted;
}

}  // namespace uninterruptible::admin
