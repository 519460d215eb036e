#pragma once

#include <chrono>
#include <string>

#include "explorer/model.hpp"

namespace explorer {

struct Outcome {
  std::string_view violated;  ///< an invariant's name; empty if all hold
  std::string story;          ///< the shortest way to it, a step a line
  std::size_t states = 0;
  std::size_t transitions = 0;
  std::chrono::milliseconds time{0};
};

/// Breadth first from a single old generation with this budget, until everything was seen or an invariant
/// broke.
[[nodiscard]] Outcome explore(const Model& model, const Budget& budget);

}  // namespace explorer
