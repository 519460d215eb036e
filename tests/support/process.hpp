#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/process_tree.hpp"

namespace testing {

/// A program started by a test. Killed and reaped when this object goes; what it started itself is the
/// ProcessTree's. Its output is kept in memory by the kernel, shared with all it starts, and can be read at
/// any time.
class Process {
 public:
  struct Options {
    std::vector<std::string> argv{};
    /// Added to this process's environment; no value removes.
    std::vector<std::pair<std::string, std::optional<std::string>>> environment{};
    std::string directory{};  ///< working directory, default this process's
    bool feed_stdin = false;  ///< a pipe as standard input, to be ended by close_stdin(); else /dev/null
  };

  /// Throws std::system_error when it cannot be started.
  Process(const ProcessTree& tree, const Options& options);
  Process(Process&& other) noexcept;
  Process& operator=(Process&&) = delete;
  ~Process();

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  [[nodiscard]] bool is_alive() const { return testing::is_alive(pid_); }
  /// False when it is gone.
  bool signal(int number) const;
  /// How it ended, waiting for that; empty when time is up. May be called again.
  [[nodiscard]] std::optional<Exit> wait_exit(std::chrono::milliseconds limit = patience);
  void close_stdin();

  /// All that was written so far.
  [[nodiscard]] std::string standard_output() const;
  [[nodiscard]] std::string standard_error() const;
  /// Path by which wait_for_line() and others can read the output, valid as long as this object.
  [[nodiscard]] std::string output_path() const { return "/proc/self/fd/" + std::to_string(out_); }
  [[nodiscard]] std::string error_path() const { return "/proc/self/fd/" + std::to_string(err_); }

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
  int stdin_ = -1;
  std::optional<Exit> exit_;
};

}  // namespace testing
