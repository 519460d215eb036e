#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/deadline.hpp"
#include "base/unique_fd.hpp"
#include "control/access.hpp"
#include "control/connection_feed.hpp"
#include "sys/poller.hpp"

namespace uninterruptible::control {

/// Closes a connected unix socket so that its peer reads what was sent to it and then the end: closed with
/// input that nobody read, it would give ECONNRESET instead. Never waits.
void close_without_reset(UniqueFd& socket);

/// One connected client of the endpoint: its socket, what it sent and has not been handled, what it must
/// still get. Decides nothing; the endpoint does.
class Client {
 public:
  enum class Received { bytes, nothing, end, failure };

  Client(std::uint64_t its_number, UniqueFd connected, uid_t its_uid, Role its_role)
      : number(its_number), socket(std::move(connected)), uid(its_uid), role(its_role) {}

  /// Reads once, at most 16 KiB. Descriptors somebody passes along are dropped by the kernel.
  Received receive();
  /// Takes the next complete line out of the input; at the end of the input also what has no newline.
  std::optional<std::string> next_line();
  [[nodiscard]] bool line_waits() const;
  [[nodiscard]] bool line_too_long() const;

  void put(std::string_view text) { output_ += text; }
  /// Whether more may be put before something was sent: bounds what a client that does not read costs.
  [[nodiscard]] bool has_room() const noexcept { return output_.size() - sent_ < room; }
  /// The same for log lines, of which there may be any number: steps and replies find room beside them.
  [[nodiscard]] bool has_room_for_log() const noexcept { return output_.size() - sent_ < room / 2; }
  [[nodiscard]] bool all_sent() const noexcept { return output_.empty(); }
  /// Sends as far as it goes without waiting. False when the client is gone.
  bool send_out();
  /// Tells the client that nothing more will come; what it sends can still be read.
  void end_output();
  /// Throws away what it sent, as far as it is there (at most 256 KiB). True when no more will come.
  bool discard_input();
  [[nodiscard]] Clock::time_point last_progress() const noexcept { return last_progress_; }

  const std::uint64_t number;
  UniqueFd socket;
  const uid_t uid;
  const Role role;
  sys::Poller::Token watch = 0;

  bool input_ended = false;  ///< it sent its last byte; it may go on reading
  bool hung_up = false;      ///< nobody reads any more either
  bool closing = false;      ///< told to go: no line is handled any more, closed when all is sent and it ends
  bool said_all = false;     ///< all is sent to one that is told to go; only its end is waited for
  bool advancing = false;    ///< the endpoint is at work on it further up the stack
  bool again = false;        ///< a timer continues with lines that wait
  bool queued = false;       ///< waits for its turn to be handled, with others that ask much
  bool its_turn = false;
  int unanswered = 0;  ///< requests whose reply comes later

  bool subscribed = false;
  bool wants_connections = false;
  std::uint64_t step_cursor = 0;  ///< number of the last step it was told
  bool steps_due = false;         ///< steps above the cursor wait at the backend
  bool generations_due = false;
  ConnectionFeed connections;
  std::string log_level{};     ///< the log is followed from here on; empty: it is not
  std::uint64_t log_lost = 0;  ///< lines that this client should have got since the last one

 private:
  static constexpr std::size_t room = std::size_t{128} * 1024;

  std::string input_;
  std::string output_;
  std::size_t sent_ = 0;  // bytes at the front of output_ that are gone already
  Clock::time_point last_progress_ = Clock::now();
};

}  // namespace uninterruptible::control
