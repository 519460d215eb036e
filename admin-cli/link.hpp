#pragma once

#include <sys/types.h>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/deadline.hpp"
#include "base/unique_fd.hpp"
#include "dial.hpp"
#include "interrupts.hpp"
#include "outcome.hpp"
#include "ssh_tunnel.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::cli {

/// The server refused a request; code() is `failed`, or `permission` where this user may only observe it.
class Refused : public Stop {
 public:
  Refused(const control::Failure& failure, const std::string& what)
      : Stop(failure.code == control::not_permitted ? ExitCode::permission : ExitCode::failed, what,
             failure.code == control::not_permitted
                 ? "as the server's own user, as a member of its operate group, or with sudo"
                 : ""),
        error_(failure.code),
        reason_(failure.message) {}
  [[nodiscard]] int error() const noexcept { return error_; }  ///< control::ErrorCode
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

 private:
  int error_;
  std::string reason_;
};

/// The server ended the connection before it answered a request; code() is `failed`.
class Lost : public Stop {
 public:
  Lost(bool moved, const std::string& what, std::string advice)
      : Stop(ExitCode::failed, what, std::move(advice)), moved_(moved) {}
  /// It said that another generation is in charge now, and so did not restart or shut down for this request.
  /// Where it said nothing it may have.
  [[nodiscard]] bool moved() const noexcept { return moved_; }

 private:
  bool moved_;
};

/// A trusted, greeted connection to a server, with a deadline for everything: to its socket, or through ssh
/// to `dial-stdio` on its machine. Interrupts (SIGINT) end every wait.
class Link {
 public:
  enum class Woke { event, ended, timeout };

  /// Connects and reads the greeting. Through ssh the deadline begins to count only where nobody can be asked
  /// for a password. Throws NoConnection, or Stop when interrupted.
  Link(control::Target target, Deadline deadline);

  [[nodiscard]] const control::Target& target() const noexcept { return target_; }
  [[nodiscard]] const control::Hello& hello() const noexcept { return hello_; }
  [[nodiscard]] control::Session& session() noexcept { return session_; }
  /// The process that listens, as the kernel names it here; 0 where it is in another pid namespace or on
  /// another machine.
  [[nodiscard]] pid_t listener_pid() const noexcept { return listener_pid_; }
  [[nodiscard]] bool is_remote() const noexcept { return tunnel_ != nullptr; }

  /// Sends what the session has to say and waits for the next event, for the end of the connection or the
  /// deadline. `also` is a descriptor that ends the wait like a timeout when it becomes readable (-1: none).
  /// Throws Stop when interrupted and when the server breaks the protocol.
  Woke wait(control::Event& event, Deadline deadline, int also = -1);

  /// Waits for the reply to a request that was made on session(); other events are kept for wait(). Throws
  /// Refused, Lost, or Stop with code `timed_out` when it does not come.
  template <typename Reply>
  Reply reply(std::uint64_t request, Deadline deadline = Deadline::after(reply_limit)) {
    control::Event event = await_reply(request, deadline);
    if (auto* wanted = std::get_if<Reply>(&event)) return std::move(*wanted);
    throw Stop(ExitCode::failed, "the server's reply does not fit the request");
  }

 private:
  void read_greeting(Deadline deadline);
  control::Event await_reply(std::uint64_t request, Deadline deadline);
  Woke next(control::Event& event, Deadline deadline, int also);
  void send_out();
  /// False at the end of the connection.
  bool receive();

  control::Target target_;
  std::shared_ptr<SshTunnel> tunnel_;
  UniqueFd socket_;
  pid_t listener_pid_ = 0;
  control::Session session_;
  control::Hello hello_;
  std::deque<control::Event> kept_;
};

/// Connects to a server that may be on its way from one generation to the next: again where it ends the
/// connection without a greeting. Throws like Link.
[[nodiscard]] Link connect(const control::Target& target, Deadline deadline = Deadline::after(reply_limit));

/// Connects again to where a server was, whose connection has just ended: it may be on its way from one
/// generation to the next. Empty when nobody answers in time.
[[nodiscard]] std::optional<Link> connect_again(const control::Target& target, Deadline deadline);

/// Calls `ask` with a connection, and again with another one as long as it throws Lost and there is time. For
/// what may be asked twice.
template <typename Ask>
auto ask_again_when_lost(const control::Target& target, Deadline deadline, const Ask& ask) {
  std::optional<Link> link(connect(target, deadline));
  while (true) {
    try {
      return ask(*link);
    } catch (const Lost&) {
      std::optional<Link> next = deadline.passed() ? std::nullopt : connect_again(target, deadline);
      if (!next) throw;
      link = std::move(next);
    }
  }
}

}  // namespace uninterruptible::cli
