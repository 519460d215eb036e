#include "base/text.hpp"
#include "generation/history.hpp"

namespace uninterruptible {

namespace {

/// The sum over all listeners of which it is known; empty where it is known of none.
std::optional<std::uint64_t> sum_of(const control::RestartLedger& ledger,
                                    std::optional<std::uint64_t> control::ListenerLedger::*count) {
  std::optional<std::uint64_t> sum;
  for (const control::ListenerLedger& one : ledger.listeners) {
    if (one.*count) sum = sum.value_or(0) + *(one.*count);
  }
  return sum;
}

void add(std::string& text, const char* name, const std::optional<std::uint64_t>& count) {
  if (count) text += std::string(", ") + name + " " + std::to_string(*count);
}

}  // namespace

std::string ledger_text(const control::RestartRecord& record) {
  const control::RestartLedger& ledger = record.ledger;
  std::string text = "ledger of restart " + std::to_string(record.restart) + ": " + record.outcome;
  if (!record.failed_at.empty()) text += " at '" + record.failed_at + "'";
  text +=
      ", generation " + std::to_string(record.old_generation) + " to " + std::to_string(record.generation);
  if (record.asker_uid) {
    text += ", asked by uid " + std::to_string(*record.asker_uid);
  } else if (!record.asker.empty()) {
    text += ", asked by " + record.asker;
  }
  if (record.took) text += ", took " + format_duration(*record.took);
  if (ledger.gap) text += ", gap " + format_short(*ledger.gap);
  add(text, "queued", sum_of(ledger, &control::ListenerLedger::queued));
  add(text, "turned away", sum_of(ledger, &control::ListenerLedger::turned_away));
  add(text, "open at final", ledger.open_at_final);
  add(text, "finished", ledger.finished);
  add(text, "closed", ledger.closed);
  add(text, "cut", ledger.cut);
  return text;
}

}  // namespace uninterruptible
