#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <system_error>

#include "base/fault_point.hpp"
#include "base/text.hpp"
#include "generation/generation_impl.hpp"
#include "generation/names.hpp"

namespace uninterruptible {

void Generation::Impl::perform(OldAction action) {
  switch (action) {
    case OldAction::none: return;
    case OldAction::spawn: return spawn();
    case OldAction::send_offer: return send_offer();
    case OldAction::send_commit: successor_->send({Kind::commit, {}}); return;
    case OldAction::send_final: return send_final();
    case OldAction::send_abort: {
      Message message{Kind::abort, {}};
      message.fields.add(Tag::reason, std::string_view(restart_.reason));
      if (successor_) successor_->send(message);
      return;
    }
    case OldAction::send_remember:
    case OldAction::forward_restart: {
      Message message{Kind::remember, {}};
      put_asker(message.fields);
      if (successor_) successor_->send(message);
      return;
    }
    case OldAction::forward_stop: {
      Message message{Kind::stop, {}};
      message.fields.add(Tag::now, std::uint64_t{stop_now_});
      if (successor_) successor_->send(message);
      return;
    }
    case OldAction::pause: return feed_old(stop_accepting() ? OldEvent::paused : OldEvent::pause_failed);
    case OldAction::accept: return start_accepting();
    case OldAction::take_charge: return take_charge();
    case OldAction::give_up_charge: return give_up_charge();
    case OldAction::write_pidfile:
      try {
        if (pidfile_) pidfile_->write(::getpid());
      } catch (const std::exception& problem) {
        log(LogLevel::error, problem.what());
      }
      return;
    case OldAction::terminate_new: return end_new(SIGTERM);
    case OldAction::kill_new: return end_new(SIGKILL);
    case OldAction::keep_as_draining: {
      Kin& kin = kin_[restart_.generation];
      kin = std::move(next_);
      kin.link = std::move(successor_);
      kin.rolled_back = true;
      kin.status.generation = restart_.generation;
      kin.status.state = "draining";
      next_ = Kin();
      return;
    }
    case OldAction::drain: return drain();
    case OldAction::contest: return contest();
    case OldAction::attach: return attach();
    case OldAction::close_listeners: return close_listeners();
    case OldAction::acknowledge_goodbye:
      if (successor_) successor_->send({Kind::goodbye_ack, {}});
      return;
    case OldAction::report_failed: return report_failure("failed");
    case OldAction::report_rolled_back: return report_failure("rolled_back");
    case OldAction::report_rehearsed: return report_rehearsal();
    case OldAction::begin_stop: return begin_stop();
  }
}

void Generation::Impl::entered(OldState state) {
  fault_point("old." + std::string(handoff::to_text(state)));
  contest_waited_ = contest_waited_ && state == OldState::contesting;
  switch (state) {
    case OldState::spawned: return arm_old(restart_.deadline);
    case OldState::offered:
      report("offered", std::to_string(listeners_.held().size()) +
                            (listeners_.held().size() == 1 ? " listener" : " listeners"));
      return arm_old(restart_.deadline);
    case OldState::pausing: report("ready", ""); return arm_old(std::nullopt);
    case OldState::committed:
      next_number_ = std::max(next_number_, restart_.generation + 1);
      report("committed", "");
      return arm_old(Clock::now() + waits::acknowledgement);
    case OldState::trial:
      report("trial", "generation " + std::to_string(restart_.generation) +
                          " serves; this one stands by for " + format_duration(trial_of_restart()));
      return arm_old(Clock::now() + trial_of_restart());
    case OldState::passing: return arm_old(Clock::now() + waits::acknowledgement);
    case OldState::withdrawing: return arm_old(Clock::now() + waits::termination_grace);
    case OldState::reclaiming: return arm_old(Clock::now() + waits::abort_acknowledgement);
    case OldState::attaching: return arm_old(Clock::now() + waits::acknowledgement);
    case OldState::contesting: return;  // contest() arms
    case OldState::alone: arm_old(std::nullopt); return forget_restart();
    case OldState::stopping:
    case OldState::killing:
    case OldState::evicting:
    case OldState::draining:
    case OldState::closed: return arm_old(std::nullopt);
  }
}

void Generation::Impl::arm_old(std::optional<Clock::time_point> when) {
  if (old_deadline_ != 0) poller_.cancel(old_deadline_);
  old_deadline_ = when ? poller_.call_at(*when, [this] { on_old_deadline(); }) : 0;
}

void Generation::Impl::on_old_deadline() {
  old_deadline_ = 0;
  const OldState state = old_.state();
  if (successor_) successor_->read_all();  // what was said in time counts
  if (old_.state() != state || old_deadline_ != 0) return;
  switch (state) {
    case OldState::spawned:
      restart_.reason = "the new process said no HELLO within restart_timeout (" +
                        format_duration(settings_.restart_timeout) + ")";
      break;
    case OldState::offered:
      restart_.reason = "the new process was not ready within restart_timeout (" +
                        format_duration(settings_.restart_timeout) + ")";
      break;
    case OldState::committed: restart_.reason = "the new process did not begin to serve within 5 s"; break;
    case OldState::passing: restart_.reason = "the new process did not acknowledge FINAL within 5 s"; break;
    default: break;
  }
  if (state == OldState::withdrawing) arm_old(Clock::now() + waits::termination_grace);
  feed_old(OldEvent::deadline);
}

void Generation::Impl::send_offer() {
  try {
    Offer offer;
    offer.version = handoff::highest_version;
    offer.generation = restart_.generation;
    offer.restart = restart_.number;
    offer.requested_at_ns =
        static_cast<std::uint64_t>(std::chrono::nanoseconds(restart_.started.time_since_epoch()).count());
    offer.last_step = steps_.last_number() + 100;
    offer.rollback_window_ms = static_cast<std::uint64_t>(trial_of_restart().count());
    offer.listeners = listeners_.duplicate();
    offer.name = name_;
    if (pidfile_) offer.pidfile = pidfile_->path();
    if (control_socket_) {
      offer.control = Offer::Socket();
      offer.control->text = control_socket_->path;
      offer.control->socket = duplicate(control_socket_->socket.get());
      if (control_socket_->lock) offer.control->lock = duplicate(control_socket_->lock.get());
      offer.control->device = control_socket_->device;
      offer.control->inode = control_socket_->inode;
    }
    for (const auto& [generation, kin] : kin_) {
      offer.draining.push_back(Offer::Draining{generation, kin.rolled_back, duplicate(kin.link->line()),
                                               duplicate(kin.link->peer())});
    }
    offer.contest_memory = duplicate(contest_->memory());
    offer.contest_seek = duplicate(contest_->seek_fd());
    offer.contest_take = duplicate(contest_->take_fd());
    if (::fcntl(STDOUT_FILENO, F_GETFD) >= 0) offer.standard_output = duplicate(STDOUT_FILENO);
    if (::fcntl(STDERR_FILENO, F_GETFD) >= 0) offer.standard_error = duplicate(STDERR_FILENO);
    offer.capture = duplicate(restart_.capture->reading_end());
    if (history_memory_) offer.history = duplicate(history_memory_.fd());
    const Cargo cargo = pack(offer);
    if (successor_->send(cargo.message, cargo.descriptors)) return;
    pollfd line{successor_->line(), 0, 0};
    if (::poll(&line, 1, 0) > 0) return;  // it is dying, and its death will say how
    restart_.reason = "OFFER could not be sent";
    feed_old(OldEvent::refused);
  } catch (const std::exception& problem) {
    restart_.reason = problem.what();
    feed_old(OldEvent::refused);
  }
}

void Generation::Impl::send_final() {
  // It travels, so that whoever watches hears of it from one side or the other; here it is told when the new
  // one has acknowledged.
  restart_.final_step =
      make_step("final", "generation " + std::to_string(restart_.generation) + " is in charge");
  restart_.at_final = registry_->account();
  note_end();
  History told_history = history_;
  told_history.take(*restart_.final_step);
  told_history.take(number_, own_tally());
  history_memory_.write(told_history.encode());
  for (auto& [generation, kin] : kin_) kin.link->set_reading(false);
  abandon_inquiries(nullptr);
  Message message{Kind::final, {}};
  message.fields.add(Tag::restart_remembered, std::uint64_t{old_.restart_remembered()})
      .add(Tag::stop_remembered, std::uint64_t{old_.stop_remembered()})
      .add(Tag::now, std::uint64_t{stop_now_})
      .add(Tag::next_restart, next_restart_)
      .add(Tag::draining, pack_brief_status(own_status()));
  if (old_.restart_remembered()) put_asker(message.fields);
  for (const auto& [generation, kin] : kin_) message.fields.add(Tag::draining, pack_brief_status(kin.status));
  Steps told = steps_;
  told.add(*restart_.final_step);
  told.put_into(message.fields);
  successor_->send(message);
}

void Generation::Impl::end_new(int signal) {
  log(LogLevel::warn, std::string(signal == SIGKILL ? "KILL" : "TERM") + " to the new process " +
                          std::to_string(restart_.sender != 0 ? restart_.sender : restart_.child));
  if (children_.count(restart_.child) != 0) sys::signal_group(restart_.child, signal);
  if (restart_.sender_process) sys::signal_process(restart_.sender_process.get(), signal);
}

void Generation::Impl::forget_restart() {
  // Where the new one lives on, rolled back, it holds the locks and removes them itself.
  for (const Offer::Socket& added : restart_.added) remove_abandoned(added.text, added.device, added.inode);
  for (Listeners::Held& held : listeners_.held()) held.dropped = false;
  if (restart_.channel_token != 0) poller_.forget(restart_.channel_token);
  retire(std::move(successor_));
  next_ = Kin();
  restart_ = Restart();
  send_charge();
}

std::chrono::milliseconds Generation::Impl::trial_of_restart() const {
  return restart_.options.rollback_window.value_or(settings_.rollback_window);
}

void Generation::Impl::on_successor(Message message, sys::Packet packet) {
  const auto take_reason = [&](std::string_view otherwise) {
    restart_.reason = escape_text(message.fields.text(Tag::reason).value_or(otherwise), 2000);
  };
  switch (message.kind) {
    case Kind::progress:
      restart_.deadline = Clock::now() + settings_.restart_timeout;
      if (old_.state() == OldState::offered) {
        report("progress", escape_text(message.fields.text(Tag::text).value_or("")));
        arm_old(restart_.deadline);
      }
      return;
    case Kind::ready: {
      std::set<std::uint64_t> claimed;
      for (const std::string_view place : message.fields.all(Tag::listener)) {
        Fields one;
        one.add(Tag::listener, place);
        if (const auto number = one.number(Tag::listener)) claimed.insert(*number);
      }
      for (std::size_t i = 0; i < listeners_.held().size(); ++i)
        listeners_.held()[i].dropped = claimed.count(i) == 0;
      for (const Fields& added : message.fields.nested(Tag::bind)) {
        restart_.added.push_back({std::string(added.text(Tag::bind).value_or("")),
                                  {},
                                  {},
                                  added.number(Tag::device).value_or(0),
                                  added.number(Tag::inode).value_or(0)});
      }
      for (const Fields& fact : message.fields.nested(Tag::fact)) {
        const std::string_view name = fact.text(Tag::name).value_or("");
        if (!is_name(name)) continue;
        next_.status.facts.insert_or_assign(std::string(name),
                                            escape_text(fact.text(Tag::text).value_or(""), 200));
      }
      // A READY that comes after the rehearsal was given up changes nothing, as one in a restart.
      if (!restart_.options.rehearse || old_.state() != OldState::offered) return feed_old(OldEvent::ready);
      report("ready", "");
      restart_.reason = "this was a rehearsal";
      return feed_old(OldEvent::rehearsed);
    }
    case Kind::serving:
      restart_.pidfile_changed = Clock::now();
      next_.status.state = "live";
      note_serving(Tally::from(message.fields));
      return feed_old(OldEvent::serving);
    case Kind::ack: return feed_old(OldEvent::ack);
    case Kind::aborted: return feed_old(OldEvent::aborted);
    case Kind::abort: take_reason("the new process gave up"); return feed_old(OldEvent::new_abort);
    case Kind::fail:
      take_reason("the new process reports itself unhealthy");
      return feed_old(OldEvent::new_fails);
    case Kind::ask_final:
      if (restart_.reason.empty()) restart_.reason = "the new process was told to stop";
      return feed_old(OldEvent::ask_final);
    case Kind::claim: return feed_old(OldEvent::claim);
    case Kind::goodbye: return feed_old(OldEvent::goodbye);
    case Kind::remember:
      if (restarting(old_.state())) {
        remember_asker(Asker::from(message.fields));
        return feed_old(OldEvent::remember);
      }
      restart_under_way_ = true;
      return;
    case Kind::charge: return on_charge(*successor_, message, packet);
    case Kind::request: return answer(*successor_, message);
    case Kind::reply: return on_reply(*successor_, message, &next_.status);
    default: return;
  }
}

}  // namespace uninterruptible
