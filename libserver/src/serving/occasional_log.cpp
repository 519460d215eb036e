#include "serving/occasional_log.hpp"

#include <utility>

namespace uninterruptible {

void OccasionalLog::say(std::string_view kind, LogLevel level, const std::string& text) {
  using namespace std::chrono_literals;
  std::size_t left_out = 0;
  {
    const std::lock_guard lock(mutex_);
    Kind& known = kinds_[kind];
    const auto now = Clock::now();
    if (known.said != Clock::time_point{} && now - known.said < 1s) {
      ++known.left_out;
      return;
    }
    known.said = now;
    left_out = std::exchange(known.left_out, 0);
  }
  sink_(level, left_out == 0 ? text : text + " (and " + std::to_string(left_out) + " times before)");
}

}  // namespace uninterruptible
