#pragma once

#include <sys/socket.h>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/deadline.hpp"
#include "base/unique_fd.hpp"
#include "serving/admission.hpp"
#include "serving/occasional_log.hpp"
#include "uninterruptible/configuration.hpp"
#include "uninterruptible/connection.hpp"

namespace uninterruptible {

/// The listeners of one server behind a gate. Any number of threads wait in accept(); while the gate is
/// closed they wait for it to open again. Nothing blocks in accept4, and no listener is ever shut down, or
/// closed before end().
class Acceptor {
 public:
  struct Arrival {
    UniqueFd socket;
    Admission::Place place;
    sockaddr_storage address{};
    socklen_t length = 0;
    std::string local;  ///< the listener's address, as configured
  };

  /// Stands for a connection that comes later, by hand_over() or not at all: until the last copy goes,
  /// accept() waits for it also after the end.
  using Ticket = std::shared_ptr<void>;

  struct Surroundings {
    /// Makes a connection of a socket just accepted; an empty one when it turns the client away or prepares
    /// it elsewhere, with a ticket. What it throws closes that socket and is logged.
    std::function<Connection(Arrival arrival)> welcome;
    /// The admission has no room any more: said once each time it comes to that.
    std::function<void()> full;
    std::function<void(LogLevel, std::string_view)> log;
    /// A listener can accept no more (somebody shut it down): said once for each.
    std::function<void(const std::string& reason)> lost;
  };

  /// While the admission has no room, nothing is accepted; it must outlive this object.
  Acceptor(Admission& admission, Surroundings surroundings);

  /// Takes a non-blocking listening socket. `prepares` says that its connections are prepared elsewhere
  /// before they can be handed out. Only before the gate opens for the first time.
  void add(UniqueFd listener, std::string address, bool prepares = false);

  /// Lets waiting threads accept. Any thread.
  void open();
  /// Stops accepting: returns when no thread can accept any more. A thread that does not leave within 5 s
  /// makes it throw std::runtime_error; the gate is then open as before.
  void close();
  /// Closes one listener for good, after what the kernel has queued on it was accepted (at most 1 s long);
  /// accept() hands that out, also while the gate is closed. Never throws.
  void drop(int listener) noexcept;
  /// Ends the gate for good. If it was open, what the kernel has queued is accepted first (at most 1 s long)
  /// and handed out by accept() before that gives empty connections. Then the listeners are closed. Never
  /// throws.
  void end() noexcept;

  /// The next client; empty only after end(). Blocks. Any thread.
  [[nodiscard]] Connection accept();
  /// Waits until a connection can be accepted; false after end(), when nothing is left to hand out. Any
  /// thread.
  [[nodiscard]] bool wait_for_client();
  /// Announces a connection that is prepared elsewhere. Any thread.
  [[nodiscard]] Ticket ticket();
  /// Gives a prepared connection to accept(), at whatever gate: it was accepted while that was open. Any
  /// thread.
  void hand_over(Connection client);

 private:
  enum class Gate { closed, open, ended };
  enum class Outcome {
    advanced,   ///< one left the kernel's queue: a client, or one that failed meanwhile
    none,       ///< nothing is queued
    full,       ///< as many connections as may be are there
    exhausted,  ///< descriptors, memory or permission are missing: not now
  };
  enum class Sight {
    leave,     ///< the gate closes
    prepared,  ///< a prepared connection is there
    waiting,   ///< one waits on a listener that does not prepare
    prepares,  ///< one waits on a listener that prepares
  };

  struct Listener {
    UniqueFd socket;
    std::string address;
    bool prepares = false;
    std::atomic<bool> lost{false};
  };

  class Inside;

  /// Waits for the time given, less when the gate closes meanwhile.
  void pause(std::chrono::milliseconds time);
  [[nodiscard]] Connection take();
  [[nodiscard]] Sight look();
  /// One from each listener that can give one, until one is a client for accept().
  [[nodiscard]] Connection accept_round(bool only_preparing);
  Outcome accept_from(Listener& listener, Connection& client);
  Outcome judge(Listener& listener, int error);
  /// Accepts what the kernel has queued on the listener, into queued_.
  void accept_queued(Listener& listener, Deadline deadline) noexcept;
  void complain(const std::string& text) { notices_.say("accepting", LogLevel::warn, text); }
  bool wait_until_outside(std::unique_lock<std::mutex>& lock);
  void queue(Connection client);
  [[nodiscard]] bool has_news() const {
    return gate_ == Gate::open || !queued_.empty() || (gate_ == Gate::ended && awaited_ == 0);
  }
  void reopen() noexcept;

  Admission& admission_;
  Surroundings surroundings_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  OccasionalLog notices_;
  UniqueFd wake_;      ///< eventfd, readable while threads must leave the region around poll and accept4
  UniqueFd prepared_;  ///< eventfd, readable while queued_ holds something
  std::atomic<std::size_t> turn_{0};
  std::atomic<bool> was_full_{false};

  std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable outside_;
  Gate gate_ = Gate::closed;
  std::size_t inside_ = 0;         ///< threads around poll and accept4
  std::size_t awaited_ = 0;        ///< tickets that are out
  std::deque<Connection> queued_;  ///< handed over, or taken from the kernel's queue by end()
};

}  // namespace uninterruptible
