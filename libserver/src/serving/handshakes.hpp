#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/deadline.hpp"
#include "base/unique_fd.hpp"
#include "serving/connection_impl.hpp"

namespace uninterruptible {

/// TLS handshakes on the way: a few threads take the next step of whichever client has sent something, so
/// that a client that stalls costs no thread and holds nobody up.
class Handshakes {
 public:
  using Client = std::unique_ptr<Connection::Impl>;
  enum class Failure {
    client,       ///< it left, or speaks no TLS that we speak
    certificate,  ///< it showed no certificate, or one that does not count
    timeout,      ///< it took longer than handshake_timeout
    closed,       ///< an operator or the end of this generation closed it
  };
  struct Callbacks {
    std::function<void(Client)> done;
    /// The client is closed in the background: what is said to it now reaches it.
    std::function<void(const Connection::Impl&, Failure, const std::string& reason)> failed;
  };

  /// The callbacks are called on this object's threads and must not throw. Throws std::system_error.
  Handshakes(std::chrono::milliseconds timeout, Callbacks callbacks);
  /// Cuts what is left and joins the threads.
  ~Handshakes();
  Handshakes(const Handshakes&) = delete;
  Handshakes& operator=(const Handshakes&) = delete;

  /// Begins one; its time counts from now. `ticket` is given back when the client is through, after `done`,
  /// or will not be. Any thread; never waits. Throws std::system_error, std::bad_alloc; the client is closed
  /// then.
  void add(Client client, std::shared_ptr<void> ticket);

 private:
  using Number = std::uint64_t;
  struct Pending {
    Client client;
    std::shared_ptr<void> ticket;
    Clock::time_point until;
    bool parting = false;  ///< it failed; what the client still sends is read away
    std::size_t discarded = 0;
  };

  void work();
  [[nodiscard]] Deadline next_deadline();
  void step(Number number);
  void shake(Number number, Pending pending);
  void part(Number number, Pending pending);
  void fail(Number number, Pending pending, Failure failure, const std::string& reason);
  void expire();
  [[nodiscard]] Pending take(Number number);
  [[nodiscard]] Pending take_expired();
  void park(Number number, Pending pending, net::Stream::Wants wants, int operation);

  const std::chrono::milliseconds timeout_;
  const Callbacks callbacks_;
  UniqueFd epoll_;
  UniqueFd stop_;
  std::mutex mutex_;
  Number last_number_ = 0;
  std::map<Number, Pending> pending_;                         ///< those that no thread has in hand
  std::set<std::pair<Clock::time_point, Number>> deadlines_;  ///< of the same
  std::vector<std::jthread> threads_;
};

}  // namespace uninterruptible
