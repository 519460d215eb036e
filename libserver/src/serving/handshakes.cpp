#include "serving/handshakes.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "tls/stream.hpp"

namespace uninterruptible {

namespace {
using namespace std::chrono_literals;

// Signing keeps a core busy for up to some milliseconds, so that more threads than cores help nobody.
constexpr unsigned most_threads = 8;
constexpr auto longest_parting = 1s;
constexpr std::size_t most_discarded = 64 * 1024;
constexpr std::uint64_t stop_number = 0;

std::system_error failure(const char* what) { return {errno, std::generic_category(), what}; }
}  // namespace

Handshakes::Handshakes(std::chrono::milliseconds timeout, Callbacks callbacks)
    : timeout_(timeout),
      callbacks_(std::move(callbacks)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      stop_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!epoll_ || !stop_) throw failure("handshakes");
  epoll_event stop{EPOLLIN, {.u64 = stop_number}};
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, stop_.get(), &stop) != 0) throw failure("handshakes");
  const unsigned threads = std::clamp(std::thread::hardware_concurrency(), 1U, most_threads);
  threads_.reserve(threads);
  try {
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  } catch (const std::system_error&) {
    if (threads_.empty()) throw;  // with one it works as well
  }
}

Handshakes::~Handshakes() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(stop_.get(), &one, sizeof one);
  threads_.clear();
  for (auto& [number, pending] : pending_) pending.client->abandon();
}

void Handshakes::add(Client client, std::shared_ptr<void> ticket) {
  Number number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = ++last_number_;
  }
  // There is always room to write at first, so that a thread sees it, and its deadline, at once.
  park(number, {std::move(client), std::move(ticket), Clock::now() + timeout_}, net::Stream::Wants::to_write,
       EPOLL_CTL_ADD);
}

void Handshakes::work() {
  while (true) {
    epoll_event event{};
    const int ready = ::epoll_wait(epoll_.get(), &event, 1, next_deadline().poll_timeout());
    if (ready == 1 && event.data.u64 == stop_number) return;
    try {
      if (ready == 1) step(event.data.u64);
      expire();
    } catch (const std::exception&) {  // no memory: the client in hand is closed, the others go on
    }
  }
}

/// Of those known now. Whoever puts a client back looks here again before it waits, so that each deadline is
/// waited for by one thread at least.
Deadline Handshakes::next_deadline() {
  const std::lock_guard lock(mutex_);
  return deadlines_.empty() ? Deadline::never() : Deadline::at_time(deadlines_.begin()->first);
}

Handshakes::Pending Handshakes::take(Number number) {
  const std::lock_guard lock(mutex_);
  const auto found = pending_.find(number);
  if (found == pending_.end()) return {};  // its time was over meanwhile
  Pending pending = std::move(found->second);
  deadlines_.erase({pending.until, number});
  pending_.erase(found);
  return pending;
}

Handshakes::Pending Handshakes::take_expired() {
  const std::lock_guard lock(mutex_);
  if (deadlines_.empty() || deadlines_.begin()->first > Clock::now()) return {};
  const auto found = pending_.find(deadlines_.begin()->second);
  deadlines_.erase(deadlines_.begin());
  Pending pending = std::move(found->second);
  pending_.erase(found);
  return pending;
}

void Handshakes::park(Number number, Pending pending, net::Stream::Wants wants, int operation) {
  epoll_event event{EPOLLONESHOT, {.u64 = number}};
  event.events |= wants == net::Stream::Wants::to_write ? EPOLLOUT : EPOLLIN;
  // Under the lock, so that who is told of the event finds the client, and nobody closes it before.
  const std::lock_guard lock(mutex_);
  const int fd = pending.client->fd();
  const auto until = pending.until;
  const auto parked = pending_.emplace(number, std::move(pending)).first;
  auto deadline = deadlines_.end();
  try {
    deadline = deadlines_.emplace(until, number).first;
  } catch (...) {
    pending_.erase(parked);
    throw;
  }
  if (::epoll_ctl(epoll_.get(), operation, fd, &event) == 0) return;
  const int error = errno;
  deadlines_.erase(deadline);
  parked->second.client->abandon();
  pending_.erase(parked);
  throw std::system_error(error, std::generic_category(), "epoll_ctl");
}

void Handshakes::step(Number number) {
  Pending pending = take(number);
  if (!pending.client) return;
  if (pending.parting) return part(number, std::move(pending));
  shake(number, std::move(pending));
}

void Handshakes::shake(Number number, Pending pending) {
  if (pending.client->entry().closing()) {
    return fail(number, std::move(pending), Failure::closed, "it was asked to close");
  }
  net::Stream::Wants wants{};
  try {
    wants = pending.client->begin();
  } catch (const tls::HandshakeError& error) {
    const Failure kind = error.certificate() ? Failure::certificate : Failure::client;
    return fail(number, std::move(pending), kind, error.what());
  } catch (const std::exception& error) {
    return fail(number, std::move(pending), Failure::client, error.what());
  }
  if (wants != net::Stream::Wants::nothing) return park(number, std::move(pending), wants, EPOLL_CTL_MOD);
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, pending.client->fd(), nullptr);
  callbacks_.done(std::move(pending.client));
}

/// A socket closed with unread input answers with a reset, which would destroy the alert that tells the
/// client why. So it is read until its end first, if that comes soon.
void Handshakes::fail(Number number, Pending pending, Failure failure, const std::string& reason) {
  callbacks_.failed(*pending.client, failure, reason);
  pending.ticket.reset();
  ::shutdown(pending.client->fd(), SHUT_WR);
  pending.parting = true;
  pending.until = Clock::now() + longest_parting;
  part(number, std::move(pending));
}

void Handshakes::part(Number number, Pending pending) {
  std::array<char, 4096> bin;
  while (pending.discarded < most_discarded) {
    const ssize_t got = ::recv(pending.client->fd(), bin.data(), bin.size(), MSG_DONTWAIT);
    if (got > 0) {
      pending.discarded += static_cast<std::size_t>(got);
    } else if (got < 0 && errno == EINTR) {
      continue;
    } else if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      return park(number, std::move(pending), net::Stream::Wants::to_read, EPOLL_CTL_MOD);
    } else {
      break;
    }
  }
  pending.client->abandon();
}

void Handshakes::expire() {
  while (true) {
    Pending pending = take_expired();
    if (!pending.client) return;
    if (!pending.parting) {
      callbacks_.failed(*pending.client, Failure::timeout,
                        "not done within " + std::to_string(timeout_.count()) + " ms");
    }
    pending.client->abandon();
  }
}

}  // namespace uninterruptible
