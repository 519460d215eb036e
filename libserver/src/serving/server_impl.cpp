#include "serving/server_impl.hpp"

#include <stdexcept>

namespace uninterruptible {

Server::Impl::Visit::Visit(Impl& impl) : impl_(impl) {
  const std::lock_guard lock(impl_.mutex_);
  run_ = impl_.run_;
  if (run_ != nullptr) ++impl_.visitors_;
}

Server::Impl::Visit::~Visit() {
  if (run_ == nullptr) return;
  const std::lock_guard lock(impl_.mutex_);
  if (--impl_.visitors_ == 0) impl_.left_.notify_all();
}

void Server::Impl::occupy() {
  const std::lock_guard lock(mutex_);
  if (occupied_) throw std::logic_error("this server runs already");
  occupied_ = true;
}

void Server::Impl::vacate() noexcept {
  const std::lock_guard lock(mutex_);
  occupied_ = false;
}

bool Server::Impl::running() {
  const std::lock_guard lock(mutex_);
  return occupied_;
}

void Server::Impl::attach(Run& run) {
  const std::lock_guard lock(mutex_);
  run_ = &run;
}

bool Server::Impl::wait_for_visitors(std::unique_lock<std::mutex>& lock, Deadline deadline) {
  const auto none = [this] { return visitors_ == 0; };
  if (deadline.at()) return left_.wait_until(lock, *deadline.at(), none);
  left_.wait(lock, none);
  return true;
}

bool Server::Impl::wait_until_quiet(Deadline deadline) {
  std::unique_lock lock(mutex_);
  Run* const run = run_;
  if (run == nullptr) return true;
  lock.unlock();
  if (!run->wait_for_threads(deadline)) return false;
  lock.lock();
  return wait_for_visitors(lock, deadline);
}

void Server::Impl::detach() {
  std::unique_lock lock(mutex_);
  Run* const run = run_;
  if (run == nullptr) return;
  lock.unlock();
  static_cast<void>(run->wait_for_threads(Deadline::never()));
  lock.lock();
  wait_for_visitors(lock, Deadline::never());
  run_ = nullptr;
}

}  // namespace uninterruptible
