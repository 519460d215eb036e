#pragma once

#include <signal.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"

namespace uninterruptible::sys {

/// How a child ended; neither value when that could not be learned (the host reaped it).
struct Ended {
  std::optional<int> exit_status{};
  std::optional<int> term_signal{};
};

/// A descriptor that becomes readable when the process ends (pidfd_open(2)). Empty when there is no such
/// process. Throws std::system_error for anything else (out of descriptors, a kernel before 5.3).
[[nodiscard]] UniqueFd open_pidfd(pid_t pid);
/// Sends a signal through a pidfd: never to another process that got the number meanwhile.
void signal_process(int pidfd, int signal) noexcept;
/// Reaps exactly this child if it has ended; never another one.
[[nodiscard]] Ended reap(pid_t child) noexcept;
/// Whether the process behind the pidfd has ended.
[[nodiscard]] bool has_ended(int pidfd) noexcept;

struct SpawnRequest {
  std::vector<std::string> command;        ///< [0] is looked up in PATH when it has no slash
  std::vector<std::string> environment;    ///< NAME=value, all of it
  std::optional<std::string> directory{};  ///< to run in, resolved now
  int directory_fd = -1;                   ///< or this one, where no path is given
  int output = -1;                         ///< becomes 1 and 2; as they are when -1
  int channel = -1;                        ///< becomes channel_number; nothing else above 2 is inherited
  bool block_usr1 = false;                 ///< the child's signal mask: empty, or just USR1
};

/// The number under which a child finds its channel.
inline constexpr int channel_number = 3;

/// Starts a program with posix_spawn(3): never a fork in a process with threads. The child gets default
/// signal dispositions, a process group of its own and keeps the session. Throws std::system_error: also when
/// the program cannot be executed, its text names it.
[[nodiscard]] pid_t spawn(const SpawnRequest& request);

/// Signals a whole process group; does nothing where it is gone.
void signal_group(pid_t group, int signal) noexcept;

}  // namespace uninterruptible::sys
