#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

#include "base/deadline.hpp"

namespace uninterruptible {

/// Threads that are always joined. Any thread may start one; those that have ended are joined by the next
/// start.
class Threads {
 public:
  Threads() = default;
  /// Joins all.
  ~Threads();
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

  /// Throws std::system_error when the system gives no thread. `work` must not throw; pthread_exit() is
  /// allowed.
  void start(std::function<void()> work);
  /// Waits until none runs; false when the deadline passes first.
  [[nodiscard]] bool wait_until_none(Deadline deadline);
  /// Waits until none runs and joins them. Not from one of them.
  void join_all();

 private:
  class Departure;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<std::thread> running_;
  std::list<std::thread> ended_;
};

}  // namespace uninterruptible
