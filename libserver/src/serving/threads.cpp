#include "serving/threads.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/fault_point.hpp"

namespace uninterruptible {

/// Moves a thread to the ended ones when its work is over, also when it is unwound by pthread_exit().
class Threads::Departure {
 public:
  Departure(Threads& threads, std::list<std::thread>::iterator self) : threads_(threads), self_(self) {}
  ~Departure() {
    // Notified under the lock: whoever waits may destroy the group as soon as it gets the lock and has
    // joined.
    const std::lock_guard lock(threads_.mutex_);
    threads_.ended_.splice(threads_.ended_.end(), threads_.running_, self_);
    threads_.changed_.notify_all();
  }
  Departure(const Departure&) = delete;
  Departure& operator=(const Departure&) = delete;

 private:
  Threads& threads_;
  std::list<std::thread>::iterator self_;
};

Threads::~Threads() { join_all(); }

void Threads::start(std::function<void()> work) {
  std::list<std::thread> ended;
  {
    const std::lock_guard lock(mutex_);
    if (fault_point("thread")) throw std::system_error(EAGAIN, std::generic_category(), "thread");
    ended.swap(ended_);
    const auto self = running_.emplace(running_.end());
    try {
      *self = std::thread([this, self, work = std::move(work)] {
        const Departure departure(*this, self);
        work();
      });
    } catch (...) {
      running_.erase(self);
      ended_.splice(ended_.end(), ended);
      throw;
    }
  }
  for (std::thread& thread : ended) thread.join();
}

bool Threads::wait_until_none(Deadline deadline) {
  std::unique_lock lock(mutex_);
  const auto none = [this] { return running_.empty(); };
  if (deadline.at()) return changed_.wait_until(lock, *deadline.at(), none);
  changed_.wait(lock, none);
  return true;
}

void Threads::join_all() {
  std::list<std::thread> ended;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return running_.empty(); });
    ended.swap(ended_);
  }
  for (std::thread& thread : ended) thread.join();
}

}  // namespace uninterruptible
