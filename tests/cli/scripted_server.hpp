#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <future>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/unique_fd.hpp"
#include "cli/fake_backend.hpp"
#include "control/endpoint.hpp"

namespace testing {

/// A listening unix socket, as a server would have it. Throws std::runtime_error.
inline uninterruptible::UniqueFd listen_at(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  uninterruptible::UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(socket.get(), 16) != 0) {
    throw std::runtime_error("cannot listen at " + path);
  }
  return socket;
}

/// The real endpoint over a fake backend in a thread of its own: a server that does what a test tells it.
/// Two endpoints share the listener one after the other, as two generations do.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::string path)
      : path_(std::move(path)), listener_(listen_at(path_)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    old_endpoint.serve(listener_.get());
  }
  ~ScriptedServer() {
    if (thread_.joinable()) {
      stop_ = true;
      wake();
      thread_.join();
    }
    ::unlink(path_.c_str());
  }

  /// The next clients meet a server that is changing hands: each act gets one of them, as a blocking socket.
  /// After that the endpoint serves. To be called before start().
  void waver(std::vector<std::function<void(const uninterruptible::UniqueFd&)>> acts) {
    old_endpoint.stop();
    acts_ = std::move(acts);
    acting_ = poller.watch(listener_.get(), uninterruptible::sys::Poller::Rank::other, [this](std::uint32_t) {
      const uninterruptible::UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!client) return;
      const timeval patience{20, 0};
      ::setsockopt(client.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
      const auto act = acts_.front();
      acts_.erase(acts_.begin());
      act(client);
      if (!acts_.empty()) return;
      poller.forget(acting_);
      old_endpoint.serve(listener_.get());
    });
  }
  /// From now on backends and endpoints are touched by the thread only.
  void start() {
    thread_ = std::thread([this] { run([this] { return stop_.load(); }); });
  }
  /// Runs it on the thread and waits for that.
  void on_thread(std::function<void()> action) {
    std::promise<void> done;
    {
      const std::lock_guard lock(mutex_);
      actions_.push_back([&] {
        action();
        done.set_value();
      });
    }
    wake();
    done.get_future().wait();
  }
  /// How often the backend was asked for something, read on the thread.
  int count(int FakeBackend::*asked) {
    int value = 0;
    on_thread([&] { value = backend.*asked; });
    return value;
  }
  /// Serves on the calling thread until the condition holds.
  void run(const std::function<bool()>& finished) {
    while (!finished()) {
      pollfd wanted[2] = {{poller.fd(), POLLIN, 0}, {wake_.get(), POLLIN, 0}};
      ::poll(wanted, 2, -1);
      std::uint64_t count = 0;
      [[maybe_unused]] const ssize_t got = ::read(wake_.get(), &count, sizeof count);
      std::vector<std::function<void()>> actions;
      {
        const std::lock_guard lock(mutex_);
        actions.swap(actions_);
      }
      for (const auto& action : actions) action();
      poller.dispatch();
    }
  }

  /// Publishes a step of restart 3 as generation 7, or as 8 after `moved`.
  void publish(const std::string& name,
               const std::function<void(uninterruptible::control::Step&)>& fill = {}) {
    uninterruptible::control::Step step;
    step.number = ++last_step_;
    step.restart = 3;
    step.generation = 8;
    step.step = name;
    step.elapsed = std::chrono::milliseconds(10 * last_step_);
    if (fill) fill(step);
    backend.steps.push_back(step);
    next_backend.steps.push_back(step);
    old_endpoint.publish(step);
    next_endpoint.publish(step);
  }
  /// The next generation takes over.
  void move() {
    next_backend.greeting.generation = next_backend.state.generation = 8;
    old_endpoint.moved({8, ::getpid()});
    next_endpoint.serve(listener_.get());
  }
  /// Calls it on the thread a moment after what goes on now.
  void later(std::function<void()> action) {
    poller.call_after(std::chrono::milliseconds(1), std::move(action));
  }
  void close_listener() { listener_.reset(); }

  uninterruptible::sys::Poller poller;
  FakeBackend backend;
  FakeBackend next_backend;
  uninterruptible::control::Endpoint old_endpoint{poller, backend};
  uninterruptible::control::Endpoint next_endpoint{poller, next_backend};

 private:
  void wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof one);
  }

  std::string path_;
  uninterruptible::UniqueFd listener_;
  uninterruptible::UniqueFd wake_;
  std::mutex mutex_;
  std::vector<std::function<void()>> actions_;
  std::atomic<bool> stop_{false};
  std::uint64_t last_step_ = 0;
  std::vector<std::function<void(const uninterruptible::UniqueFd&)>> acts_;
  uninterruptible::sys::Poller::Token acting_ = 0;
  std::thread thread_;
};

}  // namespace testing
