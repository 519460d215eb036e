#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "support/eventually.hpp"

namespace testing {

/// How a process ended.
struct Exit {
  std::optional<int> status{};  ///< its exit status, when it ended by itself
  std::optional<int> signal{};  ///< the signal that ended it
  friend bool operator==(const Exit&, const Exit&) = default;
};
[[nodiscard]] inline Exit exited(int status) { return {.status = status}; }
[[nodiscard]] inline Exit killed_by(int signal) { return {.signal = signal}; }
[[nodiscard]] std::string to_string(const Exit& exit);

/// Every process that a test started, also those that a server started in turn: they carry a marker in their
/// environment. While such an object lives, orphans become children of this process, so that the exit of a
/// later generation can be waited for too. At its end all of them are killed and reaped. Not for concurrent
/// use.
class ProcessTree {
 public:
  ProcessTree();
  ~ProcessTree();
  ProcessTree(const ProcessTree&) = delete;
  ProcessTree& operator=(const ProcessTree&) = delete;

  /// `NAME=value`, to be put into the environment of what is started.
  [[nodiscard]] const std::string& marker() const noexcept { return marker_; }
  /// Living processes with the marker (zombies are none), by pid.
  [[nodiscard]] std::vector<pid_t> pids() const;

 private:
  std::string marker_;
  mutable std::set<pid_t> known_;  ///< those seen so far
};

/// Whether the process runs; a zombie does not.
[[nodiscard]] bool is_alive(pid_t pid);
/// Waits until a child, or a grandchild whose parent has ended, has ended, and reaps it. Empty when time is
/// up.
[[nodiscard]] std::optional<Exit> wait_exit(pid_t pid, std::chrono::milliseconds limit = patience);

}  // namespace testing
