#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "uninterruptible/configuration.hpp"

namespace uninterruptible {

/// This process as one generation in the chain of its restarts: the storey for programs with an event loop of
/// their own (Server is built on it). One a process.
///
///     Generation generation{config};
///     int listener = generation.listen("tcp://0.0.0.0:80");
///     generation.ready({.accepting = ..., .drain = ..., .end = ...});
///     while (!generation.finished()) { poll(generation.fd(), listener, ...); generation.dispatch(); ... }
///
/// Threads: add() and everything of Entry, state(), number(), log(), count(), progress(), fail(),
/// request_restart(), shut_down() and stop_token() may be called from any thread; all else from the one that
/// calls dispatch().
class Generation {
 public:
  enum class State { starting, live, standby, draining, stopping };

  /// What the library asks of the program. All run inside ready() or dispatch() and nowhere else.
  struct Callbacks {
    /// Starts (true) or stops (false) accepting. Returning from `false` is the acknowledgement that nothing
    /// will be accepted any more; throwing says that it could not be stopped, and the restart is then given
    /// up. `true` may come again at any time until `end`, even after `drain`: after a rollback, or when a
    /// successor crashed.
    std::function<void(bool on)> accepting{};
    /// From here on connections should come to their end: a successor is in charge, or the server shuts down.
    std::function<void()> drain{};
    /// May be empty. The next generation's configuration has this listener no more: accept what is queued on
    /// it, then close it.
    std::function<void(int listener)> dropped{};
    /// This generation will never accept again: close the listeners here, and only here. Connections may
    /// still be open; the loop goes on until finished().
    std::function<void()> end{};
  };

  /// How a connection is to be ended.
  enum class Ending {
    close,  ///< politely: the reading side ends, what is still written is delivered
    cut,    ///< at once, both directions
  };

  /// What add() shows of a connection.
  struct Peer {
    std::string peer;   ///< address of the client as operators see it, e.g. `192.0.2.17:51544`
    std::string local;  ///< this side's address, e.g. `tcp://192.0.2.1:6789`
  };

  /// One connection while it is open: counted, listed, closable by GUI and CLI. It must go before the
  /// descriptor is closed. Movable; one without a connection does nothing.
  class Entry {
   public:
    Entry() noexcept;
    Entry(Entry&&) noexcept;
    Entry& operator=(Entry&&) noexcept;
    ~Entry();

    /// `7-412`: generation and number, never used again.
    [[nodiscard]] std::string id() const;
    /// A text of the program's own that operators see beside the connection, at most 256 bytes are kept.
    void set_label(std::string_view text);
    /// Counts bytes and marks the moment as the last activity. Never blocks.
    void count(std::size_t bytes_in, std::size_t bytes_out) noexcept;
    /// Counts one request, in the generation's counter `requests`. Never blocks.
    void count_request() noexcept;
    /// Whether an operator, a deadline or the program has asked for this connection to end.
    [[nodiscard]] bool closing() const noexcept;

    struct Record;  ///< the library's own

   private:
    friend class Generation;
    explicit Entry(std::shared_ptr<Record> record) noexcept;
    std::shared_ptr<Record> record_;
  };

  /// Reads the configuration and, when this process was started by a restart, meets the generation before it:
  /// says HELLO and waits for its listeners. Blocks for that, at most restart_timeout. Throws
  /// ConfigurationError naming all problems, before anything is bound, written or disturbed.
  explicit Generation(const Configuration& configuration);
  /// Ends this process's part in the chain: an ordered end is announced if that has not happened yet.
  ~Generation();
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  /// The addresses that the configuration or the environment names, in order; for listen().
  [[nodiscard]] std::vector<std::string> binds() const;

  /// A listening, non-blocking, close-on-exec socket for the address: taken over from the generation before,
  /// or newly bound. Matched by the text of the address and, for equal texts, by position. The descriptor is
  /// the program's to poll and accept from, between `accepting(true)` and `accepting(false)`; it must stay
  /// open until `end` and be closed there. Where a server of the Ruby gem is replaced, ready() puts the gem's
  /// socket in its place, under the same number: neither duplicate nor register it before. Throws
  /// ConfigurationError naming address and reason. Only before ready().
  [[nodiscard]] int listen(const std::string& address);

  /// The program is set up: from now on it can serve. The first generation serves at once (`accepting(true)`
  /// is called before this returns); a later one as soon as the one before has stopped accepting. Throws
  /// ConfigurationError when pidfile or listeners turn out not to be what was configured; a server of the
  /// Ruby gem that was to be replaced (docs/live-takeover-from-ruby.md) serves on then, unless the error says
  /// otherwise.
  void ready(Callbacks callbacks);

  /// Becomes readable whenever dispatch() has something to do. Borrowed, valid as long as this object.
  [[nodiscard]] int fd() const noexcept;
  /// Does what is due: handoff, signals, timers, control. Never blocks but in the callbacks.
  void dispatch();

  /// True when this generation has done all its work and the program may leave with exit_code().
  [[nodiscard]] bool finished() const noexcept;
  /// 0 after an ordered end (also when drain_timeout or an operator cut what was left), 1 when a second
  /// request to stop forced it or this generation never served.
  [[nodiscard]] int exit_code() const noexcept;

  [[nodiscard]] State state() const noexcept;
  [[nodiscard]] std::uint64_t number() const noexcept;
  /// The name under which operators find this server.
  [[nodiscard]] const std::string& name() const noexcept;
  /// Stop is requested when this generation begins to drain; it only informs. Ask anew for each connection: a
  /// generation that serves again, since its successor crashed, gives another one.
  [[nodiscard]] std::stop_token stop_token() const noexcept;

  /// Registers an open connection. An ending asked for from outside is done by shutdown(2) on `client_fd`
  /// while the entry exists, or by `closer`, called inside dispatch(), where one is given.
  [[nodiscard]] Entry add(int client_fd, Peer peer, std::function<void(Ending)> closer = {});
  /// As above, the peer read from the socket.
  [[nodiscard]] Entry add(int client_fd, std::function<void(Ending)> closer = {});
  /// Connections open in this generation now.
  [[nodiscard]] std::size_t connections() const noexcept;

  /// Asks for a restart, as USR1 does. The outcome is in the log and in the control protocol's steps.
  void request_restart();
  /// Asks for an ordered end, as TERM does: the second call cuts what is left.
  void shut_down();

  /// Says that a slow start is getting on; starts restart_timeout anew. `text` is shown to who waits.
  void progress(std::string_view text);
  /// This generation finds itself unhealthy: before and in its trial that ends it and the old one serves
  /// again; later it is logged and shown.
  void fail(std::string_view reason);

  /// Counts something that operators should be able to see the number of, e.g. `cache_misses`: what has been
  /// counted in a generation is shown by its status. At most 32 names of at most 64 letters, digits and `_`;
  /// others are ignored. `requests` is what Entry::count_request() counts, where that is called. Any
  /// thread.
  void count(std::string_view counter);

  /// States something about this generation that operators should be able to see, e.g. `configuration_file`
  /// or `license_until`; status shows it as long as the generation lives. An empty text takes it back. At
  /// most 32 names of at most 64 letters, digits and `_`; others are ignored, and of a text the first 1,000
  /// bytes count. Where a name ends in `_until` and the text is a time of the form `2027-03-01T12:00:00Z`,
  /// the CLI also says how far away it is. Any thread.
  void describe(std::string_view fact, std::string_view text);

  /// One line in the server's log.
  void log(LogLevel level, std::string_view text);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace uninterruptible
