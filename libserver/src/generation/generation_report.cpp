#include "base/text.hpp"
#include "generation/generation_impl.hpp"

namespace uninterruptible {

control::Step Generation::Impl::make_step(std::string step, std::string text) {
  restart_.step = step;
  control::Step entry;
  entry.restart = restart_.number;
  entry.generation = restart_.generation;
  entry.step = std::move(step);
  entry.at = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  entry.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - restart_.started);
  entry.text = std::move(text);
  entry.pid = restart_.sender != 0 ? restart_.sender : restart_.child;
  return entry;
}

void Generation::Impl::report(std::string step, std::string text) {
  report(make_step(std::move(step), std::move(text)));
}

void Generation::Impl::report(control::Step step) {
  const control::Step& kept = steps_.add(std::move(step));
  log(LogLevel::info, "restart " + std::to_string(kept.restart) + ": " + kept.step +
                          (kept.text.empty() ? "" : ", " + kept.text) + " (" + format_duration(kept.elapsed) +
                          ")");
  note(kept);
  endpoint_.publish(kept);
  endpoint_.generations_changed();
}

void Generation::Impl::report_failure(const std::string& step) {
  restart_.doorway.reset();
  control::Step entry;
  entry.restart = restart_.number;
  entry.generation = restart_.generation;
  entry.step = step;
  entry.at = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  entry.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - restart_.started);
  entry.pid = restart_.sender != 0 ? restart_.sender : restart_.child;
  entry.failed_at = restart_.step;
  if (restart_.ended) {
    entry.exit_status = restart_.ended->exit_status;
    entry.term_signal = restart_.ended->term_signal;
  }
  if (restart_.capture) {
    restart_.capture->read_available();
    entry.output = restart_.capture->last_lines();
  }
  entry.text = restart_.reason.empty() ? "no reason is known" : restart_.reason;
  const control::Step& kept = steps_.add(std::move(entry));
  const bool rolled_back = step == "rolled_back";
  log(LogLevel::error, "restart " + std::to_string(kept.restart) +
                           (rolled_back ? " was rolled back" : " failed") + " at '" + kept.failed_at +
                           "' after " + format_duration(kept.elapsed) + ": " + kept.text + ". Generation " +
                           std::to_string(number_) +
                           (rolled_back ? " serves again" : " keeps serving; no connection was lost"));
  for (const std::string& line : kept.output) log(LogLevel::error, "| " + line);
  note_end();
  note(kept);
  log_ledger(kept.restart);
  endpoint_.publish(kept);
  endpoint_.generations_changed();
}

void Generation::Impl::report_rehearsal() {
  note_end();
  std::string changes;
  const auto change = [&changes](const char* what, const std::string& bind) {
    changes += (changes.empty() ? "; it would " : ", ") + std::string(what) + " " + escape_text(bind, 200);
  };
  for (const Listeners::Held& held : listeners_.held()) {
    if (held.dropped) change("drop", held.address.text);
  }
  for (const Offer::Socket& added : restart_.added) change("add", "unix:" + added.text);
  for (const auto& [name, text] : next_.status.facts) {
    const auto mine = facts_.values();
    const auto found = mine.find(name);
    if (found == mine.end() || found->second != text) change("state", name + " " + text);
  }
  report("rehearsed",
         "generation " + std::to_string(restart_.generation) + " was ready after " +
             format_duration(
                 std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - restart_.started)) +
             changes + ". It ends now, and generation " + std::to_string(number_) + " serves on");
  log_ledger(restart_.number);
}

}  // namespace uninterruptible
