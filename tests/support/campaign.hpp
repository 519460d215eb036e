#pragma once

#include <cstdlib>

namespace testing {

/// How often a test that can go on for ever repeats what it does: `usual` times in a run of the suite, and as
/// often as `UNINTERRUPTIBLE_CAMPAIGN` says in a campaign (docs/campaigns.md).
[[nodiscard]] inline int rounds(int usual) {
  const char* const asked = std::getenv("UNINTERRUPTIBLE_CAMPAIGN");
  const int count = asked == nullptr ? 0 : std::atoi(asked);
  return count > 0 ? count : usual;
}

}  // namespace testing
