#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "uninterruptible/control.hpp"

namespace uninterruptible {

/// What came between a program and the server it steers. what() is one line for people.
class ControlError : public std::runtime_error {
 public:
  enum class Why {
    no_server,      ///< there is none of that name, nobody listens, or it is gone
    ambiguous,      ///< several servers have the name: give the path
    not_trusted,    ///< the directory or the process that listens is not to be trusted; nothing was sent
    not_permitted,  ///< this user may not connect, or not ask for that
    refused,        ///< the server says no in its present state, see code()
    timed_out,      ///< no answer in time; what was asked for may still happen
    lost,           ///< the connection ended before the answer; what was asked for may have happened
    protocol,       ///< the server speaks another version of the protocol, or breaks it
  };

  ControlError(Why why, const std::string& text, int code = 0)
      : std::runtime_error(text), why_(why), code_(code) {}
  [[nodiscard]] Why why() const noexcept { return why_; }
  /// A control::ErrorCode where the server refused; else 0.
  [[nodiscard]] int code() const noexcept { return code_; }

 private:
  Why why_;
  int code_;
};

/// Steers one server from a program: blocking calls, each with a deadline, that go on over the server's
/// restarts. Where the server is handed to another generation, the client connects to that one by itself.
///
///     ControlClient server("echo");
///     const control::Step end = server.restart();
///     if (end.step != "final") std::cerr << end.text << '\n';
///
/// Every call throws ControlError; that a restart failed or was rolled back is a result and no error. After
/// an error the object can be used again. Threads: one at a time. No signal, no global state; SIGPIPE never
/// occurs. A call that a signal interrupts goes on.
class ControlClient {
 public:
  using Milliseconds = std::chrono::milliseconds;

  /// Connects. `server` is a name, to be found in control::control_directories(), or the path of a control
  /// socket, with a slash in it. Sends nothing to whom this user cannot trust (control::distrust_directory(),
  /// control::distrust_peer()). `limit` is how long the server may take for each answer, and for being handed
  /// to its next generation.
  explicit ControlClient(const std::string& server, Milliseconds limit = std::chrono::seconds(5));
  ControlClient(ControlClient&&) noexcept;
  ControlClient& operator=(ControlClient&&) noexcept;
  ~ControlClient();

  /// The greeting of the generation that this is connected to.
  [[nodiscard]] const control::Hello& hello() const noexcept;

  [[nodiscard]] control::ServerStatus status();
  /// All open connections that fit, of all generations.
  [[nodiscard]] std::vector<control::ConnectionRecord> connections(const control::CloseFilter& filter = {});

  /// Replaces the server and waits for how it ends, which is the step returned: `final` (the new generation
  /// is in charge), `rehearsed`, `failed` or `rolled_back` (the old one serves on; the text says why).
  /// `on_step` sees every step of it. The server's own restart_timeout bounds the wait; past `longest`, where
  /// it is given, ControlError timed_out is thrown and the restart goes on. Asked for again only where the
  /// server said that it had moved, and so cannot have begun it.
  control::Step restart(const control::RestartOptions& options = {},
                        const std::function<void(const control::Step&)>& on_step = {},
                        std::optional<Milliseconds> longest = {});
  /// Gives up the restart that goes on. How that ends is told to who follows it.
  control::CancelReply cancel();
  /// Closes connections by id, at most 1000, or cuts them `now`.
  control::CloseReply close(std::span<const std::string> ids, bool now = false);
  /// Closes or cuts all that fit; with `dry_run` only tells of them.
  control::CloseReply close_matching(const control::CloseFilter& filter, bool now = false,
                                     bool dry_run = false);
  control::ExtendDrainReply extend_drain(const control::DrainExtension& extension);
  /// Sets the log level of all generations; reads it where `level` is empty.
  control::LogLevelReply log_level(std::string_view level = {});

  /// Begins the end of the server and returns. `now`: without waiting for connections.
  void shut_down(bool now = false);
  /// Waits until the server has ended after shut_down(), whoever asked for it.
  void wait_until_ended(Milliseconds longest);

  /// Subscribes and hands every event on, also those of later generations, steps without a gap. Returns when
  /// `on_event` returns false, or the server has ended in order.
  void follow(const control::SubscribeOptions& options,
              const std::function<bool(const control::Event&)>& on_event);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace uninterruptible
