#pragma once

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace testing {

/// How much more memory a server may hold after many restarts. A sanitizer's own books, and what it keeps of
/// memory that was freed, grow with the work done.
[[nodiscard]] std::size_t memory_slack_kib();

/// What a process holds at one moment, to be compared over restarts.
struct Snapshot {
  /// Number of descriptors by kind: `socket`, `pipe`, `eventfd`, `pidfd`, ... or the file's path.
  std::map<std::string, int> fds{};
  std::size_t threads = 0;
  std::size_t mappings = 0;
  std::size_t resident_kib = 0;
  std::vector<std::string> environment{};  ///< as it was given to the process, sorted

  /// Throws std::runtime_error when the process cannot be looked at.
  [[nodiscard]] static Snapshot of(pid_t pid);
  [[nodiscard]] int descriptors() const;
};

/// What differs in descriptors, threads and environment, one a line; empty when nothing does.
[[nodiscard]] std::string difference(const Snapshot& before, const Snapshot& after);

}  // namespace testing
