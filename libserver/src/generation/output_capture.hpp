#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.hpp"
#include "sys/poller.hpp"

namespace uninterruptible {

/// Old side: what the new process writes to its standard output and error until it is final. It is passed on
/// to our own standard output, and the last lines are kept for the report of a failure.
class OutputCapture {
 public:
  static constexpr std::size_t lines_kept = 20;

  /// `lost` is told how many lines our standard output had no room for, once it has room again.
  OutputCapture(sys::Poller& poller, std::function<void(std::uint64_t lines)> lost);
  ~OutputCapture();

  /// For the child's standard output and error; given away after the spawn by close_writing_end().
  [[nodiscard]] int writing_end() const noexcept { return writing_.get(); }
  [[nodiscard]] int reading_end() const noexcept { return reading_.get(); }
  void close_writing_end() { writing_.reset(); }

  /// Reads what is there now. Never until the end: a grandchild may hold the pipe open.
  void read_available();
  /// The last lines, escaped.
  [[nodiscard]] std::vector<std::string> last_lines() const;

 private:
  void pass_on(std::string_view bytes);
  void keep(std::string_view bytes);

  sys::Poller& poller_;
  UniqueFd reading_;
  UniqueFd writing_;
  sys::Poller::Token token_ = 0;
  std::deque<std::string> lines_;
  std::string unfinished_;
  std::function<void(std::uint64_t)> lost_;
  std::uint64_t lost_lines_ = 0;
  bool skipping_ = false;  ///< up to the end of a line that had no room
  bool torn_ = false;      ///< what went to standard output last does not end a line
};

/// New side: standard output and error while they go through the old one's pipe.
class CapturedOutput {
 public:
  CapturedOutput() = default;
  /// `capture` is the pipe's reading end: as long as we hold it, a dead old one does not kill us by SIGPIPE.
  CapturedOutput(UniqueFd standard_output, UniqueFd standard_error, UniqueFd capture);
  /// Puts the originals back; later calls do nothing.
  void restore();

 private:
  UniqueFd standard_output_;
  UniqueFd standard_error_;
  UniqueFd capture_;
};

}  // namespace uninterruptible
