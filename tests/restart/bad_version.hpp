#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "restart/chain.hpp"

namespace testing {

/// One new version that is no good, and what must be said of it.
struct BadVersion {
  const char* name;
  std::function<void(Chain&)> install;
  const char* outcome;    ///< `failed` or `rolled_back`
  const char* failed_at;  ///< the step reached before
  const char* reason;     ///< part of it
  std::optional<int> exit_status{};
  std::optional<int> term_signal{};
  const char* output = nullptr;                   ///< a line that the new process wrote
  std::function<void(Chain&, pid_t)> in_trial{};  ///< what happens to it there
  bool may_lose = false;                          ///< what it had accepted dies with it
  bool is_slow = false;                           ///< takes a limit of seconds to find out
  std::function<void(Chain&)> repair{};           ///< of what a sane version could not serve with either
};

/// Every kind that is known.
[[nodiscard]] const std::vector<BadVersion>& bad_versions();

/// Tries it under load: the old one serves, the reason is told to the asker and in the log, and the next good
/// one succeeds. Throws std::runtime_error otherwise.
void try_version(Chain& chain, const BadVersion& version);

}  // namespace testing
