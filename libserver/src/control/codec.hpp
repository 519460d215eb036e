#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "control/endpoint.hpp"
#include "uninterruptible/control.hpp"

/// The messages of docs/control-protocol.md as text and back. Every encode function returns one line with its
/// newline, never longer than `largest_message`: text from outside is made safe and cut where it must be.
namespace uninterruptible::control {

inline constexpr std::size_t deepest_nesting = 32;
inline constexpr std::size_t most_ids = 1000;
inline constexpr std::uint64_t largest_page = 1000;
inline constexpr std::uint64_t longest_duration_ms = 315'360'000'000;  ///< ten years, as everywhere else

// ---- the server's half ----

struct StatusCall {};
struct ConnectionsCall {
  std::string after;
  std::uint64_t limit = 200;
  CloseFilter filter{};
};
struct RestartCall {
  RestartOptions options;
};
struct CancelCall {};
struct ShutdownCall {
  bool now = false;
};
struct HistoryCall {
  std::uint64_t before = 0;  ///< 0: from the latest on
  std::uint64_t limit = 50;
};
struct LogLevelCall {
  std::string level;  ///< empty: it is asked for
};

/// A line that a client sent.
struct Request {
  std::string id;  ///< as JSON text, to be repeated in the reply; empty for what must not be answered
  std::variant<Refusal, StatusCall, ConnectionsCall, RestartCall, CancelCall, CloseCall, ShutdownCall,
               DrainExtension, LogLevelCall, SubscribeOptions, HistoryCall>
      call;
};

/// Reads one line (without its newline). What is wrong with it comes out as the Refusal to be answered.
[[nodiscard]] Request decode_request(std::string_view line);

[[nodiscard]] std::string encode(const Hello& hello);
[[nodiscard]] std::string encode(const Step& step);
[[nodiscard]] std::string encode(const GenerationsChanged& changed);
[[nodiscard]] std::string encode(const LogLine& line);
[[nodiscard]] std::string encode(const Moved& moved);
[[nodiscard]] std::string encode(const Stopping& stopping);

[[nodiscard]] std::string encode_reply(std::string_view id, const ServerStatus& status);
[[nodiscard]] std::string encode_reply(std::string_view id, const RestartAccepted& accepted);
[[nodiscard]] std::string encode_reply(std::string_view id, const RestartCancelled& cancelled);
[[nodiscard]] std::string encode_reply(std::string_view id, const CloseOutcome& outcome);
[[nodiscard]] std::string encode_reply(std::string_view id, const DrainExtended& extended);
[[nodiscard]] std::string encode_reply(std::string_view id, const LogLevels& levels);
[[nodiscard]] std::string encode_reply(std::string_view id, const Refusal& refusal);
[[nodiscard]] std::string encode_shutdown_reply(std::string_view id);
[[nodiscard]] std::string encode_subscribe_reply(std::string_view id, std::uint64_t last_step);

/// Collects connections and ids of one message until it is full, so that pages stay below `largest_message`.
class PageText {
 public:
  /// False, and nothing changed, when the page is full.
  [[nodiscard]] bool add(const ConnectionRecord& connection);
  [[nodiscard]] bool remove(std::string_view id);
  [[nodiscard]] bool empty() const noexcept { return connections_.empty() && removed_.empty(); }

  [[nodiscard]] std::string reply(std::string_view id, std::string_view next) const;
  [[nodiscard]] std::string notification(std::uint64_t number, bool reset, bool complete) const;

 private:
  std::string connections_;  // JSON texts joined by commas
  std::string removed_;
};

/// Collects restarts of one page of the history.
class HistoryText {
 public:
  /// False, and nothing changed, when the page is full. One restart always fits.
  [[nodiscard]] bool add(const RestartRecord& restart);
  [[nodiscard]] std::string reply(std::string_view id, std::uint64_t next) const;

 private:
  std::string restarts_;  // JSON texts joined by commas
};

// ---- the client's half ----

enum class Method {
  status,
  connections,
  restart,
  cancel,
  close,
  shutdown,
  extend_drain,
  log_level,
  subscribe,
  history
};

[[nodiscard]] std::string encode_request(std::uint64_t id, Method method);
[[nodiscard]] std::string encode_connections_request(std::uint64_t id, std::string_view after,
                                                     const CloseFilter& filter = {});
[[nodiscard]] std::string encode_restart_request(std::uint64_t id, const RestartOptions& options);
[[nodiscard]] std::string encode_close_request(std::uint64_t id, std::span<const std::string> ids, bool now);
[[nodiscard]] std::string encode_close_request(std::uint64_t id, const CloseFilter& filter, bool now,
                                               bool dry_run);
[[nodiscard]] std::string encode_shutdown_request(std::uint64_t id, bool now);
[[nodiscard]] std::string encode_extend_drain_request(std::uint64_t id, const DrainExtension& extension);
[[nodiscard]] std::string encode_log_level_request(std::uint64_t id, std::string_view level);
[[nodiscard]] std::string encode_history_request(std::uint64_t id, std::uint64_t before, std::uint64_t limit);
[[nodiscard]] std::string encode_subscribe_request(std::uint64_t id, const SubscribeOptions& options);

/// Knows which method a request number belongs to; empty when it was never sent or is answered already.
class PendingRequests {
 public:
  virtual ~PendingRequests() = default;
  virtual std::optional<Method> take(std::uint64_t request) = 0;
};

/// Reads one line (without its newline). Empty for a notification that this version does not know.
[[nodiscard]] std::optional<Event> decode_event(std::string_view line, PendingRequests& pending);

// ---- levels ----

/// Position of a log level by its name, `debug` first; empty for what is none.
[[nodiscard]] std::optional<std::size_t> rank_of_level(std::string_view level);

// ---- ids ----

/// Order of connections: by generation, then number. Empty for what is not written like `7-412`.
[[nodiscard]] std::optional<std::pair<std::uint64_t, std::uint64_t>> parse_connection_id(std::string_view id);

}  // namespace uninterruptible::control
