#include <unistd.h>

#include <algorithm>

#include "generation/generation_impl.hpp"

namespace uninterruptible {

void Generation::Impl::contest() {
  if (!contest_waited_ && rank_ > 0) {
    contest_waited_ = true;
    arm_old(Clock::now() + rank_ * waits::contest_turn);
    return;
  }
  if (!contest_->try_win()) return feed_old(OldEvent::lock_lost);
  log(LogLevel::warn, "generation " + std::to_string(number_) + " accepts again and takes charge");
  new_.reset();  // that it was rolled back once counts no more
  {
    // Those that come from now on are not being drained.
    const std::lock_guard lock(outside_mutex_);
    stop_ = std::stop_source();
  }
  steps_.skip_to(steps_.last_number() + 1000);
  takeover_settled_ = Clock::now() + waits::others_attach;
  if (drain_timer_ != 0) poller_.cancel(std::exchange(drain_timer_, 0));
  draining_since_.reset();
  cut_off_at_.reset();
  stops_ = 0;
  retire(std::move(successor_));
  retire(std::move(attach_));
  take_over_history();
  const bool repeats = std::exchange(restart_under_way_, false);
  feed_old(OldEvent::lock_won);
  if (repeats) repeat_restart_when_all_are_here();
}

/// The links of those who attach after the OFFER would not travel with it.
void Generation::Impl::repeat_restart_when_all_are_here() {
  if (repeat_timer_ != 0) poller_.cancel(std::exchange(repeat_timer_, 0));
  const auto repeat = [this] {
    repeat_timer_ = 0;
    remember_asker(Asker{"takeover"});
    feed_old(OldEvent::restart_wanted);
  };
  const std::vector<std::uint64_t> expected = history_.draining_generations();
  const bool all = std::all_of(expected.begin(), expected.end(), [this](std::uint64_t generation) {
    return generation == number_ || kin_.count(generation) != 0;
  });
  if (all) return repeat();
  repeat_timer_ = poller_.call_at(takeover_settled_, repeat);
}

void Generation::Impl::attach() {
  try {
    auto [ours, theirs] = sys::packet_pair();
    const UniqueFd self = sys::open_pidfd(::getpid());
    Cargo cargo{{Kind::attach, pack_status(own_status())}, {}};
    own_tally().put_into(cargo.message.fields);
    cargo.message.fields.add(Tag::rolled_back, std::uint64_t{new_ && new_->state() == NewState::withdrawn});
    cargo.add(cargo.message.fields, Tag::descriptor, theirs.get());
    cargo.add(cargo.message.fields, Tag::pidfd, self.get());
    retire(std::move(attach_));
    attach_ = make_link(std::move(ours), UniqueFd());
    if (!contest_->seek(cargo.message, cargo.descriptors)) log(LogLevel::error, "ATTACH could not be sent");
  } catch (const std::exception& problem) {
    log(LogLevel::error, std::string("cannot attach to the one in charge: ") + problem.what());
  }
}

void Generation::Impl::on_attach() {
  while (true) {
    sys::Received received = sys::receive_packet(contest_->take_fd());
    if (received.outcome != sys::ReceiveOutcome::packet) return;
    const auto message = handoff::decode(received.packet.bytes);
    if (!message || message->kind != Kind::attach) continue;
    UniqueFd line = take_descriptor(message->fields, Tag::descriptor, received.packet);
    UniqueFd process = take_descriptor(message->fields, Tag::pidfd, received.packet);
    const control::GenerationStatus status = unpack_status(message->fields);
    if (!line || !process || status.generation == 0 || status.generation == number_) continue;
    Kin& kin = kin_[status.generation];
    retire(std::move(kin.link));
    kin.status = status;
    kin.rolled_back = message->fields.flag(Tag::rolled_back);
    kin.link = make_link(std::move(line), std::move(process));
    note_tally(status.generation, Tally::from(message->fields));
    log(LogLevel::info, "generation " + std::to_string(status.generation) + " attached");
    if (old_.state() == OldState::stopping) kin.link->send({Kind::goodbye, {}});
    endpoint_.generations_changed();
    send_charge();
    if (repeat_timer_ != 0) repeat_restart_when_all_are_here();
  }
}

}  // namespace uninterruptible
