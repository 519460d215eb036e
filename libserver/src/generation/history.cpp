#include "generation/history.hpp"

#include <algorithm>

#include "generation/history_fields.hpp"
#include "generation/history_memory.hpp"

namespace uninterruptible {

using control::RestartRecord;
using handoff::Fields;
using handoff::Tag;

namespace {

constexpr std::size_t most_progress_steps = 4;
constexpr std::size_t longest_text = 2'000;
constexpr std::size_t longest_output = 8'000;

/// At most so many bytes of what is UTF-8 and stays it.
std::string first_of(const std::string& text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  return text.substr(0, bytes) + "...";
}

/// The last lines, as many as fit.
std::vector<std::string> last_of(const std::vector<std::string>& lines, std::size_t bytes) {
  auto first = lines.end();
  while (first != lines.begin() && (first - 1)->size() < bytes) bytes -= (--first)->size() + 1;
  return {first, lines.end()};
}

void add_step(RestartRecord& record, const control::Step& step) {
  if (step.step == "progress") {
    const auto is_progress = [](const control::StepTime& one) { return one.step == "progress"; };
    const auto count = std::count_if(record.steps.begin(), record.steps.end(), is_progress);
    if (count >= std::ptrdiff_t{most_progress_steps})
      record.steps.erase(std::find_if(record.steps.begin(), record.steps.end(), is_progress));
  }
  record.steps.push_back({step.step, step.elapsed, first_of(step.text, longest_text)});
}

}  // namespace

void Asker::put_into(Fields& fields) const {
  fields.add(Tag::asker, std::string_view(how));
  if (uid) fields.add(Tag::asker_uid, std::uint64_t{*uid});
}

std::optional<Asker> Asker::from(const Fields& fields) {
  const auto how = fields.text(Tag::asker);
  if (!how) return std::nullopt;
  Asker asker{std::string(*how)};
  if (const auto uid = fields.number(Tag::asker_uid)) asker.uid = static_cast<uid_t>(*uid);
  return asker;
}

History::Entry& History::begin(Entry entry) {
  entries_.push_back(std::move(entry));
  if (entries_.size() > remembered) entries_.pop_front();
  return entries_.back();
}

History::Entry* History::find(std::uint64_t restart) {
  const auto found = std::find_if(entries_.rbegin(), entries_.rend(),
                                  [&](const Entry& entry) { return entry.record.restart == restart; });
  return found == entries_.rend() ? nullptr : &*found;
}

History::Entry* History::born(std::uint64_t generation) {
  // A number that a failed restart had is given again.
  const auto found = std::find_if(entries_.rbegin(), entries_.rend(),
                                  [&](const Entry& entry) { return entry.record.generation == generation; });
  return found == entries_.rend() ? nullptr : &*found;
}

History::Entry* History::draining(std::uint64_t old_generation) {
  const auto found = std::find_if(entries_.rbegin(), entries_.rend(), [&](const Entry& entry) {
    return entry.record.old_generation == old_generation && entry.record.outcome == "draining";
  });
  return found == entries_.rend() ? nullptr : &*found;
}

void History::take(const control::Step& step) {
  Entry* const entry = find(step.restart);
  // Which generation's end finishes a restart is told by finish().
  if (entry == nullptr || step.step == "finished") return;
  RestartRecord& record = entry->record;
  add_step(record, step);
  if (step.pid != 0) record.pid = step.pid;
  const bool is_final = step.step == "final" || step.step == "draining";
  if (is_final) {
    record.outcome = "draining";
    if (!record.took) record.took = step.elapsed;
  } else if (step.step == "failed" || step.step == "rolled_back" || step.step == "rehearsed") {
    record.outcome = step.step;
    record.took = step.elapsed;
    record.failed_at = step.failed_at;
    if (step.step != "rehearsed") record.reason = first_of(step.text, longest_text);
    record.exit_status = step.exit_status;
    record.term_signal = step.term_signal;
    record.output = last_of(step.output, longest_output);
  }
}

void History::take(std::uint64_t old_generation, const Tally& tally) {
  Entry* const entry = draining(old_generation);
  if (entry == nullptr || !tally.open_at_final) return;
  control::RestartLedger& ledger = entry->record.ledger;
  ledger.open_at_final = tally.open_at_final;
  ledger.finished = tally.finished;
  ledger.closed = tally.closed;
  ledger.cut = tally.cut;
}

const RestartRecord* History::finish(std::uint64_t old_generation, const std::string& how) {
  Entry* const entry = draining(old_generation);
  if (entry == nullptr) return nullptr;
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - entry->requested);
  entry->record.outcome = "finished";
  entry->record.steps.push_back({"finished", elapsed, how});
  return &entry->record;
}

std::vector<RestartRecord> History::take_over(std::uint64_t generation, const std::string& reason) {
  std::vector<RestartRecord> ended;
  for (Entry& entry : entries_) {
    RestartRecord& record = entry.record;
    if (record.outcome == "running") {
      record.outcome = "failed";
      if (!record.steps.empty()) record.failed_at = record.steps.back().step;
    } else if (record.outcome == "draining" && record.generation > generation) {
      record.outcome = "crashed";
    } else {
      continue;
    }
    record.reason = reason;
    ended.push_back(record);
  }
  return ended;
}

std::vector<RestartRecord> History::latest_first() const {
  std::vector<RestartRecord> all;
  all.reserve(entries_.size());
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) all.push_back(entry->record);
  return all;
}

std::vector<std::uint64_t> History::draining_generations() const {
  std::vector<std::uint64_t> found;
  for (const Entry& entry : entries_) {
    if (entry.record.outcome == "draining") found.push_back(entry.record.old_generation);
  }
  return found;
}

std::string History::encode() const {
  std::deque<std::string> texts;
  std::size_t bytes = 0;
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    Fields fields = pack_record(entry->record);
    const std::chrono::nanoseconds requested = entry->requested.time_since_epoch();
    fields.add(Tag::started_at, static_cast<std::uint64_t>(requested.count()));
    std::string text = Fields().add(Tag::record, fields).encode();
    bytes += text.size();
    if (bytes > HistoryMemory::largest_text) break;
    texts.push_front(std::move(text));
  }
  std::string all;
  for (const std::string& text : texts) all += text;
  return all;
}

bool History::decode(std::string_view text) {
  const std::optional<Fields> fields = Fields::decode(text);
  if (!fields) return false;
  std::deque<Entry> found;
  for (const Fields& nested : fields->nested(Tag::record)) {
    const auto requested = static_cast<std::int64_t>(nested.number(Tag::started_at).value_or(0));
    found.push_back({unpack_record(nested), Clock::time_point(std::chrono::nanoseconds(requested))});
    if (found.size() > remembered) found.pop_front();
  }
  entries_ = std::move(found);
  return true;
}

}  // namespace uninterruptible
