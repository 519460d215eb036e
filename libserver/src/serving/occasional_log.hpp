#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/deadline.hpp"
#include "uninterruptible/configuration.hpp"

namespace uninterruptible {

/// Log lines about what clients can cause as often as they like: at most one a second of each kind, which
/// says how many of the kind were left out since the one before. Any thread.
class OccasionalLog {
 public:
  using Sink = std::function<void(LogLevel, std::string_view)>;
  explicit OccasionalLog(Sink sink) : sink_(std::move(sink)) {}

  /// `kind` is a literal: its text tells kinds apart.
  void say(std::string_view kind, LogLevel level, const std::string& text);

 private:
  struct Kind {
    Clock::time_point said{};
    std::size_t left_out = 0;
  };

  Sink sink_;
  std::mutex mutex_;
  std::map<std::string_view, Kind> kinds_;
};

}  // namespace uninterruptible
