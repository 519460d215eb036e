#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>

#include "base/deadline.hpp"
#include "serving/run.hpp"
#include "uninterruptible/server.hpp"

namespace uninterruptible {

/// What a server keeps besides its run: the configuration, and who of its threads is inside the run now.
class Server::Impl {
 public:
  /// After a forced end: most handlers go within this time, since their connections are cut.
  static constexpr std::chrono::milliseconds forced_grace{50};

  /// A thread's stay in the run that goes on, if one does; the run is not taken away meanwhile.
  class Visit {
   public:
    explicit Visit(Impl& impl);
    ~Visit();
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

    /// Null when no run goes on.
    [[nodiscard]] Run* run() const noexcept { return run_; }

   private:
    Impl& impl_;
    Run* run_;
  };

  /// Marks the server as running. Throws std::logic_error when it is already.
  void occupy();
  void vacate() noexcept;
  [[nodiscard]] bool running();

  /// Makes the run known to accept() and process_request().
  void attach(Run& run);
  /// Waits until neither a thread of the run nor a visitor is left; false when the deadline passes first.
  [[nodiscard]] bool wait_until_quiet(Deadline deadline);
  /// Waits for quiet without limit, and makes the run unknown.
  void detach();

  Configuration configuration;

 private:
  bool wait_for_visitors(std::unique_lock<std::mutex>& lock, Deadline deadline);

  std::mutex mutex_;
  std::condition_variable left_;
  bool occupied_ = false;
  Run* run_ = nullptr;
  std::size_t visitors_ = 0;
};

}  // namespace uninterruptible
