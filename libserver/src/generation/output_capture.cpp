#include "generation/output_capture.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <iostream>
#include <system_error>
#include <utility>

#include "base/text.hpp"
#include "sys/quiet_write.hpp"

namespace uninterruptible {

namespace {

constexpr std::size_t longest_line = 500;

}  // namespace

OutputCapture::OutputCapture(sys::Poller& poller, std::function<void(std::uint64_t lines)> lost)
    : poller_(poller), lost_(std::move(lost)) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");
  reading_.reset(ends[0]);
  writing_.reset(ends[1]);
  // Only the reading end: the other end's flags would be the new process's standard output's.
  ::fcntl(reading_.get(), F_SETFL, O_NONBLOCK);
  token_ =
      poller_.watch(reading_.get(), sys::Poller::Rank::other, [this](std::uint32_t) { read_available(); });
}

OutputCapture::~OutputCapture() {
  if (token_ != 0) poller_.forget(token_);
  if (lost_lines_ > 0) lost_(lost_lines_);
}

void OutputCapture::read_available() {
  std::string got;
  char bytes[8192];
  for (int round = 0; round < 32; ++round) {
    const ssize_t length = ::read(reading_.get(), bytes, sizeof bytes);
    if (length < 0 && errno == EINTR) continue;
    if (length == 0 && token_ != 0) {
      poller_.forget(token_);
      token_ = 0;
    }
    if (length <= 0) break;
    got.append(bytes, static_cast<std::size_t>(length));
  }
  pass_on(got);
  keep(got);
}

/// As far as it goes without waiting: a reader of ours that stopped must not stop the server. Lines go in one
/// piece where they fit, since others write there too; of one that has no room the rest is left out as well.
void OutputCapture::pass_on(std::string_view bytes) {
  constexpr std::size_t longest_piece = 4096;
  while (!bytes.empty()) {
    if (skipping_) {
      const std::size_t end = bytes.find('\n');
      if (end == std::string_view::npos) return;
      bytes.remove_prefix(end + 1);
      skipping_ = false;
      ++lost_lines_;
      continue;
    }
    if (lost_lines_ > 0 && torn_) {  // what was written of the first of them needs an end
      skipping_ = sys::write_quietly(STDOUT_FILENO, "\n") == 0;
      torn_ = skipping_;
      continue;
    }
    std::string_view piece = bytes.substr(0, longest_piece);
    piece = piece.substr(0, piece.rfind('\n') + 1);
    if (piece.empty()) piece = bytes.substr(0, longest_piece);
    const std::size_t written = sys::write_quietly(STDOUT_FILENO, piece);
    skipping_ = written == 0;
    if (skipping_) continue;
    torn_ = piece[written - 1] != '\n';
    bytes.remove_prefix(written);
    if (lost_lines_ > 0) lost_(std::exchange(lost_lines_, 0));
  }
}

void OutputCapture::keep(std::string_view bytes) {
  for (const char c : bytes) {
    if (c != '\n') {
      if (unfinished_.size() < longest_line) unfinished_ += c;
      continue;
    }
    lines_.push_back(std::exchange(unfinished_, {}));
    if (lines_.size() > lines_kept) lines_.pop_front();
  }
}

std::vector<std::string> OutputCapture::last_lines() const {
  std::vector<std::string> lines;
  for (const std::string& line : lines_) lines.push_back(escape_text(line));
  if (!unfinished_.empty()) lines.push_back(escape_text(unfinished_));
  if (lines.size() > lines_kept) lines.erase(lines.begin());
  return lines;
}

CapturedOutput::CapturedOutput(UniqueFd standard_output, UniqueFd standard_error, UniqueFd capture)
    : standard_output_(std::move(standard_output)),
      standard_error_(std::move(standard_error)),
      capture_(std::move(capture)) {}

void CapturedOutput::restore() {
  if (!standard_output_ && !standard_error_) return;
  std::cout.flush();
  std::fflush(stdout);
  std::fflush(stderr);
  if (standard_output_) ::dup2(standard_output_.get(), STDOUT_FILENO);
  if (standard_error_) ::dup2(standard_error_.get(), STDERR_FILENO);
  standard_output_.reset();
  standard_error_.reset();
  capture_.reset();
}

}  // namespace uninterruptible
