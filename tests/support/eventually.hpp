#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

namespace testing {

using namespace std::chrono_literals;

/// How long a test waits for something that should come at once; generous, since the machine may be busy.
/// Only a failing test ever waits that long.
inline constexpr std::chrono::milliseconds patience = 20s;

/// Looks every 2 ms whether `condition()` holds, at most `limit` long. True as soon as it does.
template <typename Condition>
[[nodiscard]] bool becomes_true(Condition&& condition, std::chrono::milliseconds limit = patience) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return static_cast<bool>(condition());
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

/// As becomes_true(), but throws std::runtime_error naming `what` when it does not.
template <typename Condition>
void eventually(Condition&& condition, std::string_view what, std::chrono::milliseconds limit = patience) {
  if (!becomes_true(condition, limit)) {
    throw std::runtime_error("did not happen within " + std::to_string(limit.count()) +
                             " ms: " + std::string(what));
  }
}

}  // namespace testing
