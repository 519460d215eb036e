#include "generation/log.hpp"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <system_error>
#include <utility>

#include "base/text.hpp"
#include "generation/log_tail.hpp"
#include "sys/quiet_write.hpp"

namespace uninterruptible {

namespace {

constexpr std::size_t longest_line = 4000;
/// escape_text() may go beyond its limit by one escaped sequence and the dots.
constexpr std::size_t escape_slack = 16;

const char* level_name(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug: return "DEBUG";
    case LogLevel::info: return "INFO ";
    case LogLevel::warn: return "WARN ";
    case LogLevel::error: return "ERROR";
    case LogLevel::fatal: return "FATAL";
  }
  return "INFO ";
}

std::string timestamp() {
  using namespace std::chrono;
  const auto now = floor<milliseconds>(system_clock::now().time_since_epoch());
  const std::time_t seconds = static_cast<std::time_t>(floor<std::chrono::seconds>(now).count());
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900,
                parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                static_cast<int>(now.count() % 1000));
  return text;
}

std::string loss(std::uint64_t lines) {
  return "the log could not be written: " + std::to_string(lines) +
         (lines == 1 ? " line is lost" : " lines are lost");
}

}  // namespace

std::string_view to_text(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warn: return "warn";
    case LogLevel::error: return "error";
    case LogLevel::fatal: return "fatal";
  }
  return "info";
}

Log::Log(Options options) : options_(std::move(options)), level_(options_.level) {
  if (options_.sink || !options_.path) return;
  constexpr int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  file_.reset(::open(options_.path->c_str(), flags, 0644));
  if (!file_) throw std::system_error(errno, std::generic_category(), "cannot open log " + *options_.path);
}

void Log::set_name(std::string name) {
  const std::lock_guard lock(mutex_);
  options_.name = std::move(name);
}

void Log::write(LogLevel level, std::string_view text) noexcept {
  if (level < level_) return;
  const std::lock_guard lock(mutex_);
  try {
    if (LogTail* const tail = tail_) tail->add(level, text);
    const bool recovered = unreported_ == 0 || put(LogLevel::warn, loss(unreported_));
    if (recovered) unreported_ = 0;
    if (recovered && put(level, text)) return;
  } catch (...) {  // no memory, or a sink that throws against its word: the server matters more than the line
  }
  ++dropped_;
  ++unreported_;
}

bool Log::put(LogLevel level, std::string_view text) {
  if (options_.sink) {
    options_.sink(level, escape_text(text, longest_line - escape_slack));
    return true;
  }
  std::string line = torn_ ? "\n" : "";
  line += timestamp() + " " + level_name(level) + " " + escape_text(options_.name, 200) + "[" +
          std::to_string(generation_) + ":" + std::to_string(::getpid()) + "] ";
  line += escape_text(text, longest_line - escape_slack - line.size());
  line += '\n';
  const std::size_t written = sys::write_quietly(file_ ? file_.get() : STDOUT_FILENO, line);
  if (written > 0) torn_ = written < line.size();
  return written == line.size();
}

}  // namespace uninterruptible
