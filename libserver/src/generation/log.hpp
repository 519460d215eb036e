#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"
#include "uninterruptible/configuration.hpp"

namespace uninterruptible {

class LogTail;

/// Where this process's log lines go: a sink of the program, a file (O_APPEND, one write(2) a line), or
/// standard output. A line reads `2026-11-22T09:05:07.123Z INFO  echo[2:4121] text` (name, generation, pid),
/// is escaped, and has at most 4,000 bytes, so that lines of two generations in one file never mix. Any
/// thread. A log that fails never stops the server: the line is dropped and counted; so is one for which a
/// pipe, socket or terminal has no room now. Before the next line that can be written a warning says how many
/// were lost.
class Log {
 public:
  struct Options {
    std::string name;
    std::optional<std::string> path{};
    LogLevel level = LogLevel::info;
    std::function<void(LogLevel, std::string_view)> sink{};
  };

  /// Throws std::system_error naming the path when the file cannot be opened (a FIFO cannot while nobody
  /// reads it). Never blocks on a FIFO.
  explicit Log(Options options);

  /// Control characters and what is not UTF-8 come out escaped. The sink gets the escaped text alone.
  void write(LogLevel level, std::string_view text) noexcept;
  void set_generation(std::uint64_t generation) noexcept { generation_ = generation; }
  void set_name(std::string name);
  void set_level(LogLevel level) noexcept { level_ = level; }
  [[nodiscard]] LogLevel level() const noexcept { return level_; }
  /// Gets every line that is severe enough, also those that cannot be written. It must outlive this.
  void show_to(LogTail& tail) noexcept { tail_ = &tail; }

  /// Lines that could not be written since the start.
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

 private:
  /// False when it cannot be written now.
  bool put(LogLevel level, std::string_view text);

  Options options_;
  std::atomic<LogTail*> tail_{nullptr};
  UniqueFd file_;
  std::mutex mutex_;
  std::atomic<LogLevel> level_;
  std::atomic<std::uint64_t> generation_{1};
  std::atomic<std::uint64_t> dropped_{0};
  std::uint64_t unreported_ = 0;  ///< of them, those that no warning told of yet
  bool torn_ = false;             ///< the file ends in a piece of a line, for which the disk had no room
};

/// The level's name as it is configured: `info`.
[[nodiscard]] std::string_view to_text(LogLevel level) noexcept;

}  // namespace uninterruptible
