#include <atomic>
#include <exception>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "serving/server_impl.hpp"

namespace uninterruptible {

/// The thread that dispatches, and what it leaves behind: the run stays until this object goes, so that
/// generation() can still be asked.
struct Server::Running::State {
  explicit State(Impl& of) : server(of) {}

  Impl& server;
  std::unique_ptr<Run> run{};
  std::atomic<bool> forced{false};
  int exit_code = 0;
  std::mutex joining{};
  std::thread thread{};

  void serve() {
    run->serve();
    exit_code = run->generation().exit_code();
    if (run->forced() && !server.wait_until_quiet(Deadline::after(Impl::forced_grace))) forced = true;
    server.detach();
  }

  int wait() {
    const std::lock_guard lock(joining);
    if (thread.joinable()) {
      thread.join();
      server.vacate();
    }
    return exit_code;
  }
};

Server::Running Server::start() {
  impl_->occupy();
  auto state = std::make_unique<Running::State>(*impl_);
  std::promise<void> ready;
  std::future<void> begun = ready.get_future();
  try {
    // The configuration is copied before the thread starts: configure() may be called again at once.
    state->thread = std::thread([this, &state = *state, &ready, configuration = impl_->configuration] {
      try {
        state.run = std::make_unique<Run>(configuration, [this] { accept_client_connection(); });
        impl_->attach(*state.run);
        state.run->begin();
      } catch (...) {
        if (state.run) state.run->abandon();
        impl_->detach();
        ready.set_exception(std::current_exception());
        return;
      }
      ready.set_value();
      state.serve();
    });
    begun.get();
  } catch (...) {
    if (state->thread.joinable()) state->thread.join();
    impl_->vacate();
    throw;
  }
  return Running(std::move(state));
}

Server::Running::Running() noexcept = default;
Server::Running::Running(Running&&) noexcept = default;
Server::Running::Running(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}

Server::Running& Server::Running::operator=(Running&& other) noexcept {
  if (this != &other) {
    const Running before(std::move(*this));
    state_ = std::move(other.state_);
  }
  return *this;
}

Server::Running::~Running() {
  if (!state_) return;
  shut_down();
  wait();
}

void Server::Running::restart() {
  if (state_) state_->run->generation().request_restart();
}

void Server::Running::shut_down() {
  if (state_) state_->run->generation().shut_down();
}

int Server::Running::wait() { return state_ ? state_->wait() : 0; }

bool Server::Running::forced() const noexcept { return state_ && state_->forced; }

Generation& Server::Running::generation() noexcept { return state_->run->generation(); }

}  // namespace uninterruptible
