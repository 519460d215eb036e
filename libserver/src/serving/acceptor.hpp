#pragma once

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
    std::string peer;   ///< for people, see net::peer_text()
    std::string local;  ///< the listener's address, as configured
  };

  struct Surroundings {
    /// Makes a connection of a socket just accepted. What it throws closes that socket and is logged.
    std::function<Connection(Arrival arrival)> welcome;
    std::function<void(LogLevel, std::string_view)> log;
    /// A listener can accept no more (somebody shut it down): said once for each.
    std::function<void(const std::string& reason)> lost;
  };

  explicit Acceptor(Surroundings surroundings);

  /// Takes a non-blocking listening socket. Only before the gate opens for the first time.
  void add(UniqueFd listener, std::string address);

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
  /// Waits for the time given, less when the gate closes meanwhile.
  void pause(std::chrono::milliseconds time);

 private:
  enum class Gate { closed, open, ended };
  enum class Outcome {
    advanced,   ///< one left the kernel's queue: a client, or one that failed meanwhile
    none,       ///< nothing is queued
    exhausted,  ///< descriptors, memory or permission are missing: not now
  };

  struct Listener {
    UniqueFd socket;
    std::string address;
    std::atomic<bool> lost{false};
  };

  class Inside;

  Connection take();
  bool poll_listeners();
  Outcome accept_from(Listener& listener, Connection& client);
  Outcome judge(Listener& listener, int error);
  /// Accepts what the kernel has queued on the listener, into queued_.
  void accept_queued(Listener& listener, Deadline deadline) noexcept;
  /// Logs at most once a second.
  void complain(const std::string& text);
  bool wait_until_outside(std::unique_lock<std::mutex>& lock);
  void reopen() noexcept;

  Surroundings surroundings_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  UniqueFd wake_;  ///< eventfd, readable while threads must leave the region around poll and accept4
  std::atomic<std::size_t> turn_{0};

  std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable outside_;
  Gate gate_ = Gate::closed;
  std::size_t inside_ = 0;         ///< threads around poll and accept4
  std::deque<Connection> queued_;  ///< taken from the kernel's queue by end()
  Clock::time_point complained_{};
};

}  // namespace uninterruptible
