#include <unistd.h>

#include "base/text.hpp"
#include "generation/generation_impl.hpp"

namespace uninterruptible {

void Generation::Impl::feed_old(OldEvent event) {
  old_events_.push_back(event);
  run_events();
}

void Generation::Impl::feed_new(NewEvent event) {
  new_events_.push_back(event);
  run_events();
}

void Generation::Impl::run_events() {
  if (running_events_) return;
  running_events_ = true;
  while (!finished_ && (!new_events_.empty() || !old_events_.empty())) {
    if (!new_events_.empty()) {
      const NewEvent event = new_events_.front();
      new_events_.pop_front();
      const NewState before = new_->state();
      const std::vector<NewAction> actions = new_->handle(event);
      log(LogLevel::debug, "new side: " + std::string(handoff::to_text(before)) + " --" +
                               std::string(handoff::to_text(event)) + "--> " +
                               std::string(handoff::to_text(new_->state())));
      for (const NewAction action : actions) perform(action);
      if (new_->state() != before) entered(new_->state());
      if (new_->state() == NewState::in_charge && before != NewState::in_charge) {
        for (const OldAction action : old_.settle()) perform(action);
        if (old_.state() != OldState::alone) entered(old_.state());
      }
      continue;
    }
    const OldEvent event = old_events_.front();
    old_events_.pop_front();
    const OldState before = old_.state();
    const std::vector<OldAction> actions = old_.handle(event);
    log(LogLevel::debug, "old side: " + std::string(handoff::to_text(before)) + " --" +
                             std::string(handoff::to_text(event)) + "--> " +
                             std::string(handoff::to_text(old_.state())));
    for (const OldAction action : actions) perform(action);
    if (old_.state() != before) entered(old_.state());
  }
  running_events_ = false;
  refresh_state();
  maybe_finish();
}

void Generation::Impl::refresh_state() {
  State now = State::starting;
  if (is_new()) {
    if (roles(new_->state()).accepting) now = State::live;
  } else if (prepared_) {
    switch (old_.state()) {
      case OldState::committed:
      case OldState::trial:
      case OldState::passing:
      case OldState::killing: now = State::standby; break;
      case OldState::draining:
      case OldState::contesting:
      case OldState::attaching:
      case OldState::closed: now = State::draining; break;
      case OldState::stopping: now = State::stopping; break;
      default: now = State::live; break;
    }
  }
  if (state_.exchange(now) == now) return;
  if (in_charge_) endpoint_.generations_changed();
  push_status();
}

// ---- accepting ----

void Generation::Impl::start_accepting() {
  if (!contest_->try_lock()) retry_lock();
  accepting_ = true;
  try {
    if (callbacks_.accepting) callbacks_.accepting(true);
    accepting_since_ = Clock::now();
  } catch (const std::exception& problem) {
    log(LogLevel::error, std::string("the program could not start accepting: ") + problem.what());
  }
}

/// A rollback accepts at once, while the one rolled back may hold the lock for the moment until it
/// acknowledges.
void Generation::Impl::retry_lock() {
  if (lock_retry_ != 0) poller_.cancel(lock_retry_);
  lock_retry_ = poller_.call_after(std::chrono::milliseconds(20), [this] {
    lock_retry_ = 0;
    if (accepting_ && !contest_->try_lock()) retry_lock();
  });
}

bool Generation::Impl::stop_accepting() {
  const auto begun = Clock::now();
  try {
    if (callbacks_.accepting) callbacks_.accepting(false);
  } catch (const std::exception& problem) {
    restart_.reason = std::string("this generation could not stop accepting: ") + problem.what();
    return false;
  }
  accepting_ = false;
  contest_->unlock();
  if (Clock::now() - begun > waits::acknowledgement) {
    restart_.reason = "this generation took more than 5 s to stop accepting";
    return false;
  }
  note_stop(begun);
  return true;
}

// ---- from outside ----

void Generation::Impl::wake() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof one);
}

void Generation::Impl::ask_restart() {
  {
    const std::lock_guard lock(outside_mutex_);
    ++outside_restarts_;
  }
  wake();
}

void Generation::Impl::ask_stop() {
  {
    const std::lock_guard lock(outside_mutex_);
    ++outside_stops_;
  }
  wake();
}

void Generation::Impl::progress(std::string_view text) {
  const std::lock_guard lock(outside_mutex_);
  if (!progress_line_) return;
  Message message{Kind::progress, {}};
  message.fields.add(Tag::text, text.substr(0, 1000));
  sys::send_packet(progress_line_.get(), handoff::encode(message));
}

void Generation::Impl::fail(std::string_view reason) {
  {
    const std::lock_guard lock(outside_mutex_);
    if (!outside_failure_) outside_failure_ = reason;
  }
  wake();
}

void Generation::Impl::on_wake() {
  std::uint64_t ignored = 0;
  [[maybe_unused]] const ssize_t got = ::read(wake_.get(), &ignored, sizeof ignored);
  unsigned restarts = 0;
  unsigned stops = 0;
  std::optional<std::string> failure;
  {
    const std::lock_guard lock(outside_mutex_);
    restarts = std::exchange(outside_restarts_, 0);
    stops = std::exchange(outside_stops_, 0);
    failure = std::exchange(outside_failure_, std::nullopt);
  }
  if (failure) {
    log(LogLevel::error, "this generation reports itself unhealthy: " + *failure);
    if (is_new()) {
      leave_reason_ = "it reports itself unhealthy: " + *failure;
      feed_new(NewEvent::fails);
    }
  }
  if (restarts > 0) restart_requested(Asker{"program"});
  for (; stops > 0 && !finished_; --stops) stop_requested();
  if (change_pending_.exchange(false)) connections_changed();
  if (log_pending_.exchange(false)) publish_own_log_lines();
}

void Generation::Impl::on_signals() {
  if (successor_) successor_->read_all();
  if (predecessor_) predecessor_->read_all();
  sys::Signals::Counts counts = signals_->take();
  for (; counts.stop > 0 && !finished_; --counts.stop) stop_requested();
  if (counts.restart > 0 && !finished_) restart_requested(Asker{"signal"});
}

void Generation::Impl::connections_changed() {
  if (in_charge_) {
    endpoint_.generations_changed();
  } else if (status_timer_ == 0) {
    status_timer_ = poller_.call_after(std::chrono::milliseconds(50), [this] {
      status_timer_ = 0;
      push_status();
    });
  }
  maybe_finish();
}

void Generation::Impl::restart_requested(std::optional<Asker> asker) {
  if (fetching_) {
    log(LogLevel::info, "a restart is remembered until the Ruby server has handed its socket over");
    remember_asker(std::move(asker));
    restart_after_fetch_ = true;
    return;
  }
  if (is_new()) {
    remember_asker(std::move(asker));
    feed_new(NewEvent::restart_wanted);
    return;
  }
  if (const auto refusal = why_not_restart()) {
    if (old_.state() == OldState::draining) {
      log(LogLevel::info, "a restart was asked of generation " + std::to_string(number_) +
                              ", which drains: passed on to the one in charge");
    } else if (refusal->code == control::restart_running) {
      log(LogLevel::info, "a restart is going on: another one is remembered and begins when it has ended");
    } else {
      log(LogLevel::error, "the restart is refused: " + refusal->message);
      return;
    }
  }
  remember_asker(std::move(asker));
  feed_old(OldEvent::restart_wanted);
}

void Generation::Impl::stop_requested() {
  ++stops_;
  if (fetching_) {
    // The gem dies of an error where it finds the asker gone, and its clients with it.
    log(LogLevel::warn,
        stops_ == 1 ? "asked to stop: ending in order as soon as the Ruby server has handed its socket over. "
                      "Asking once more ends at once, and the Ruby server is lost then"
                    : "asked to stop a second time: ending at once");
    return;
  }
  if (is_new()) {
    const bool serves = roles(new_->state()).accepting;
    if (serves && stops_ > 1) {
      log(LogLevel::warn, "asked to stop a second time: ending at once");
      return finish(1);
    }
    stop_came_ = true;
    leave_reason_ = "it was told to stop";
    feed_new(NewEvent::stop_wanted);
    return;
  }
  // Whoever sends it within a moment of the pidfile's change had read the old one's pid from it: the whole
  // server is meant.
  const bool meant_for_all =
      restart_.pidfile_changed && Clock::now() - *restart_.pidfile_changed < waits::stop_is_passed_on;
  switch (old_.state()) {
    case OldState::draining:
    case OldState::contesting:
    case OldState::attaching:
    case OldState::closed:
      if (stops_ == 1 && meant_for_all && old_.state() == OldState::draining && successor_) {
        log(LogLevel::info, "asked to stop right after another generation took over: passed on to it");
        stops_ = 0;
        successor_->send({Kind::stop, {}});
        return;
      }
      if (stops_ > 1) {
        log(LogLevel::warn, "asked to stop a second time: cutting " + std::to_string(registry_->open()) +
                                " connections and ending at once");
        return finish(1);
      }
      feed_old(OldEvent::stop_all);  // remembered should this one have to take over
      log(LogLevel::info, "generation " + std::to_string(number_) + " is draining already; " +
                              std::to_string(registry_->open()) +
                              " connections are left. Asking once more cuts them");
      return;
    case OldState::trial:
      if (meant_for_all) {
        stops_ = 0;
        feed_old(OldEvent::stop_all);
      } else {
        feed_old(OldEvent::stop_this);
      }
      return;
    default:
      if (stops_ > 1) {
        log(LogLevel::warn, "asked to stop a second time: cutting " + std::to_string(registry_->open()) +
                                " connections and ending at once");
        return finish(1);
      }
      feed_old(OldEvent::stop_all);
  }
}

std::optional<control::Refusal> Generation::Impl::why_not_restart() const {
  if (old_.state() == OldState::stopping || old_.state() == OldState::closed) {
    return control::Refusal{control::shutting_down, "the server is shutting down"};
  }
  if (restarting(old_.state())) {
    return control::Refusal{control::restart_running, "a restart is going on already: generation " +
                                                          std::to_string(restart_.generation) + ", " +
                                                          restart_.step};
  }
  if (!in_charge_)
    return control::Refusal{control::refused, "this generation drains; another one is in charge"};
  if (::getpid() == 1) {
    return control::Refusal{
        control::refused,
        "this process is PID 1: its end would take the new generation along. Run it under an init "
        "(docker run --init, tini) that outlives it"};
  }
  if (kin_.size() >= static_cast<std::size_t>(settings_.max_draining_generations)) {
    std::string list;
    for (const auto& [generation, kin] : kin_) {
      list += (list.empty() ? "" : ", ") + std::to_string(generation) + " (pid " +
              std::to_string(kin.status.pid) + ", " + std::to_string(kin.status.connections) +
              " connections)";
    }
    return control::Refusal{control::refused,
                            std::to_string(kin_.size()) +
                                " generations drain already, as many as max_draining_generations "
                                "allows: " +
                                list};
  }
  return std::nullopt;
}

void Generation::Impl::retire(std::unique_ptr<Link> link) {
  if (!link) return;
  abandon_inquiries(link.get());
  link->silence();
  retired_.push_back(std::move(link));
}

}  // namespace uninterruptible
