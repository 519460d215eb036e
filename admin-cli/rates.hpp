#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/deadline.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::cli {

/// All that is asked of a server at one moment.
struct Look {
  Clock::time_point at;
  control::ServerStatus status;
  std::vector<control::ConnectionRecord> connections;
};

/// What has happened in a second, on average between two looks.
struct Rates {
  double accepted = 0;
  std::optional<double> requests{};  ///< where the server counts them
  double bytes_in = 0;               ///< of connections that are open in the second look
  double bytes_out = 0;
  std::map<std::uint64_t, double> accepted_of{};  ///< by generation
  std::map<std::string, double> bytes_of{};       ///< in both directions, by connection id
};

/// Generations and connections that came between the looks count from 0. `seconds` between them must be more
/// than 0.
[[nodiscard]] Rates rates_between(const Look& before, const Look& now);

}  // namespace uninterruptible::cli
