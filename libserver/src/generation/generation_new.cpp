#include <poll.h>
#include <unistd.h>

#include <stdexcept>

#include "base/fault_point.hpp"
#include "base/text.hpp"
#include "generation/generation_impl.hpp"

namespace uninterruptible {

/// HELLO, and then the wait for OFFER; in the constructor, since the program has no loop yet.
void Generation::Impl::arrive() {
  new_.emplace();
  predecessor_number_ = birth_->parent_generation;
  arrival_deadline_ = Clock::now() + settings_.restart_timeout;
  entered(NewState::connecting);

  Message message{Kind::hello, {}};
  message.fields.add(Tag::version_lowest, std::uint64_t{handoff::lowest_version})
      .add(Tag::version_highest, std::uint64_t{handoff::highest_version})
      .add(Tag::pid, static_cast<std::uint64_t>(::getpid()))
      .add(Tag::token, std::string_view(birth_->token));
  fault_point("before.HELLO");
  sys::send_packet(birth_->channel.get(), handoff::encode(message));
  fault_point("sent.HELLO");
  birth_token_ = poller_.watch(birth_->channel.get(), sys::Poller::Rank::link,
                               [this](std::uint32_t) { on_birth_channel(); });

  while (new_->state() == NewState::connecting) {
    pollfd waiting{poller_.fd(), POLLIN, 0};
    ::poll(&waiting, 1, -1);  // the deadline is one of the poller's timers
    dispatch();
  }
  if (birth_token_ != 0) poller_.forget(birth_token_);
  birth_token_ = 0;
  birth_->channel.reset();
  if (new_->state() == NewState::ended) {
    throw std::runtime_error("generation " + std::to_string(predecessor_number_) + " gave this restart up: " +
                             (leave_reason_.empty() ? "no reason was told" : leave_reason_));
  }
}

void Generation::Impl::on_birth_channel() {
  sys::Received received = sys::receive_packet(birth_->channel.get());
  if (received.outcome == sys::ReceiveOutcome::nothing) return;
  std::optional<Message> message;
  if (received.outcome == sys::ReceiveOutcome::packet) message = handoff::decode(received.packet.bytes);
  if (message && message->kind == Kind::refuse) {
    leave_reason_ = escape_text(message->fields.text(Tag::reason).value_or("refused"));
    feed_new(NewEvent::refused);
    return;
  }
  if (!message || message->kind != Kind::link) {
    poller_.forget(std::exchange(birth_token_, 0));
    return on_birth_channel_closed();
  }
  UniqueFd line = take_descriptor(message->fields, Tag::descriptor, received.packet);
  UniqueFd process = take_descriptor(message->fields, Tag::pidfd, received.packet);
  poller_.forget(std::exchange(birth_token_, 0));
  if (!line || !process) {
    leave_reason_ = "LINK came without its descriptors";
    feed_new(NewEvent::refused);
    return;
  }
  {
    const std::lock_guard lock(outside_mutex_);
    progress_line_ = duplicate(line.get());
  }
  predecessor_ = make_link(std::move(line), std::move(process));
}

/// The old one's end closes when that one dies, and when it has given this restart up: then it serves, and a
/// cold start here would make two servers of one.
void Generation::Impl::on_birth_channel_closed() {
  if (!birth_->parent) return feed_new(NewEvent::old_died);
  birth_token_ = poller_.watch(birth_->parent.get(), sys::Poller::Rank::death, [this](std::uint32_t) {
    poller_.forget(std::exchange(birth_token_, 0));
    feed_new(NewEvent::old_died);
  });
  poller_.call_after(waits::death_after_channel, [this] {
    if (new_->state() != NewState::connecting || sys::has_ended(birth_->parent.get())) return;
    leave_reason_ = "it had closed the handoff channel before this process said HELLO";
    feed_new(NewEvent::refused);
  });
}

void Generation::Impl::on_predecessor(Message message, sys::Packet packet) {
  const auto reason = [&] { return escape_text(message.fields.text(Tag::reason).value_or("")); };
  switch (message.kind) {
    case Kind::offer: return take_offer(message, packet);
    case Kind::commit:
      if (new_->state() == NewState::ready && !contest_->try_lock()) {
        leave_reason_ = "another generation took over";
        return feed_new(NewEvent::fails);
      }
      return feed_new(NewEvent::commit);
    case Kind::final:
      final_restart_ = message.fields.flag(Tag::restart_remembered);
      final_stop_ = message.fields.flag(Tag::stop_remembered);
      stop_now_ = message.fields.flag(Tag::now);
      next_restart_ = std::max(next_restart_, message.fields.number(Tag::next_restart).value_or(0));
      steps_.take_from(message.fields);
      remember_asker(Asker::from(message.fields));
      take_statuses(message.fields);
      return feed_new(NewEvent::final);
    case Kind::abort: leave_reason_ = reason(); return feed_new(NewEvent::abort);
    case Kind::remember: remember_asker(Asker::from(message.fields)); return feed_new(NewEvent::remember);
    case Kind::request: return answer(*predecessor_, message);
    default: return;
  }
}

void Generation::Impl::take_offer(const Message& message, sys::Packet& packet) {
  std::optional<Offer> offer = unpack(message, packet, leave_reason_);
  if (!offer) return feed_new(NewEvent::refused);
  number_ = offer->generation;
  next_number_ = number_ + 1;
  restart_.number = offer->restart;
  restart_.generation = number_;
  restart_.started = Clock::time_point(std::chrono::nanoseconds(offer->requested_at_ns));
  next_restart_ = offer->restart + 1;
  steps_.skip_to(offer->last_step);
  history_memory_ = HistoryMemory(std::move(offer->history));
  window_ = std::chrono::milliseconds(offer->rollback_window_ms);
  listeners_.take_offered(std::move(offer->listeners));
  contest_.emplace(std::move(offer->contest_memory), std::move(offer->contest_seek),
                   std::move(offer->contest_take));
  captured_ = CapturedOutput(std::move(offer->standard_output), std::move(offer->standard_error),
                             std::move(offer->capture));
  for (Offer::Draining& draining : offer->draining) {
    Kin& kin = kin_[draining.generation];
    kin.rolled_back = draining.rolled_back;
    kin.status.generation = draining.generation;
    kin.status.state = "draining";
    kin.link = make_link(std::move(draining.line), std::move(draining.process));
    kin.link->set_reading(false);  // until FINAL the old one speaks with them
  }

  try {
    if (pidfile_ && offer->pidfile != pidfile_->path()) pidfile_->claim();
    if (offer->control) {
      sys::UnixListener socket;
      socket.path = offer->control->text;
      socket.device = offer->control->device;
      socket.inode = offer->control->inode;
      socket.lock = std::move(offer->control->lock);
      socket.socket = std::move(offer->control->socket);
      const std::string directory = socket.path.substr(0, socket.path.rfind('/'));
      const bool same_place = !settings_.control_directory || *settings_.control_directory == directory;
      const bool same_name = !settings_.name_is_configured || settings_.name == offer->name;
      if (settings_.control && same_place && same_name) {
        control_socket_ = std::move(socket);
        name_ = offer->name;
      } else {
        foreign_control_ = std::move(socket);
      }
    }
    if (settings_.control && !control_socket_) {
      open_control();
      control_added_ = true;
    }
  } catch (const std::exception& problem) {
    leave_reason_ = problem.what();
    send_to_predecessor(Kind::abort, leave_reason_);
    return feed_new(NewEvent::refused);
  }
  feed_new(NewEvent::offer);
}

/// So that what is shown and counted is right from the first moment of being in charge.
void Generation::Impl::take_statuses(const Fields& fields) {
  for (const Fields& nested : fields.nested(Tag::draining)) {
    const control::GenerationStatus status = unpack_status(nested);
    const auto found = kin_.find(status.generation);
    if (status.generation == predecessor_number_) {
      predecessor_status_ = status;
    } else if (found != kin_.end()) {
      found->second.status = status;
    }
  }
}

void Generation::Impl::on_predecessor_died() {
  log(LogLevel::warn, "generation " + std::to_string(predecessor_number_) + " died during the restart");
  if (new_->state() == NewState::ready && !contest_->try_lock()) {
    leave_reason_ = "an older generation took over and repeats the restart";
    return feed_new(NewEvent::abort);
  }
  feed_new(NewEvent::old_died);
}

bool Generation::Impl::send_to_predecessor(Kind kind, std::string_view reason) {
  if (!predecessor_) return false;
  Message message{kind, {}};
  if (!reason.empty()) message.fields.add(Tag::reason, reason);
  return predecessor_->send(message);
}

void Generation::Impl::perform(NewAction action) {
  switch (action) {
    case NewAction::none: return;
    case NewAction::send_ready: {
      contest_->take_place();
      Message message{Kind::ready, {}};
      for (const std::uint64_t place : listeners_.claimed()) message.fields.add(Tag::listener, place);
      for (const Listeners::Held* const held : listeners_.added_paths()) {
        Fields added;
        added.add(Tag::bind, std::string_view(held->path.path))
            .add(Tag::device, std::uint64_t{held->path.device})
            .add(Tag::inode, std::uint64_t{held->path.inode});
        message.fields.add(Tag::bind, added);
      }
      for (const auto& [name, text] : facts_.values()) {
        Fields fact;
        fact.add(Tag::name, std::string_view(name)).add(Tag::text, std::string_view(text));
        message.fields.add(Tag::fact, fact);
      }
      predecessor_->send(message);
      return;
    }
    case NewAction::accept: return start_accepting();
    case NewAction::write_pidfile: return write_pidfile_as_new();
    case NewAction::send_serving: {
      Message message{Kind::serving, {}};
      own_tally().put_into(message.fields);
      if (predecessor_) predecessor_->send(message);
      return;
    }
    case NewAction::send_ack: {
      const auto old_one = kin_.find(predecessor_number_);
      if (old_one != kin_.end()) old_one->second.link->send({Kind::ack, {}});
      return;
    }
    case NewAction::send_aborted:
      // Here predecessor_ has become the link to the one in charge already.
      if (successor_) successor_->send({Kind::aborted, {}});
      return;
    case NewAction::send_abort: send_to_predecessor(Kind::abort, leave_reason_); return;
    case NewAction::send_fail: send_to_predecessor(Kind::fail, leave_reason_); return;
    case NewAction::send_ask_final: send_to_predecessor(Kind::ask_final); return;
    case NewAction::send_claim: {
      log(LogLevel::warn, "FINAL is overdue: this generation takes charge by itself");
      const auto old_one = kin_.find(predecessor_number_);
      if (old_one != kin_.end()) old_one->second.link->send({Kind::claim, {}});
      return;
    }
    case NewAction::send_remember: {
      Message message{Kind::remember, {}};
      put_asker(message.fields);
      if (predecessor_) predecessor_->send(message);
      return;
    }
    case NewAction::stop_accepting:
      stop_accepting();
      become_withdrawn();
      return;
    case NewAction::take_charge: return become_in_charge();
    case NewAction::drain: return drain();
    case NewAction::leave:
      if (!leave_reason_.empty()) log(LogLevel::error, "leaving without having served: " + leave_reason_);
      finish(stop_came_ ? 0 : 1);
      return;
  }
}

void Generation::Impl::entered(NewState state) {
  if (new_deadline_ != 0) poller_.cancel(new_deadline_);
  new_deadline_ = 0;
  fault_point("new." + std::string(handoff::to_text(state)));
  std::optional<Clock::time_point> when;
  switch (state) {
    case NewState::connecting:
    case NewState::preparing:
    case NewState::ready: when = arrival_deadline_; break;
    case NewState::serving: when = Clock::now() + window_ + waits::final_overdue; break;
    case NewState::asking: when = Clock::now() + waits::final_overdue; break;
    case NewState::cold: cold_ = true; break;
    default: break;
  }
  if (!when) return;
  new_deadline_ = poller_.call_at(*when, [this, state] {
    new_deadline_ = 0;
    if (predecessor_) predecessor_->read_all();
    if (new_->state() != state) return;
    if (leave_reason_.empty()) leave_reason_ = "the restart took longer than restart_timeout";
    feed_new(NewEvent::deadline);
  });
}

void Generation::Impl::write_pidfile_as_new() {
  if (!pidfile_) return;
  try {
    pidfile_->write(::getpid());
  } catch (const std::exception& problem) {
    leave_reason_ = problem.what();
    log(LogLevel::error, leave_reason_);
    if (roles(new_->state()).accepting && new_->state() != NewState::in_charge)
      new_events_.push_back(NewEvent::fails);
  }
}

/// FINAL came, or was claimed, or the old one is dead. From here on this generation is an old side.
void Generation::Impl::become_in_charge() {
  {
    const std::lock_guard lock(outside_mutex_);
    progress_line_.reset();
  }
  captured_.restore();
  continue_history();
  for (auto& [generation, kin] : kin_) kin.link->set_reading(true);
  const bool old_one_lives = predecessor_ && !sys::has_ended(predecessor_->peer());
  if (old_one_lives) {
    Kin& old_one = kin_[predecessor_number_];
    old_one.link = std::move(predecessor_);
    old_one.status = predecessor_status_;
    old_one.status.generation = predecessor_number_;
    old_one.status.state = "draining";
  } else {
    retire(std::move(predecessor_));
    report("final", "generation " + std::to_string(predecessor_number_) + " died; generation " +
                        std::to_string(number_) + " is in charge");
  }
  listeners_.drop_unclaimed();
  if (foreign_control_) sys::unlink_unix(*foreign_control_);
  foreign_control_.reset();
  old_ = handoff::OldSide(OldState::alone);
  old_.carry(new_->restart_remembered() || final_restart_, new_->stop_remembered() || final_stop_);
  take_charge();
  if (!old_one_lives) finish_record(predecessor_number_);
  look_for_the_gone();
  log(LogLevel::info,
      "generation " + std::to_string(number_) + " (pid " + std::to_string(::getpid()) + ") is in charge");
  if (old_one_lives) {
    report("draining", "generation " + std::to_string(predecessor_number_) + " lets its connections finish");
  }
  say_terminal_is_left();
}

/// ABORT came in the trial. What was accepted is finished; the old one is in charge and stays linked.
void Generation::Impl::become_withdrawn() {
  {
    const std::lock_guard lock(outside_mutex_);
    progress_line_.reset();
  }
  captured_.restore();
  log(LogLevel::error,
      "rolled back: " + (leave_reason_.empty() ? "the old generation serves again" : leave_reason_));
  successor_ = std::move(predecessor_);
  old_ = handoff::OldSide(OldState::draining);
  old_.carry(new_->restart_remembered(), new_->stop_remembered());
  number_in_charge_ = predecessor_number_;
  // The old one writes the pidfile anew; what is of the chain's paths belongs to it.
  if (pidfile_) pidfile_->forget();
  for (auto& [generation, kin] : kin_) retire(std::move(kin.link));
  kin_.clear();
}

void Generation::Impl::say_terminal_is_left() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::isatty(fd) == 0 || ::tcgetpgrp(fd) == ::getpgrp()) continue;
    log(LogLevel::info,
        "this process is no longer in the terminal's foreground: stop it with 'uninterruptiblectl -s " +
            name_ + " shutdown' or 'kill -TERM " + std::to_string(::getpid()) + "'");
    return;
  }
}

}  // namespace uninterruptible
