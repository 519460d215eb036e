#pragma once

#include <functional>
#include <memory>

#include "uninterruptible/configuration.hpp"
#include "uninterruptible/connection.hpp"
#include "uninterruptible/generation.hpp"

namespace uninterruptible {

/// A socket server that replaces itself without losing a connection. Derive, write handle_request(), run.
class Server {
 public:
  class Impl;

  /// A server that runs on a thread of its own. Stops (politely, as TERM does) and joins when it goes;
  /// declare it after the server, so that no thread calls into a half-destroyed object.
  class Running {
   public:
    Running() noexcept;
    Running(Running&&) noexcept;
    Running& operator=(Running&&) noexcept;
    ~Running();

    /// Asks for a restart, as USR1 does. Any thread.
    void restart();
    /// Asks for an ordered end, as TERM does; the second call cuts what is left. Any thread; returns at once.
    void shut_down();
    /// Blocks until this generation has ended and returns its exit code. Not from a handler.
    int wait();
    /// Whether the end was forced while handlers still ran: they have been told, and wait() joined them.
    [[nodiscard]] bool forced() const noexcept;
    /// This generation: state, number, connections, log.
    [[nodiscard]] Generation& generation() noexcept;

   private:
    friend class Server;
    struct State;
    explicit Running(std::unique_ptr<State> state) noexcept;
    std::unique_ptr<State> state_;
  };

  Server();
  /// Destroying a server that still runs is an error that ends the program with a message.
  virtual ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Changes the configuration; takes effect at the next run() or start().
  void configure(const std::function<void(Configuration&)>& change);

  /// Serves until this generation has ended, blocking, and returns the exit code for main(). Installs
  /// handlers for USR1 (restart), TERM and INT (shut down) unless configured otherwise, and puts the old ones
  /// back. May end the process itself when it must leave while handlers still run. A ConfigurationError is
  /// printed; 2 is returned.
  int run();
  /// Serves on a thread of its own; returns as soon as it is ready. Changes no signal disposition and never
  /// ends the process. Throws ConfigurationError.
  [[nodiscard]] Running start();

 protected:
  /// Speaks with one client. The connection is closed on return; what is thrown ends this connection only and
  /// is logged. Called on many threads at once. Each call counts as one request, unless the handler counts by
  /// Connection::count_request().
  virtual void handle_request(Connection& client) = 0;

  /// Called when a connection waits and no call of it is running. May take one and return, or stay and take
  /// many: the default accepts one and gives it a thread of its own. What it throws is logged.
  virtual void accept_client_connection();

  /// The next client, waiting for one, also while this generation stands by; empty only when it will never
  /// accept again. Any thread.
  [[nodiscard]] Connection accept();
  /// Counts, logs and handles one client, on the calling thread, with handle_request().
  void process_request(Connection client);
  /// This process's generation while the server runs: its log, state, progress(), fail(), request_restart().
  /// Any thread, within the calls above. Throws std::logic_error when the server does not run.
  [[nodiscard]] Generation& generation();

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace uninterruptible
