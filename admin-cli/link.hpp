#pragma once

#include <poll.h>
#include <sys/types.h>

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/deadline.hpp"
#include "base/unique_fd.hpp"
#include "outcome.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::cli {

/// How long a server may take for its greeting and for replies.
inline constexpr std::chrono::milliseconds reply_limit{5'000};

/// Why there is no connection to a server.
class NoConnection : public Stop {
 public:
  enum class Why { missing, stale, not_answering, no_permission, not_trusted, other_protocol, refused };

  NoConnection(Why why, ExitCode code, const std::string& what, std::string advice = {})
      : Stop(code, what, std::move(advice)), why_(why) {}
  [[nodiscard]] Why why() const noexcept { return why_; }

 private:
  Why why_;
};

/// The server refused a request; code() is `failed`.
class Refused : public Stop {
 public:
  Refused(int error, std::string reason, const std::string& what)
      : Stop(ExitCode::failed, what), error_(error), reason_(std::move(reason)) {}
  [[nodiscard]] int error() const noexcept { return error_; }  ///< control::ErrorCode
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

 private:
  int error_;
  std::string reason_;
};

/// A trusted, greeted connection to a server, with a deadline for everything. Interrupts (SIGINT) end every
/// wait.
class Link {
 public:
  enum class Woke { event, ended, timeout };

  /// Checks the directory, connects, checks who listens, and reads the greeting. Throws NoConnection, or Stop
  /// when interrupted.
  Link(control::Target target, Deadline deadline);

  [[nodiscard]] const control::Target& target() const noexcept { return target_; }
  [[nodiscard]] const control::Hello& hello() const noexcept { return hello_; }
  [[nodiscard]] control::Session& session() noexcept { return session_; }
  /// The process that listens, as the kernel names it here; 0 where it is in another pid namespace.
  [[nodiscard]] pid_t listener_pid() const noexcept { return listener_pid_; }

  /// Sends what the session has to say and waits for the next event, for the end of the connection or the
  /// deadline. `also` is a descriptor that ends the wait like a timeout when it becomes readable (-1: none).
  /// Throws Stop when interrupted and when the server breaks the protocol.
  Woke wait(control::Event& event, Deadline deadline, int also = -1);

  /// Waits for the reply to a request that was made on session(); other events are kept for wait(). Throws
  /// Refused, or Stop with code `timed_out` when it does not come and `failed` when the connection ends.
  template <typename Reply>
  Reply reply(std::uint64_t request, Deadline deadline = Deadline::after(reply_limit)) {
    control::Event event = await_reply(request, deadline);
    if (auto* wanted = std::get_if<Reply>(&event)) return std::move(*wanted);
    throw Stop(ExitCode::failed, "the server's reply does not fit the request");
  }

 private:
  void connect(Deadline deadline);
  void read_greeting(Deadline deadline);
  control::Event await_reply(std::uint64_t request, Deadline deadline);
  Woke next(control::Event& event, Deadline deadline, int also);

  control::Target target_;
  UniqueFd socket_;
  pid_t listener_pid_ = 0;
  control::Session session_;
  control::Hello hello_;
  std::deque<control::Event> kept_;
};

/// Connects again to where a server was, whose connection has just ended: it may be on its way from one
/// generation to the next. Empty when nobody answers within the limit.
[[nodiscard]] std::optional<Link> connect_again(const control::Target& target,
                                                std::chrono::milliseconds limit);

/// From now on SIGINT ends waits with a Stop instead of killing the process.
void catch_interrupts();
/// poll(2) that an interrupt ends: throws Stop with code `interrupted`.
int interruptible_poll(pollfd* descriptors, std::size_t count, Deadline deadline);

}  // namespace uninterruptible::cli
