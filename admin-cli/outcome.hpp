#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace uninterruptible::cli {

/// What the program tells its caller by its exit status; documented in its man page.
enum class ExitCode : int {
  done = 0,
  failed = 1,  ///< refused, or failed with the old generation serving
  usage = 2,
  no_server = 3,
  permission = 4,
  timed_out = 5,  ///< and what was asked for still goes on
  other_protocol = 6,
  in_part = 7,
  rolled_back = 8,
  interrupted = 130,
};

/// What one exit status means, as --help says it.
struct ExitMeaning {
  ExitCode code;
  std::string_view text;
};
/// All of them, by number.
[[nodiscard]] std::span<const ExitMeaning> exit_meanings();

/// Ends a command: what failed and why, and what the user may try (may be empty).
class Stop : public std::runtime_error {
 public:
  Stop(ExitCode code, const std::string& what, std::string advice = {})
      : std::runtime_error(what), code_(code), advice_(std::move(advice)) {}

  [[nodiscard]] ExitCode code() const noexcept { return code_; }
  [[nodiscard]] const std::string& advice() const noexcept { return advice_; }

 private:
  ExitCode code_;
  std::string advice_;
};

}  // namespace uninterruptible::cli
