#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <utility>

#include "base/deadline.hpp"
#include "base/unique_fd.hpp"
#include "outcome.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::cli {

/// How long a server may take for its greeting and for replies, also on its way from one generation to the
/// next.
inline constexpr std::chrono::milliseconds reply_limit{5'000};

/// Why there is no connection to a server.
class NoConnection : public Stop {
 public:
  enum class Why {
    missing,
    stale,
    not_answering,
    ended,
    no_permission,
    not_trusted,
    other_protocol,
    refused,
    unreachable  ///< no way to the machine it runs on
  };

  NoConnection(Why why, ExitCode code, const std::string& what, std::string advice = {})
      : Stop(code, what, std::move(advice)), why_(why) {}
  [[nodiscard]] Why why() const noexcept { return why_; }

 private:
  Why why_;
};

/// A connection to a control socket of this machine, before anything has been said.
struct Dialed {
  UniqueFd socket;         ///< does not block
  pid_t listener_pid = 0;  ///< as the kernel names it here; 0 where it is in another pid namespace
};

/// Checks the directory, connects, and checks who listens. Waits where the queue is full. Throws
/// NoConnection, or Stop when interrupted.
[[nodiscard]] Dialed dial(const control::Target& target, Deadline deadline);

/// What helps who may not connect.
inline constexpr const char* permission_advice =
    "as the server's own user, as a member of its control groups, or with sudo";

/// "cannot connect to echo: " and why.
[[nodiscard]] std::string cannot_connect(const control::Target& target, const std::string& why);
/// Somebody listens, and says nothing.
[[noreturn]] void fail_not_answering(const control::Target& target);

}  // namespace uninterruptible::cli
