#include "generation/history_fields.hpp"

namespace uninterruptible {

using handoff::Fields;
using handoff::Tag;

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// Times may be negative; the wire's numbers are not, and carry the same bits.
std::uint64_t bits(std::int64_t value) { return static_cast<std::uint64_t>(value); }
std::int64_t value_of(std::uint64_t bits) { return static_cast<std::int64_t>(bits); }

void put(Fields& fields, Tag tag, const std::optional<std::uint64_t>& value) {
  if (value) fields.add(tag, *value);
}
void put(Fields& fields, Tag tag, const std::optional<int>& value) {
  if (value) fields.add(tag, bits(*value));
}
void put(Fields& fields, Tag tag, const std::optional<microseconds>& value) {
  if (value) fields.add(tag, bits(value->count()));
}

std::optional<int> small(const Fields& fields, Tag tag) {
  const auto found = fields.number(tag);
  return found ? std::optional(static_cast<int>(*found)) : std::nullopt;
}
std::optional<microseconds> moment(const Fields& fields, Tag tag) {
  const auto found = fields.number(tag);
  return found ? std::optional(microseconds(value_of(*found))) : std::nullopt;
}
std::string text(const Fields& fields, Tag tag) { return std::string(fields.text(tag).value_or("")); }

void pack_ledger(const control::RestartLedger& ledger, Fields& fields) {
  put(fields, Tag::last_accept, ledger.last_accept);
  put(fields, Tag::first_accept, ledger.first_accept);
  put(fields, Tag::gap, ledger.gap);
  put(fields, Tag::open_at_final, ledger.open_at_final);
  put(fields, Tag::finished, ledger.finished);
  put(fields, Tag::closed, ledger.closed);
  put(fields, Tag::cut, ledger.cut);
  for (const control::ListenerLedger& one : ledger.listeners) {
    Fields nested;
    nested.add(Tag::bind, std::string_view(one.bind));
    put(nested, Tag::queued, one.queued);
    put(nested, Tag::queue_limit, one.queue_limit);
    put(nested, Tag::turned_away, one.turned_away);
    fields.add(Tag::listener, nested);
  }
}

control::RestartLedger unpack_ledger(const Fields& fields) {
  control::RestartLedger ledger;
  ledger.last_accept = moment(fields, Tag::last_accept);
  ledger.first_accept = moment(fields, Tag::first_accept);
  ledger.gap = moment(fields, Tag::gap);
  ledger.open_at_final = fields.number(Tag::open_at_final);
  ledger.finished = fields.number(Tag::finished);
  ledger.closed = fields.number(Tag::closed);
  ledger.cut = fields.number(Tag::cut);
  for (const Fields& nested : fields.nested(Tag::listener)) {
    ledger.listeners.push_back({text(nested, Tag::bind), nested.number(Tag::queued),
                                nested.number(Tag::queue_limit), nested.number(Tag::turned_away)});
  }
  return ledger;
}

}  // namespace

Fields pack_record(const control::RestartRecord& record) {
  Fields fields;
  fields.add(Tag::restart, record.restart)
      .add(Tag::old_generation, record.old_generation)
      .add(Tag::old_pid, static_cast<std::uint64_t>(record.old_pid))
      .add(Tag::generation, record.generation)
      .add(Tag::pid, static_cast<std::uint64_t>(record.pid))
      .add(Tag::asker, std::string_view(record.asker))
      .add(Tag::outcome, std::string_view(record.outcome))
      .add(Tag::at, bits(record.requested_at.time_since_epoch().count()))
      .add(Tag::failed_at, std::string_view(record.failed_at))
      .add(Tag::reason, std::string_view(record.reason));
  if (record.asker_uid) fields.add(Tag::asker_uid, std::uint64_t{*record.asker_uid});
  if (record.took) fields.add(Tag::elapsed, bits(record.took->count()));
  put(fields, Tag::exit_status, record.exit_status);
  put(fields, Tag::term_signal, record.term_signal);
  for (const std::string& line : record.output) fields.add(Tag::output, std::string_view(line));
  for (const control::StepTime& step : record.steps) {
    Fields nested;
    nested.add(Tag::step, std::string_view(step.step))
        .add(Tag::elapsed, bits(step.elapsed.count()))
        .add(Tag::text, std::string_view(step.text));
    fields.add(Tag::step, nested);
  }
  pack_ledger(record.ledger, fields);
  return fields;
}

control::RestartRecord unpack_record(const Fields& fields) {
  const auto number = [&](Tag tag) { return fields.number(tag).value_or(0); };
  control::RestartRecord record;
  record.restart = number(Tag::restart);
  record.old_generation = number(Tag::old_generation);
  record.old_pid = static_cast<pid_t>(number(Tag::old_pid));
  record.generation = number(Tag::generation);
  record.pid = static_cast<pid_t>(number(Tag::pid));
  record.asker = text(fields, Tag::asker);
  if (const auto uid = fields.number(Tag::asker_uid)) record.asker_uid = static_cast<uid_t>(*uid);
  record.outcome = text(fields, Tag::outcome);
  record.requested_at = control::WallTime(milliseconds(value_of(number(Tag::at))));
  if (const auto took = fields.number(Tag::elapsed)) record.took = milliseconds(value_of(*took));
  record.failed_at = text(fields, Tag::failed_at);
  record.reason = text(fields, Tag::reason);
  record.exit_status = small(fields, Tag::exit_status);
  record.term_signal = small(fields, Tag::term_signal);
  for (const std::string_view line : fields.all(Tag::output)) record.output.emplace_back(line);
  for (const Fields& nested : fields.nested(Tag::step)) {
    record.steps.push_back({text(nested, Tag::step),
                            milliseconds(value_of(nested.number(Tag::elapsed).value_or(0))),
                            text(nested, Tag::text)});
  }
  record.ledger = unpack_ledger(fields);
  return record;
}

}  // namespace uninterruptible
