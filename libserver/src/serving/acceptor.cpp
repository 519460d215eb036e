#include "serving/acceptor.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <exception>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "base/text.hpp"

namespace uninterruptible {

namespace {
using namespace std::chrono_literals;

constexpr auto longest_stop = 5s;
constexpr auto longest_last_accepts = 1s;
constexpr auto exhaustion_pause = 100ms;

// Closing a descriptor that another thread is polling could hit a stranger's; the destructor does it.
constexpr std::string_view still_inside =
    "a thread did not leave accept() within 5 s; its listener stays open";

void set(const UniqueFd& event) noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(event.get(), &one, sizeof one);
}
void clear(const UniqueFd& event) noexcept {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(event.get(), &count, sizeof count);
}
}  // namespace

/// A thread's stay between the gate and the listeners; the gate's lock is released meanwhile.
class Acceptor::Inside {
 public:
  Inside(Acceptor& acceptor, std::unique_lock<std::mutex>& lock) : acceptor_(acceptor), lock_(lock) {
    ++acceptor_.inside_;
    lock_.unlock();
  }
  ~Inside() {
    lock_.lock();
    if (--acceptor_.inside_ == 0) acceptor_.outside_.notify_all();
  }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

 private:
  Acceptor& acceptor_;
  std::unique_lock<std::mutex>& lock_;
};

Acceptor::Acceptor(Admission& admission, Surroundings surroundings)
    : admission_(admission),
      surroundings_(std::move(surroundings)),
      notices_(surroundings_.log),
      wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      prepared_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!wake_ || !prepared_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void Acceptor::add(UniqueFd listener, std::string address, bool prepares) {
  auto added = std::make_unique<Listener>();
  added->socket = std::move(listener);
  added->address = std::move(address);
  added->prepares = prepares;
  listeners_.push_back(std::move(added));
}

void Acceptor::reopen() noexcept {
  gate_ = Gate::open;
  clear(wake_);
  changed_.notify_all();
}

void Acceptor::open() {
  const std::lock_guard lock(mutex_);
  if (gate_ == Gate::closed) reopen();
}

bool Acceptor::wait_until_outside(std::unique_lock<std::mutex>& lock) {
  set(wake_);
  return outside_.wait_for(lock, longest_stop, [this] { return inside_ == 0; });
}

void Acceptor::close() {
  std::unique_lock lock(mutex_);
  if (gate_ != Gate::open) return;
  gate_ = Gate::closed;
  if (wait_until_outside(lock)) return;
  reopen();
  throw std::runtime_error("the acceptor did not stop within 5 s");
}

void Acceptor::drop(int listener) noexcept {
  std::unique_lock lock(mutex_);
  const auto found = std::find_if(listeners_.begin(), listeners_.end(),
                                  [listener](const auto& one) { return one->socket.get() == listener; });
  if (gate_ == Gate::ended || found == listeners_.end()) return;
  const bool was_open = std::exchange(gate_, Gate::closed) == Gate::open;
  if (wait_until_outside(lock)) {
    lock.unlock();
    accept_queued(**found, Deadline::after(longest_last_accepts));
    lock.lock();
    (*found)->lost = true;
    (*found)->socket.reset();
  } else {
    surroundings_.log(LogLevel::error, still_inside);
  }
  if (was_open) reopen();
  changed_.notify_all();
}

void Acceptor::end() noexcept {
  std::unique_lock lock(mutex_);
  if (gate_ == Gate::ended) return;
  const bool was_open = std::exchange(gate_, Gate::closed) == Gate::open;
  if (wait_until_outside(lock)) {
    lock.unlock();
    const Deadline deadline = Deadline::after(longest_last_accepts);
    for (const auto& listener : listeners_) {
      if (was_open) accept_queued(*listener, deadline);
      listener->socket.reset();
    }
    lock.lock();
  } else {
    surroundings_.log(LogLevel::error, still_inside);
  }
  gate_ = Gate::ended;
  changed_.notify_all();
}

void Acceptor::accept_queued(Listener& listener, Deadline deadline) noexcept {
  try {
    while (!listener.lost && !deadline.passed()) {
      Connection client;
      const Outcome outcome = accept_from(listener, client);
      if (outcome == Outcome::none) return;
      if (outcome == Outcome::full || outcome == Outcome::exhausted) ::poll(nullptr, 0, 10);
      if (client) queue(std::move(client));
    }
  } catch (const std::exception& problem) {
    complain(std::string("the last connections could not all be accepted: ") + problem.what());
  }
}

void Acceptor::queue(Connection client) {
  const std::lock_guard lock(mutex_);
  queued_.push_back(std::move(client));
  if (queued_.size() == 1) set(prepared_);
  changed_.notify_one();
}

void Acceptor::hand_over(Connection client) { queue(std::move(client)); }

Acceptor::Ticket Acceptor::ticket() {
  {
    const std::lock_guard lock(mutex_);
    ++awaited_;
  }
  // The pointer's deleter runs even when there is no memory for it.
  return {this, [](Acceptor* acceptor) {
            const std::lock_guard lock(acceptor->mutex_);
            if (--acceptor->awaited_ == 0) acceptor->changed_.notify_all();
          }};
}

Connection Acceptor::accept() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return has_news(); });
    if (!queued_.empty()) {
      Connection client = std::move(queued_.front());
      queued_.pop_front();
      if (queued_.empty()) clear(prepared_);
      return client;
    }
    if (gate_ == Gate::ended) return {};
    Connection client;
    {
      const Inside inside(*this, lock);
      client = take();
    }
    if (client) return client;
  }
}

bool Acceptor::wait_for_client() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return has_news(); });
    if (!queued_.empty()) return true;
    if (gate_ == Gate::ended) return false;
    const Inside inside(*this, lock);
    const Sight sight = look();
    if (sight == Sight::waiting) return true;
    if (sight != Sight::prepares) continue;
    if (Connection client = accept_round(true)) queue(std::move(client));
  }
}

void Acceptor::pause(std::chrono::milliseconds time) {
  pollfd wake{wake_.get(), POLLIN, 0};
  ::poll(&wake, 1, static_cast<int>(time.count()));
}

/// Waits until there is something to do.
Acceptor::Sight Acceptor::look() {
  std::vector<pollfd> set(3 + listeners_.size());
  set[0] = {wake_.get(), POLLIN, 0};
  set[1] = {prepared_.get(), POLLIN, 0};
  while (true) {
    const bool has_room = admission_.has_room();
    if (has_room) {
      was_full_ = false;
    } else if (admission_.is_full() && !was_full_.exchange(true)) {
      surroundings_.full();
    }
    set[2] = {has_room ? -1 : admission_.room_fd(), POLLIN, 0};
    for (std::size_t i = 0; i < listeners_.size(); ++i) {
      set[3 + i] = {listeners_[i]->lost || !has_room ? -1 : listeners_[i]->socket.get(), POLLIN, 0};
    }
    if (::poll(set.data(), set.size(), -1) <= 0 || set[2].revents != 0) continue;
    if (set[0].revents != 0) return Sight::leave;
    if (set[1].revents != 0) return Sight::prepared;
    for (std::size_t i = 0; i < listeners_.size(); ++i) {
      if (set[3 + i].revents != 0 && !listeners_[i]->prepares) return Sight::waiting;
    }
    return Sight::prepares;
  }
}

Connection Acceptor::take() {
  while (true) {
    if (Connection client = accept_round(false)) return client;
    const Sight sight = look();
    if (sight == Sight::leave || sight == Sight::prepared) return {};
  }
}

Connection Acceptor::accept_round(bool only_preparing) {
  // Each round begins with another listener, so that a busy one does not keep the others waiting.
  const std::size_t first = turn_.fetch_add(1, std::memory_order_relaxed);
  bool exhausted = false;
  for (std::size_t i = 0; i < listeners_.size(); ++i) {
    Listener& listener = *listeners_[(first + i) % listeners_.size()];
    if (listener.lost || (only_preparing && !listener.prepares)) continue;
    Connection client;
    const Outcome outcome = accept_from(listener, client);
    if (client) return client;
    if (outcome == Outcome::full) return {};
    exhausted = exhausted || outcome == Outcome::exhausted;
  }
  if (exhausted) pause(exhaustion_pause);
  return {};
}

Acceptor::Outcome Acceptor::accept_from(Listener& listener, Connection& client) {
  Arrival arrival;
  arrival.place = admission_.reserve();
  if (!arrival.place) return Outcome::full;
  arrival.length = sizeof arrival.address;
  arrival.socket.reset(::accept4(listener.socket.get(), reinterpret_cast<sockaddr*>(&arrival.address),
                                 &arrival.length, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!arrival.socket) return judge(listener, errno);
  try {
    arrival.local = listener.address;
    client = surroundings_.welcome(std::move(arrival));
  } catch (const std::exception& problem) {
    complain(std::string("a new connection was closed at once: ") + problem.what());
  }
  return Outcome::advanced;
}

Acceptor::Outcome Acceptor::judge(Listener& listener, int error) {
  switch (error) {
    case EAGAIN: return Outcome::none;
    // accept(2): Linux reports what happened to the connection meanwhile; the next one may be well.
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case ENOPROTOOPT:
    case ENETDOWN:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH: return Outcome::advanced;
    case EBADF:
    case EINVAL:
    case ENOTSOCK:
      if (!listener.lost.exchange(true)) {
        const std::string reason =
            "nothing more can be accepted on " + listener.address + ": " + errno_text(error);
        surroundings_.log(LogLevel::fatal, reason);
        surroundings_.lost(reason);
      }
      return Outcome::none;
    default: break;
  }
  complain("accepting on " + listener.address + " pauses: " + errno_text(error));
  return Outcome::exhausted;
}

}  // namespace uninterruptible
