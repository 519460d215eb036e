#include <signal.h>
#include <unistd.h>

#include "base/text.hpp"
#include "generation/generation_impl.hpp"

namespace uninterruptible {

/// Another generation is in charge now: this one lets its connections finish.
void Generation::Impl::drain() {
  contest_->leave_place();
  draining_since_ = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const bool rolled_back = new_ && new_->state() == NewState::withdrawn;
  if (!rolled_back) {
    if (!restart_.at_final) restart_.at_final = registry_->account();  // the new one claimed charge
    if (restart_.final_step) {
      report(*std::exchange(restart_.final_step, std::nullopt));
      next_asker_.reset();  // FINAL carried it
    }
    endpoint_.moved({restart_.generation, restart_.sender});
    for (auto& [generation, kin] : kin_) retire(std::move(kin.link));
    kin_.clear();
    for (auto& held : listeners_.held()) {
      if (held.dropped && callbacks_.dropped) callbacks_.dropped(held.fd);
    }
    if (pidfile_) pidfile_->forget();
    rank_ = 0;
    number_in_charge_ = restart_.generation;
    log(LogLevel::info, "generation " + std::to_string(number_) +
                            " drains: " + std::to_string(registry_->open()) + " connections are left");
  }
  stop_.request_stop();
  if (callbacks_.drain) callbacks_.drain();
  arm_drain_timeout();
}

/// The ordered end of the whole server. The older ones close their listeners first, so that nobody is left in
/// a queue that no one will ever serve; what is queued is then served by this one.
void Generation::Impl::begin_stop() {
  std::uint64_t total = registry_->open();
  for (const auto& [generation, kin] : kin_) total += kin.status.connections;
  log(LogLevel::info,
      "shutting down: " + std::to_string(total) + " connections " + (stop_now_ ? "are cut" : "may finish"));
  endpoint_.stopping({total});
  endpoint_.generations_changed();
  tell_kin(Kind::goodbye);
  if (!children_.empty()) {
    // A new one that ignores TERM would start cold once this one has gone.
    poller_.call_after(waits::termination_grace, [this] {
      if (!children_.empty()) end_new(SIGKILL);
    });
  }
  if (kin_.empty()) return close_down();
  poller_.call_after(waits::goodbye, [this] {
    if (!ended_ && !finished_) close_down();
  });
}

void Generation::Impl::close_down() {
  listeners_.unlink_paths();
  close_listeners();
  stop_.request_stop();
  if (callbacks_.drain) callbacks_.drain();
  draining_since_ = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  if (stop_now_) return cut_everything();
  arm_drain_timeout();
  maybe_finish();
}

/// The program closes its sockets; from here on this generation never accepts again.
void Generation::Impl::close_listeners() {
  if (std::exchange(ended_, true)) return;
  accepting_ = false;
  if (prepared_ && callbacks_.end) callbacks_.end();
  listeners_.release();
  contest_->unlock();
  // Held so far to take it over; nobody must wait in its queue. Who owns it removes it itself.
  if (!owns_chain()) control_socket_.reset();
}

void Generation::Impl::arm_drain_timeout() {
  const std::chrono::milliseconds limit = restart_.options.drain_timeout.value_or(settings_.drain_timeout);
  if (limit.count() == 0 || drain_timer_ != 0) return;
  cut_off_at_ = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()) + limit;
  drain_moved_ = false;
  drain_until_ = Clock::now() + limit;
  drain_timer_ = poller_.call_at(drain_until_, [this] { on_drain_timeout(); });
}

void Generation::Impl::on_drain_timeout() {
  drain_timer_ = 0;
  cut_what_is_left("drain_timeout (" +
                   (drain_moved_
                        ? std::string("extended")
                        : format_duration(restart_.options.drain_timeout.value_or(settings_.drain_timeout))) +
                   ") is over");
}

/// Ends this generation: connections now, and whatever hangs all the same a moment later.
void Generation::Impl::cut_what_is_left(const std::string& why) {
  if (drain_timer_ != 0) poller_.cancel(std::exchange(drain_timer_, 0));
  const std::vector<control::ConnectionRecord> left = registry_->list();
  if (!left.empty()) {
    log(LogLevel::warn, why + ": cutting " + std::to_string(left.size()) + " connections");
    constexpr std::size_t listed = 100;
    for (std::size_t i = 0; i < left.size() && i < listed; ++i) {
      log(LogLevel::warn, "cut " + left[i].id + " " + left[i].peer + " " + left[i].label);
    }
    registry_->end(nullptr, Ending::cut);
  }
  const bool others_begin_only_now = stop_now_ && !kin_.empty();
  poller_.call_after(others_begin_only_now ? waits::others_are_cut : waits::after_drain_timeout, [this] {
    if (finished_) return;
    for (auto& [generation, kin] : kin_) {
      if (old_.state() != OldState::stopping) break;
      log(LogLevel::warn, "KILL to generation " + std::to_string(generation) + ", which has not ended");
      sys::signal_process(kin.link->peer(), SIGKILL);
    }
    finish(0);
  });
}

void Generation::Impl::maybe_finish() {
  if (finished_ || running_events_ || !prepared_ || registry_->open() != 0) return;
  if (old_.state() == OldState::stopping) {
    if (ended_ && kin_.empty() && children_.empty()) finish(0);
    return;
  }
  if (old_.state() != OldState::draining && old_.state() != OldState::closed) return;
  if (endpoint_.clients() != 0) {
    // They are being told where to go; the endpoint closes them within two seconds.
    if (finish_timer_ == 0) {
      finish_timer_ = poller_.call_after(std::chrono::milliseconds(10), [this] {
        finish_timer_ = 0;
        maybe_finish();
      });
    }
    return;
  }
  finish(0);
}

/// Whether what the chain has beside its listeners is this generation's to remove: also while it is the first
/// one and not ready yet.
bool Generation::Impl::owns_chain() const {
  const bool began_the_chain = !new_ || cold_;
  return in_charge_ || (began_the_chain && !was_in_charge_);
}

void Generation::Impl::finish(int code) {
  if (finished_) return;
  if (is_new() && successor_ == nullptr && predecessor_) captured_.restore();
  exit_code_ = code;
  // What this generation made itself, and nobody took over, goes with it.
  if (!ended_) {
    if (owns_chain()) {
      listeners_.unlink_paths();
    } else if (is_new() || (new_ && new_->state() == NewState::withdrawn)) {
      listeners_.unlink_added_paths();
      if (control_added_ && control_socket_) sys::unlink_unix(*control_socket_);
    }
    close_listeners();
    stop_.request_stop();
  }
  registry_->end(nullptr, Ending::cut);
  push_status();  // the last word on what has become of them
  if (owns_chain()) remove_traces();
  endpoint_.close_clients();
  // Of a start that was refused the reason is said, and nothing has begun that could end.
  if (was_in_charge_ || new_) log(LogLevel::info, "generation " + std::to_string(number_) + " has ended");
  finished_ = true;
}

void Generation::Impl::remove_traces() {
  if (pidfile_) pidfile_->remove();
  if (control_socket_) {
    endpoint_.stop();
    sys::unlink_unix(*control_socket_);
    control_socket_.reset();
  }
}

}  // namespace uninterruptible
