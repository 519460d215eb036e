#pragma once

#include <string>
#include <vector>

#include "outcome.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::cli {

/// All that is known of a restart that was asked for.
struct RestartReport {
  std::string name;
  std::uint64_t restart = 0;
  std::uint64_t generation = 0;  ///< the new one
  std::uint64_t serving = 0;     ///< the one in charge, as far as known
  std::string outcome;  ///< final, drained, rehearsed, failed, rolled_back, refused, timed_out, interrupted
  std::string reason;
  std::vector<control::Step> steps;

  /// The step that ended it; null when it has not ended.
  [[nodiscard]] const control::Step* last() const;
};

void print_step(const control::Step& step);
void print_restart_json(const RestartReport& report);
/// The end for people: success to standard output, failure with all that is known of it to standard error.
void print_restart_end(const RestartReport& report);
[[nodiscard]] ExitCode exit_code(const RestartReport& report);

}  // namespace uninterruptible::cli
