#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/unique_fd.hpp"
#include "control/access.hpp"
#include "sys/poller.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::control {

struct Refusal {
  int code = 0;  ///< ErrorCode
  std::string message;
};
struct RestartAccepted {
  std::uint64_t restart = 0;
  std::uint64_t generation = 0;
  bool queued = false;
};
struct RestartCancelled {
  std::uint64_t restart = 0;
  std::uint64_t generation = 0;
  std::string step;
};
/// Either ids or a filter.
struct CloseCall {
  std::vector<std::string> ids;
  std::optional<CloseFilter> filter{};
  bool now = false;
  bool dry_run = false;  ///< with a filter only
};
struct CloseOutcome {
  std::vector<std::string> closing;  ///< at most most_ids
  std::vector<std::string> unknown;
  std::uint64_t count = 0;
};
struct DrainExtended {
  std::vector<DrainEnd> generations;
  std::vector<std::uint64_t> unchanged;
};
struct LogLevels {
  std::vector<GenerationLogLevel> generations;
};
/// Takes what a request came to.
template <typename Result>
using Answer = std::function<void(std::variant<Result, Refusal>)>;

/// What the endpoint asks of the server it speaks for. Called on the endpoint's thread only. The callbacks
/// given may be called at once or later on that thread (generations that drain are asked over their links
/// first), but exactly once.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual Hello hello() = 0;  ///< its role is the endpoint's to tell
  virtual ServerStatus status() = 0;
  /// All open connections of all generations, sorted by generation, then number.
  virtual void collect(std::function<void(std::vector<ConnectionRecord>)> done) = 0;
  /// Those of them that fit. Refused where a condition cannot be understood.
  virtual void collect_matching(const CloseFilter& filter, Answer<std::vector<ConnectionRecord>> done) = 0;
  virtual std::variant<RestartAccepted, Refusal> restart(const RestartOptions& options, uid_t asker) = 0;
  virtual std::variant<RestartCancelled, Refusal> cancel(uid_t asker) = 0;
  virtual void close(CloseCall call, uid_t asker, Answer<CloseOutcome> done) = 0;
  virtual void shut_down(uid_t asker, bool now) = 0;
  virtual void extend_drain(const DrainExtension& wanted, uid_t asker, Answer<DrainExtended> done) = 0;
  /// `level` as it came; empty: only say which it is.
  virtual void log_level(const std::string& level, uid_t asker, Answer<LogLevels> done) = 0;
  /// Log lines are to come by Endpoint::publish() from this level on, of all generations; empty: none.
  virtual void follow_log(const std::string& least) = 0;
  /// Steps that are remembered with a number above `number`, oldest first.
  virtual std::vector<Step> steps_since(std::uint64_t number) = 0;
  /// The restarts that are remembered, the latest first.
  virtual std::vector<RestartRecord> history() = 0;
};

/// The server's half of the control protocol: a listening socket, its clients, and what is published to them.
/// Non-blocking, driven by the poller; a client that does not read costs bounded memory and never delays
/// anything.
class Endpoint {
 public:
  /// `poller` and `backend` must outlive this.
  Endpoint(sys::Poller& poller, Backend& backend);
  ~Endpoint();

  /// Accepts clients from a borrowed listening socket until stop(). Each has the role it was connected with;
  /// those who have none get one error line and are closed.
  void serve(int listener, const Groups& groups = {});
  /// Accepts no more clients; those connected stay.
  void stop();

  /// Sends a step to every subscriber.
  void publish(const Step& step);
  /// Sends a line to those who follow the log from its level on. One who has no room for it loses it, and
  /// hears of that with the next one.
  void publish(const LogLine& line);
  /// Generations changed: subscribers get a GenerationsChanged soon, several changes at once as one (at most
  /// 10 a second).
  void generations_changed();
  /// Tells all clients that another generation is in charge now, ends what they read, and closes each when it
  /// has ended too (at the latest after 2 s). What they still ask is thrown away. stop() is implied.
  void moved(const Moved& to);
  /// Tells all clients that the ordered end has begun.
  void stopping(const Stopping& how);
  /// Sends out what is queued as far as it goes without waiting, and closes all clients. Those that asked
  /// something just now read what was sent to them and the end, never ECONNRESET.
  void close_clients();

  /// Clients connected now.
  [[nodiscard]] std::size_t clients() const noexcept;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // shared so that callbacks which outlive this can tell
};

}  // namespace uninterruptible::control
