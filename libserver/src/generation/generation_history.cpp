#include <unistd.h>

#include <system_error>
#include <utility>

#include "generation/generation_impl.hpp"
#include "sys/listen_queue.hpp"
#include "sys/process.hpp"

namespace uninterruptible {

namespace {

/// Also one that has ended and that nobody has waited for, which kill(2) takes for alive.
bool is_gone(pid_t process) {
  try {
    const UniqueFd handle = sys::open_pidfd(process);
    return !handle || sys::has_ended(handle.get());
  } catch (const std::system_error&) {
    return false;  // nothing can be said now; it is asked again
  }
}

}  // namespace

std::vector<control::RestartRecord> Generation::Impl::history() {
  note_first_accept();
  return history_.latest_first();
}

// ---- who asked ----

/// Several requests that come to one restart are those of the first one.
void Generation::Impl::remember_asker(std::optional<Asker> asker) {
  if (!next_asker_) next_asker_ = std::move(asker);
}

void Generation::Impl::put_asker(Fields& fields) const {
  if (next_asker_) next_asker_->put_into(fields);
}

// ---- one restart ----

void Generation::Impl::begin_record() {
  note_first_accept();
  History::Entry entry;
  entry.requested = restart_.started;
  control::RestartRecord& record = entry.record;
  record.restart = restart_.number;
  record.old_generation = number_;
  record.old_pid = ::getpid();
  record.generation = restart_.generation;
  record.outcome = "running";
  // The wall clock is read once: all else is measured from here, so that setting it distorts nothing.
  record.requested_at = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  if (const auto asker = std::exchange(next_asker_, std::nullopt)) {
    record.asker = asker->how;
    record.asker_uid = asker->uid;
  }
  for (const Listeners::Held& held : listeners_.held()) {
    record.ledger.listeners.push_back({held.address.text, {}, {}, {}});
    restart_.drops.push_back(sys::listen_drops(held.fd));
  }
  history_.begin(std::move(entry));
}

void Generation::Impl::note(const control::Step& step) {
  history_.take(step);
  // While `ready` is told nobody accepts; it is written with the next one.
  if (step.step != "ready") save_history();
}

/// This generation has just stopped accepting, as it was told at `begun`; COMMIT follows. What the kernel has
/// queued now waits for the new one.
void Generation::Impl::note_stop(Clock::time_point begun) {
  restart_.stopped = begun;
  History::Entry* const entry = history_.find(restart_.number);
  if (entry == nullptr) return;
  control::RestartLedger& ledger = entry->record.ledger;
  if (const auto last = registry_->account().last_accept) ledger.last_accept = entry->since_requested(*last);
  for (std::size_t i = 0; i < ledger.listeners.size() && i < listeners_.held().size(); ++i) {
    const auto queue = sys::listen_queue(listeners_.held()[i].fd);
    if (!queue) continue;
    ledger.listeners[i].queued = queue->waiting;
    ledger.listeners[i].queue_limit = queue->limit;
  }
}

/// The new one's SERVING, or what it told later.
void Generation::Impl::note_serving(const Tally& tally) {
  History::Entry* const entry = history_.find(restart_.number);
  if (entry == nullptr) return;
  control::RestartLedger& ledger = entry->record.ledger;
  if (tally.accepting_since && restart_.stopped && !ledger.gap)
    ledger.gap =
        std::chrono::duration_cast<std::chrono::microseconds>(*tally.accepting_since - *restart_.stopped);
  if (tally.first_accept && !ledger.first_accept)
    ledger.first_accept = entry->since_requested(*tally.first_accept);
}

/// The restart is final, or has failed: what was turned away from now on has nothing to do with it.
void Generation::Impl::note_end() {
  History::Entry* const entry = history_.find(restart_.number);
  if (entry == nullptr) return;
  std::vector<control::ListenerLedger>& listeners = entry->record.ledger.listeners;
  for (std::size_t i = 0; i < listeners.size() && i < restart_.drops.size(); ++i) {
    const auto now = sys::listen_drops(listeners_.held()[i].fd);
    if (now && restart_.drops[i]) listeners[i].turned_away = *now - *restart_.drops[i];
  }
}

void Generation::Impl::log_ledger(std::uint64_t restart) {
  if (const History::Entry* const entry = history_.find(restart))
    log(LogLevel::info, ledger_text(entry->record));
}

// ---- what follows it ----

Tally Generation::Impl::own_tally() const {
  const ConnectionRegistry::Account account = registry_->account();
  Tally tally;
  tally.accepting_since = accepting_since_;
  tally.first_accept = account.first_accept;
  // A program that registers no connections says nothing of them.
  if (!restart_.at_final || !account.first_accept) return tally;
  tally.open_at_final = restart_.at_final->open;
  tally.finished = account.finished - restart_.at_final->finished;
  tally.closed = account.closed - restart_.at_final->closed;
  tally.cut = account.cut - restart_.at_final->cut;
  return tally;
}

void Generation::Impl::note_tally(std::uint64_t generation, const Tally& tally) {
  if (restarting(old_.state()) && generation == restart_.generation) return note_serving(tally);
  history_.take(generation, tally);
}

/// What this generation accepted first may come long after it took charge.
void Generation::Impl::note_first_accept() {
  History::Entry* const entry = history_.born(number_);
  if (entry == nullptr || entry->record.ledger.first_accept) return;
  if (const auto first = registry_->account().first_accept)
    entry->record.ledger.first_accept = entry->since_requested(*first);
}

void Generation::Impl::finish_record(std::uint64_t generation) {
  note_first_accept();
  control::Step step;
  step.step = "finished";
  step.text = "generation " + std::to_string(generation) + " has ended";
  const control::RestartRecord* const finished = history_.finish(generation, step.text);
  if (finished == nullptr) return;
  log(LogLevel::info, ledger_text(*finished));
  step.restart = finished->restart;
  step.generation = finished->generation;
  step.at = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  step.elapsed = finished->steps.back().elapsed;
  if (step.restart == restart_.number && restart_.step == "draining") restart_.step = step.step;
  report(std::move(step));
}

// ---- from generation to generation ----

void Generation::Impl::save_history() {
  if (in_charge_) history_memory_.write(history_.encode());
}

void Generation::Impl::load_history() {
  if (const auto text = history_memory_.read()) history_.decode(*text);
  next_restart_ = std::max(next_restart_, history_.last_number() + 1);
}

/// This generation is in charge now, after the restart that made it. An older release may have been before
/// it.
void Generation::Impl::continue_history() {
  if (!history_memory_) history_memory_ = HistoryMemory::make();
  load_history();
  if (history_.find(restart_.number) != nullptr) return;
  History::Entry entry;
  entry.requested = restart_.started;
  entry.record.restart = restart_.number;
  entry.record.old_generation = predecessor_number_;
  entry.record.old_pid = predecessor_status_.pid;
  entry.record.generation = number_;
  entry.record.pid = ::getpid();
  entry.record.outcome = "running";
  const auto ago = std::chrono::floor<std::chrono::milliseconds>(Clock::now() - restart_.started);
  entry.record.requested_at =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()) - ago;
  history_.begin(std::move(entry));
  for (const control::Step& step : steps_.since(0)) history_.take(step);
}

/// The one in charge died without GOODBYE, and this one has its place.
void Generation::Impl::take_over_history() {
  load_history();
  const std::string reason = "generation " + std::to_string(number_in_charge_) +
                             ", which was in charge, died; generation " + std::to_string(number_) +
                             " took over";
  for (const control::RestartRecord& ended : history_.take_over(number_, reason))
    log(LogLevel::info, ledger_text(ended));
  look_for_the_gone();
}

/// Of generations that ended when nobody was in charge who could have seen it. One that is not known here may
/// live all the same, and attach later.
void Generation::Impl::look_for_the_gone() {
  bool some_live = false;
  for (const std::uint64_t generation : history_.draining_generations()) {
    if (generation == number_ || kin_.count(generation) != 0) continue;
    const pid_t process = history_.draining(generation)->record.old_pid;
    if (process != 0 && is_gone(process)) {
      finish_record(generation);
    } else {
      some_live = true;
    }
  }
  if (!some_live || gone_timer_ != 0) return;
  gone_timer_ = poller_.call_after(waits::acknowledgement, [this] {
    gone_timer_ = 0;
    if (in_charge_) look_for_the_gone();
  });
}

}  // namespace uninterruptible
