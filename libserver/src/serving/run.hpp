#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "serving/acceptor.hpp"
#include "serving/admission.hpp"
#include "serving/connection_impl.hpp"
#include "serving/handshakes.hpp"
#include "serving/occasional_log.hpp"
#include "serving/serving_settings.hpp"
#include "serving/threads.hpp"
#include "uninterruptible/configuration.hpp"
#include "uninterruptible/connection.hpp"
#include "uninterruptible/generation.hpp"

namespace uninterruptible {

/// One run of a Server: its generation, its listeners, and the threads that serve. Made, begun and served on
/// one thread, the one that dispatches.
class Run {
 public:
  /// Checks the configuration, meets the generation before (if there is one) and listens. `when_client_waits`
  /// is called on a thread of its own whenever a connection waits and no call of it is running. Throws
  /// ConfigurationError.
  Run(const Configuration& configuration, std::function<void()> when_client_waits);
  /// Ends accepting and joins its threads.
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  /// Ready to serve: the first generation accepts before this returns.
  void begin();
  /// Dispatches until the generation has finished, and ends accepting.
  void serve();
  /// Ends accepting, for a run that could not begin.
  void abandon() noexcept { acceptor_.end(); }
  /// Whether the generation has finished without waiting for its connections.
  [[nodiscard]] bool forced() const noexcept {
    return generation_->exit_code() != 0 || generation_->connections() > 0;
  }
  /// Waits until the threads that serve have ended; false when the deadline passes first.
  [[nodiscard]] bool wait_for_threads(Deadline deadline) { return threads_.wait_until_none(deadline); }

  /// As Server::accept(). Any thread.
  [[nodiscard]] Connection accept() { return acceptor_.accept(); }
  /// Gives the client a thread of its own. Where the system has none left the client is closed, and that is
  /// logged. Any thread.
  void start_thread(Connection client, std::function<void(Connection)> work);
  /// Counts and logs the limit that has ended a connection, if one has.
  void account_for(const Connection::Impl& client);

  [[nodiscard]] Generation& generation() noexcept { return *generation_; }

 private:
  void listen();
  Connection welcome(Acceptor::Arrival arrival);
  bool admit(Acceptor::Arrival& arrival, const std::string& peer);
  void on_failed_handshake(const Connection::Impl& client, Handshakes::Failure failure,
                           const std::string& reason);
  void accept_loop();
  /// Counts each time, and logs at most once a second.
  void note(const char* counter, LogLevel level, const std::string& text);

  const ServingSettings settings_;
  std::function<void()> when_client_waits_;
  std::unique_ptr<Generation> generation_;
  OccasionalLog notices_;
  Admission admission_;
  Acceptor acceptor_;
  std::optional<Handshakes> handshakes_;  // after what its callbacks use
  Threads threads_;
};

}  // namespace uninterruptible
