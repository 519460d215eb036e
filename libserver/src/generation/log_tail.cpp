#include "generation/log_tail.hpp"

#include <chrono>
#include <iterator>
#include <string>

#include "base/text.hpp"
#include "generation/log.hpp"

namespace uninterruptible {

namespace {
/// Together they fit into one packet of the handoff's link.
constexpr std::size_t most_lines = 256;
constexpr std::size_t most_bytes = 24 * 1024;
constexpr std::size_t longest_text = 4000;
}  // namespace

void LogTail::follow(std::optional<LogLevel> least) {
  least_ = least ? static_cast<int>(*least) : nobody;
  if (least) return;
  const std::lock_guard lock(mutex_);
  lines_.clear();
  bytes_ = 0;
  lost_ = 0;
}

void LogTail::add(LogLevel level, std::string_view text) {
  if (static_cast<int>(level) < least_) return;
  control::LogLine line;
  line.at = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  line.level = to_text(level);
  line.text = escape_text(text, longest_text);
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    was_empty = lines_.empty();
    bytes_ += line.text.size();
    lines_.push_back(std::move(line));
    while (lines_.size() > most_lines || bytes_ > most_bytes) {
      bytes_ -= lines_.front().text.size();
      lines_.pop_front();
      ++lost_;
    }
  }
  if (was_empty) fresh_();
}

LogTail::Lines LogTail::take() {
  const std::lock_guard lock(mutex_);
  Lines taken(std::make_move_iterator(lines_.begin()), std::make_move_iterator(lines_.end()));
  if (!taken.empty()) taken.front().lost = std::exchange(lost_, 0);
  lines_.clear();
  bytes_ = 0;
  return taken;
}

}  // namespace uninterruptible
