#include "control/history_codec.hpp"

#include <limits>
#include <utility>

#include "control/codec.hpp"
#include "control/wire_text.hpp"

namespace uninterruptible::control {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// Text parts of one restart, before JSON escapes quotes and backslashes (which doubles it at worst): together
// they stay below half of a message, so that every restart fits into one.
constexpr std::size_t output_budget = 6'000;
constexpr std::size_t reason_limit = 2'000;
constexpr std::size_t step_limit = 400;
constexpr std::size_t most_steps = 16;
constexpr std::size_t bind_limit = 120;
constexpr std::size_t most_listeners = 55;
constexpr std::size_t page_budget = largest_message - 1024;

std::string text_of(const OrderedJson& json) {
  return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

template <typename Value>
void put(OrderedJson& json, const char* name, const std::optional<Value>& value) {
  if (value) json[name] = *value;
}
void put(OrderedJson& json, const char* name, const std::optional<microseconds>& value) {
  if (value) json[name] = value->count();
}

OrderedJson listener(const ListenerLedger& ledger) {
  OrderedJson json = {{"bind", wire_text(ledger.bind, bind_limit)}};
  put(json, "queued", ledger.queued);
  put(json, "queue_limit", ledger.queue_limit);
  put(json, "turned_away", ledger.turned_away);
  return json;
}

OrderedJson account(const RestartLedger& ledger) {
  OrderedJson json = OrderedJson::object();
  put(json, "last_accept_us", ledger.last_accept);
  put(json, "first_accept_us", ledger.first_accept);
  put(json, "gap_us", ledger.gap);
  put(json, "open_at_final", ledger.open_at_final);
  put(json, "finished", ledger.finished);
  put(json, "closed", ledger.closed);
  put(json, "cut", ledger.cut);
  OrderedJson listeners = OrderedJson::array();
  for (const ListenerLedger& one : ledger.listeners) {
    if (listeners.size() < most_listeners) listeners.push_back(listener(one));
  }
  json["listeners"] = std::move(listeners);
  return json;
}

OrderedJson record(const RestartRecord& restart) {
  OrderedJson json = {{"restart", restart.restart}, {"old_generation", restart.old_generation},
                      {"old_pid", restart.old_pid}, {"generation", restart.generation},
                      {"pid", restart.pid},         {"asker", wire_text(restart.asker, 64)}};
  put(json, "asker_uid", restart.asker_uid);
  json["outcome"] = wire_text(restart.outcome, 64);
  json["requested_at_ms"] = restart.requested_at.time_since_epoch().count();
  if (restart.took) json["took_ms"] = restart.took->count();
  json["failed_at"] = wire_text(restart.failed_at, 64);
  json["reason"] = wire_text(restart.reason, reason_limit);
  put(json, "exit_status", restart.exit_status);
  put(json, "term_signal", restart.term_signal);
  json["output"] = last_lines(restart.output, output_budget);
  OrderedJson steps = OrderedJson::array();
  for (const StepTime& step : restart.steps) {
    if (steps.size() == most_steps) break;
    steps.push_back({{"step", wire_text(step.step, 64)},
                     {"elapsed_ms", step.elapsed.count()},
                     {"text", wire_text(step.text, step_limit)}});
  }
  json["steps"] = std::move(steps);
  json["ledger"] = account(restart.ledger);
  return json;
}

void take(Fields& fields, const char* name, std::optional<std::uint64_t>& out) {
  if (fields.has(name)) out = fields.number(name);
}
void take(Fields& fields, const char* name, std::optional<int>& out) {
  if (fields.has(name)) out = fields.small(name);
}
void take(Fields& fields, const char* name, std::optional<microseconds>& out) {
  if (fields.has(name)) out = microseconds(fields.signed_number(name));
}

bool read(const Json& json, ListenerLedger& out) {
  Fields fields(json);
  out.bind = fields.text("bind");
  take(fields, "queued", out.queued);
  take(fields, "queue_limit", out.queue_limit);
  take(fields, "turned_away", out.turned_away);
  return fields.ok();
}

bool read(const Json& json, RestartLedger& out) {
  Fields fields(json);
  take(fields, "last_accept_us", out.last_accept);
  take(fields, "first_accept_us", out.first_accept);
  take(fields, "gap_us", out.gap);
  take(fields, "open_at_final", out.open_at_final);
  take(fields, "finished", out.finished);
  take(fields, "closed", out.closed);
  take(fields, "cut", out.cut);
  fields.each("listeners", [&out](const Json& one) { return read(one, out.listeners.emplace_back()); });
  return fields.ok();
}

bool read(const Json& json, StepTime& out) {
  Fields fields(json);
  out.step = fields.text("step");
  out.elapsed = fields.duration("elapsed_ms");
  out.text = fields.text("text");
  return fields.ok();
}

bool read(const Json& json, RestartRecord& out) {
  Fields fields(json);
  out.restart = fields.number("restart");
  out.old_generation = fields.number("old_generation");
  out.old_pid = fields.pid("old_pid");
  out.generation = fields.number("generation");
  out.pid = fields.pid("pid");
  out.asker = fields.text("asker");
  if (fields.has("asker_uid"))
    out.asker_uid = static_cast<uid_t>(fields.number("asker_uid", std::numeric_limits<uid_t>::max()));
  out.outcome = fields.text("outcome");
  out.requested_at = fields.time("requested_at_ms");
  if (fields.has("took_ms")) out.took = fields.duration("took_ms");
  out.failed_at = fields.text("failed_at");
  out.reason = fields.text("reason");
  take(fields, "exit_status", out.exit_status);
  take(fields, "term_signal", out.term_signal);
  out.output = fields.texts("output");
  fields.each("steps", [&out](const Json& one) { return read(one, out.steps.emplace_back()); });
  bool understood = true;
  if (fields.has("ledger")) understood = read(json.at("ledger"), out.ledger);
  return understood && fields.ok() && out.restart != 0;
}

}  // namespace

bool HistoryText::add(const RestartRecord& restart) {
  const std::string text = text_of(record(restart));
  if (restarts_.size() + text.size() + 1 > page_budget) return false;
  if (!restarts_.empty()) restarts_ += ',';
  restarts_ += text;
  return true;
}

std::string HistoryText::reply(std::string_view id, std::uint64_t next) const {
  return "{\"jsonrpc\":\"2.0\",\"id\":" + std::string(id) + ",\"result\":{\"restarts\":[" + restarts_ +
         "],\"next\":" + std::to_string(next) + "}}\n";
}

bool read(const Json& json, HistoryReply& out) {
  Fields fields(json);
  fields.each("restarts", [&out](const Json& one) { return read(one, out.restarts.emplace_back()); });
  out.next = fields.number("next");
  return fields.ok();
}

}  // namespace uninterruptible::control
