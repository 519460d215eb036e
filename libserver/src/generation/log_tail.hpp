#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "uninterruptible/configuration.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible {

/// This generation's log lines on their way to those who follow them: bounded, so that somebody who does not
/// fetch them costs nothing but lines, the oldest first. Any thread.
class LogTail {
 public:
  using Lines = std::vector<control::LogLine>;

  /// `fresh` is called, from any thread and under no lock of this object, when there is something to take
  /// where there was nothing.
  explicit LogTail(std::function<void()> fresh) : fresh_(std::move(fresh)) {}

  /// Keeps lines from this level on; empty: none, and what is there goes.
  void follow(std::optional<LogLevel> least);
  void add(LogLevel level, std::string_view text);
  /// What is there now, oldest first; the first one says how many before it are lost.
  [[nodiscard]] Lines take();

 private:
  static constexpr int nobody = 100;  ///< above every level

  std::function<void()> fresh_;
  std::atomic<int> least_{nobody};
  std::mutex mutex_;
  std::deque<control::LogLine> lines_;
  std::size_t bytes_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace uninterruptible
