#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The control protocol's client: what the CLI, the GUI and scripts use to watch and steer a server.
/// docs/control-protocol.md describes what travels.
namespace uninterruptible::control {

inline constexpr int protocol_version = 1;
inline constexpr std::size_t largest_message = 64 * 1024;  ///< bytes of one message, its newline included

/// Unix time in milliseconds.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// One process of a server.
struct GenerationStatus {
  std::uint64_t generation = 0;
  pid_t pid = 0;
  std::string state;  ///< starting, live, standby, draining, stopping
  bool in_charge = false;
  WallTime started_at{};
  std::uint64_t connections = 0;                                 ///< open now
  std::uint64_t accepted = 0;                                    ///< since its start
  std::optional<WallTime> draining_since{};                      ///< set from the moment it began to drain
  std::optional<WallTime> cut_off_at{};                          ///< when drain_timeout ends what is left
  std::map<std::string, std::uint64_t, std::less<>> counters{};  ///< Generation::count() since its start
  std::map<std::string, std::string, std::less<>> facts{};       ///< as Generation::describe() states them
  std::string version{};                                         ///< Configuration::version; empty: none
  friend bool operator==(const GenerationStatus&, const GenerationStatus&) = default;
};

/// A server as it is now.
struct ServerStatus {
  std::string name;
  std::uint64_t generation = 0;               ///< the one in charge
  pid_t pid = 0;                              ///< of the one in charge
  std::vector<std::string> binds;             ///< as configured
  std::vector<std::string> addresses;         ///< as bound, e.g. with the port the kernel chose; same order
  std::vector<std::string> lost_paths{};      ///< unix paths that no longer lead to this server
  std::vector<GenerationStatus> generations;  ///< by number
  std::string restart_step;                   ///< step of the restart that goes on; empty when there is none
  std::vector<std::string> start_command;
  std::chrono::milliseconds drain_timeout{};    ///< 0: none
  std::chrono::milliseconds rollback_window{};  ///< 0: no trial
  /// Whether start_command leads to another program file than the one that runs in charge, or to another
  /// content of it. Empty where that cannot be told, as with scripts and wrappers.
  std::optional<bool> program_changed{};
};

/// One open connection of any generation.
struct ConnectionRecord {
  std::string id;  ///< `7-412`
  std::uint64_t generation = 0;
  std::string state;  ///< open, closing
  std::string peer;
  std::string local;
  std::string label;
  WallTime opened_at{};
  WallTime active_at{};
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  friend bool operator==(const ConnectionRecord&, const ConnectionRecord&) = default;
};

/// One step of a restart. Numbered over all generations; never dropped or coalesced.
struct Step {
  std::uint64_t number = 0;      ///< the cursor for `subscribe`
  std::uint64_t restart = 0;     ///< counts the restarts of this server
  std::uint64_t generation = 0;  ///< the new generation's number
  std::string step;  ///< requested, spawned, connected, offered, ready, committed, trial, final, draining,
                     ///< finished, failed, rolled_back; rehearsed, where that was asked for; and progress,
                     ///< with the text of Generation::progress()
  WallTime at{};
  std::chrono::milliseconds elapsed{};  ///< since `requested`
  std::string text{};                   ///< what a person should know; for failed and rolled_back the reason
  pid_t pid = 0;                        ///< of the new process, 0 while there is none
  std::string failed_at{};              ///< for failed and rolled_back: the step reached last
  std::optional<int> exit_status{};     ///< how the new process ended
  std::optional<int> term_signal{};
  std::vector<std::string> output{};  ///< last lines the new process wrote, escaped
};

/// One step of a restart as the history keeps it.
struct StepTime {
  std::string step;                     ///< as in Step
  std::chrono::milliseconds elapsed{};  ///< since `requested`
  std::string text{};
  friend bool operator==(const StepTime&, const StepTime&) = default;
};

/// What a restart did to one listening socket. What the kernel does not tell is empty.
struct ListenerLedger {
  std::string bind;  ///< as configured
  /// Clients in its queue when the old generation had stopped accepting and the new one had not begun: who
  /// waited, and was served by the new one.
  std::optional<std::uint64_t> queued{};
  std::optional<std::uint64_t> queue_limit{};  ///< how many its queue has room for
  /// Attempts to connect that the kernel turned away at this socket between the request and the restart's end
  /// (`final` or failure), mostly since the queue was full. The clients try again. TCP only.
  std::optional<std::uint64_t> turned_away{};
  friend bool operator==(const ListenerLedger&, const ListenerLedger&) = default;
};

/// The account of one restart: that nothing was lost, or what was. What is not known is empty. Moments are
/// measured on the monotonic clock, from `requested` on, and negative before that.
struct RestartLedger {
  /// When the old generation counted its last connection before it stopped accepting.
  std::optional<std::chrono::microseconds> last_accept{};
  /// When the new one counted its first.
  std::optional<std::chrono::microseconds> first_accept{};
  /// For how long nobody accepted, at most: from just before the old one was told to stop until just after
  /// the new one had begun.
  std::optional<std::chrono::microseconds> gap{};
  std::vector<ListenerLedger> listeners{};
  std::optional<std::uint64_t> open_at_final{};  ///< connections of the old one when it gave up charge
  std::optional<std::uint64_t> finished{};       ///< of these: ended without being cut
  std::optional<std::uint64_t> closed{};         ///< of the finished: asked politely to end, by an operator
  std::optional<std::uint64_t> cut{};  ///< of these: cut by drain_timeout, an operator, a second TERM
  friend bool operator==(const RestartLedger&, const RestartLedger&) = default;
};

/// One restart of the history, also one that failed or was rehearsed.
struct RestartRecord {
  std::uint64_t restart = 0;
  std::uint64_t old_generation = 0;
  pid_t old_pid = 0;
  std::uint64_t generation = 0;  ///< the new one's number
  pid_t pid = 0;                 ///< of the new process, 0 where there was none
  /// Who asked: `control` (asker_uid says who), `signal`, `program`, `takeover` (the generation that took
  /// over repeats it); empty where that is not known.
  std::string asker;
  std::optional<uid_t> asker_uid{};
  /// running; draining (final, the old one's connections are finishing); finished (the old one has ended);
  /// failed, rolled_back, rehearsed; or crashed: final, and then the new one died and an older one took over.
  std::string outcome;
  WallTime requested_at{};
  std::optional<std::chrono::milliseconds> took{};  ///< from `requested` to `final`, or to the other end
  std::string failed_at{};                          ///< the step reached last, of those that failed
  std::string reason{};                             ///< why
  std::optional<int> exit_status{};                 ///< how the new process ended
  std::optional<int> term_signal{};
  std::vector<std::string> output{};  ///< last lines of a new process that failed, escaped
  std::vector<StepTime> steps{};      ///< in order; of `progress` the last ones only
  RestartLedger ledger{};
  friend bool operator==(const RestartRecord&, const RestartRecord&) = default;
};

// ---- events that a Session reads from the server ----

/// Comes first, unasked.
struct Hello {
  int protocol = 0;
  std::string name;
  std::uint64_t generation = 0;
  pid_t pid = 0;
  std::string library_version;
  /// What this client may do: `observe` (status, connections, history, subscribe) or `operate` (everything,
  /// which is also what a server says nothing of that knows no roles).
  std::string role = "operate";
};
/// Reply to a request: the result by kind, or an error.
struct Failure {
  std::uint64_t request = 0;
  int code = 0;  ///< see ErrorCode
  std::string message;
};
struct StatusReply {
  std::uint64_t request = 0;
  ServerStatus status;
};
struct ConnectionsReply {
  std::uint64_t request = 0;
  std::vector<ConnectionRecord> connections;
  std::string next;  ///< pass as `after` to get the next page; empty on the last
};
struct RestartReply {
  std::uint64_t request = 0;
  std::uint64_t restart = 0;     ///< number to look for in Step::restart
  std::uint64_t generation = 0;  ///< number of the generation to come
  bool queued = false;           ///< it begins when the one that is going on has ended
};
struct CancelReply {
  std::uint64_t request = 0;
  std::uint64_t restart = 0;     ///< the one that is cancelled
  std::uint64_t generation = 0;  ///< the new generation that is given up
  std::string step;              ///< how far it had come
};
struct CloseReply {
  std::uint64_t request = 0;
  std::vector<std::string> closing;  ///< ids that were told to close, at most 1000
  std::vector<std::string> unknown;  ///< ids that are not open (any more)
  std::uint64_t count = 0;           ///< how many were told to close
};
struct ShutdownReply {
  std::uint64_t request = 0;
};
/// When one draining generation is cut off now.
struct DrainEnd {
  std::uint64_t generation = 0;
  std::optional<WallTime> cut_off_at{};  ///< empty: it is not cut off
  friend bool operator==(const DrainEnd&, const DrainEnd&) = default;
};
struct ExtendDrainReply {
  std::uint64_t request = 0;
  std::vector<DrainEnd> generations;     ///< those whose cut-off was moved, by number
  std::vector<std::uint64_t> unchanged;  ///< those that have none, or did not answer
};
/// The log level of one generation, before a request and after it.
struct GenerationLogLevel {
  std::uint64_t generation = 0;
  std::string before;  ///< debug, info, warn, error, fatal
  std::string level;
  friend bool operator==(const GenerationLogLevel&, const GenerationLogLevel&) = default;
};
struct LogLevelReply {
  std::uint64_t request = 0;
  std::vector<GenerationLogLevel> generations;  ///< those that answered, by number
};
struct HistoryReply {
  std::uint64_t request = 0;
  std::vector<RestartRecord> restarts;  ///< the latest first
  std::uint64_t next = 0;               ///< pass as `before` to get the next page; 0 on the last
};
struct SubscribeReply {
  std::uint64_t request = 0;
  std::uint64_t last_step = 0;  ///< number of the latest step there was; 0: none
};
/// Notification for subscribers: the generations changed (a state, a count, one came or went).
struct GenerationsChanged {
  ServerStatus status;
};
/// Notification for subscribers of connections. The first ones, up to `complete`, are the snapshot; `reset`
/// says that what was known before no longer counts.
struct ConnectionsChanged {
  std::uint64_t number = 0;  ///< counts up by one; restarts at 1 with every reset
  bool reset = false;
  bool complete = true;                   ///< false on the pages of a snapshot but the last
  std::vector<ConnectionRecord> changed;  ///< new ones and changed ones
  std::vector<std::string> removed;
};
/// Notification for those who follow the log: one line of any generation.
struct LogLine {
  std::uint64_t generation = 0;
  WallTime at{};
  std::string level;       ///< debug, info, warn, error, fatal
  std::string text;        ///< escaped, without the time and the names that stand before it in a file
  std::uint64_t lost = 0;  ///< lines of this or other generations that should have come before it
};
/// Notification: another generation is in charge now; connect again to the same path.
struct Moved {
  std::uint64_t generation = 0;
  pid_t pid = 0;
};
/// Notification: the server has begun its ordered end; the connection stays until the last generation has
/// ended.
struct Stopping {
  std::uint64_t connections = 0;
};
/// The server sent what this client does not understand or may not accept; the connection is of no use any
/// more.
struct ProtocolError {
  std::string message;
};

using Event =
    std::variant<Hello, Failure, StatusReply, ConnectionsReply, RestartReply, CancelReply, CloseReply,
                 ShutdownReply, ExtendDrainReply, LogLevelReply, SubscribeReply, GenerationsChanged,
                 ConnectionsChanged, Step, LogLine, Moved, Stopping, ProtocolError, HistoryReply>;

/// Codes of Failure. The first five are JSON-RPC 2.0's.
enum ErrorCode : int {
  parse_error = -32700,
  invalid_request = -32600,
  method_not_found = -32601,
  invalid_params = -32602,
  internal_error = -32603,
  refused = 1,          ///< the server's state does not allow it; the message says why
  restart_running = 2,  ///< a restart is going on already
  shutting_down = 3,
  not_permitted = 4,  ///< this user may not control this server, or only observe it
  too_many_clients = 5,
};

/// How one restart is to go. What is not set is as the server is configured.
struct RestartOptions {
  std::optional<std::chrono::milliseconds> rollback_window{};  ///< length of the trial; 0: none
  std::optional<std::chrono::milliseconds> drain_timeout{};    ///< of the old generation; 0: none
  /// The new process is started and goes as far as being ready, with the real sockets; then it is ended.
  bool rehearse = false;
  /// Where a restart is going on, begin when it has ended; not together with the others. Several such
  /// requests come to one restart, as several USR1 do.
  bool queue = false;
};

struct SubscribeOptions {
  bool connections = false;              ///< also ConnectionsChanged
  std::optional<std::uint64_t> since{};  ///< first send the steps with a number above this one
  /// Also LogLine, from this level on, as far as the log itself has them; empty: none. Needs the role
  /// operate.
  std::string log{};
};

/// Which connections are meant, to be listed or ended: every condition that is set must hold.
struct CloseFilter {
  std::optional<std::uint64_t> generation{};
  std::string peer{};   ///< an address, a network as `10.0.0.0/8`, or a peer that begins with `unix:`
  std::string state{};  ///< open or closing
  std::optional<std::chrono::milliseconds> idle{};   ///< without a byte for at least so long
  std::optional<std::chrono::milliseconds> older{};  ///< open for at least so long
  friend bool operator==(const CloseFilter&, const CloseFilter&) = default;
};

/// A later end for generations that drain.
struct DrainExtension {
  std::optional<std::uint64_t> generation{};      ///< empty: all that drain
  std::optional<std::chrono::milliseconds> by{};  ///< empty: no cut-off any more
  friend bool operator==(const DrainExtension&, const DrainExtension&) = default;
};

/// The client's half of the protocol without any I/O: bytes in, events out; requests in, bytes out.
/// Threads: one at a time. Never blocks, never throws on what the server sends.
class Session {
 public:
  Session();
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();

  /// Takes bytes as they came from the server, in any pieces.
  void feed(std::string_view bytes);
  /// The next event, empty when there is none.
  [[nodiscard]] std::optional<Event> next_event();

  /// Bytes to be sent to the server. The view holds until the next call of this object.
  [[nodiscard]] std::string_view output() const noexcept;
  /// Forgets the first `count` bytes of output(), after they were sent.
  void sent(std::size_t count);

  // Each request returns its number, which the reply repeats.
  std::uint64_t request_status();
  /// Without a condition: all. A server of a version without conditions lists all whatever is set.
  std::uint64_t request_connections(std::string_view after = {}, const CloseFilter& filter = {});
  std::uint64_t request_restart(const RestartOptions& options = {});
  /// Before `final`: what is not committed is given up, what is, is rolled back.
  std::uint64_t request_cancel();
  /// At most 1000 ids. `now` cuts them at once, in both directions, instead of letting replies out.
  std::uint64_t request_close(std::span<const std::string> ids, bool now = false);
  /// All connections that fit; at least one condition must be set. With `dry_run` the reply tells of them and
  /// nothing is done.
  std::uint64_t request_close_matching(const CloseFilter& filter, bool now = false, bool dry_run = false);
  /// `now` cuts what is left in every generation, also where a shutdown goes on already.
  std::uint64_t request_shutdown(bool now = false);
  /// Moves the moment at which drain_timeout cuts off what is left.
  std::uint64_t request_extend_drain(const DrainExtension& extension);
  /// Sets the log level of all generations that run; reads it where `level` is empty.
  std::uint64_t request_log_level(std::string_view level = {});
  /// The restarts that the server remembers, the latest first: those with a number below `before` (0: all),
  /// at most `limit` (1 to 1000) of them.
  std::uint64_t request_history(std::uint64_t before = 0, std::uint64_t limit = 1000);
  std::uint64_t request_subscribe(const SubscribeOptions& options);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// ---- discovery ----

/// A control socket found in one of the control directories. Whether somebody answers is for connect() to
/// say.
struct Target {
  std::string name;
  std::string path;
};

/// Directories that are looked into, in order (docs/control-protocol.md): `UNINTERRUPTIBLE_CONTROL_DIR` alone
/// if it is set, else `/run/uninterruptible`, `$RUNTIME_DIRECTORY`, `$XDG_RUNTIME_DIR/uninterruptible`,
/// `/run/user/UID/uninterruptible` and `uninterruptible-UID` in the temp folder.
[[nodiscard]] std::vector<std::string> control_directories();
/// All control sockets in them, by name. Reads directories only; connects to nothing.
[[nodiscard]] std::vector<Target> discover();
/// Checks that the directory of a control socket can be trusted by this user: owned by root or this user, and
/// not writable for others. A directory of another user can be where nobody but that user, this one and root
/// could have put it there, as /run/echo, which root gave to that user; but never one that discover() would
/// look into by itself. Empty when it can, else the reason.
[[nodiscard]] std::string distrust_directory(const std::string& socket_path);
/// Checks with SO_PEERCRED that the listening process's uid is this user, root, or the owner of the socket
/// file, and of its directory unless that is root's or this user's. Call it on the connected descriptor
/// before anything is sent. Empty when it can be trusted, else the reason.
[[nodiscard]] std::string distrust_peer(int connected_fd, const std::string& socket_path);

}  // namespace uninterruptible::control
