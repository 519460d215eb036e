#include "record_json.hpp"

namespace uninterruptible::cli {

namespace {

template <typename Value>
void write(JsonWriter& json, const char* name, const std::optional<Value>& value) {
  if (value) json.field(name, *value);
}
void write(JsonWriter& json, const char* name, const std::optional<std::chrono::microseconds>& value) {
  if (value) json.field(name, value->count());
}

void write_ledger(JsonWriter& json, const control::RestartLedger& ledger) {
  json.begin_object();
  write(json, "last_accept_us", ledger.last_accept);
  write(json, "first_accept_us", ledger.first_accept);
  write(json, "gap_us", ledger.gap);
  write(json, "open_at_final", ledger.open_at_final);
  write(json, "finished", ledger.finished);
  write(json, "closed", ledger.closed);
  write(json, "cut", ledger.cut);
  json.key("listeners").begin_list();
  for (const control::ListenerLedger& one : ledger.listeners) {
    json.begin_object().field("bind", one.bind);
    write(json, "queued", one.queued);
    write(json, "queue_limit", one.queue_limit);
    write(json, "turned_away", one.turned_away);
    json.end_object();
  }
  json.end_list().end_object();
}
}  // namespace

void write_fields(JsonWriter& json, const control::GenerationStatus& generation) {
  json.field("generation", generation.generation)
      .field("pid", generation.pid)
      .field("state", generation.state)
      .field("in_charge", generation.in_charge)
      .field("connections", generation.connections)
      .field("accepted", generation.accepted)
      .time("started_at", generation.started_at);
  if (generation.draining_since) json.time("draining_since", *generation.draining_since);
  if (generation.cut_off_at) json.time("cut_off_at", *generation.cut_off_at);
  if (!generation.version.empty()) json.field("version", generation.version);
  json.key("counters").begin_object();
  for (const auto& [name, count] : generation.counters) json.field(name, count);
  json.end_object().key("facts").begin_object();
  for (const auto& [name, text] : generation.facts) json.field(name, text);
  json.end_object();
}

void write_fields(JsonWriter& json, const control::ConnectionRecord& connection) {
  json.field("id", connection.id)
      .field("generation", connection.generation)
      .field("state", connection.state)
      .field("peer", connection.peer)
      .field("local", connection.local)
      .field("label", connection.label)
      .time("opened_at", connection.opened_at)
      .time("active_at", connection.active_at)
      .field("bytes_in", connection.bytes_in)
      .field("bytes_out", connection.bytes_out);
}

void write_fields(JsonWriter& json, const control::Step& step) {
  json.field("number", step.number)
      .field("restart", step.restart)
      .field("generation", step.generation)
      .field("step", step.step)
      .time("at", step.at)
      .field("elapsed_ms", step.elapsed.count())
      .field("text", step.text)
      .field("pid", step.pid)
      .field("failed_at", step.failed_at);
  if (step.exit_status) json.field("exit_status", *step.exit_status);
  if (step.term_signal) json.field("term_signal", *step.term_signal);
  json.field("output", step.output);
}

void write_fields(JsonWriter& json, const control::RestartRecord& restart) {
  json.field("restart", restart.restart)
      .field("old_generation", restart.old_generation)
      .field("old_pid", restart.old_pid)
      .field("generation", restart.generation)
      .field("pid", restart.pid)
      .field("asker", restart.asker);
  write(json, "asker_uid", restart.asker_uid);
  json.field("outcome", restart.outcome).time("requested_at", restart.requested_at);
  if (restart.took) json.field("took_ms", restart.took->count());
  json.field("failed_at", restart.failed_at).field("reason", restart.reason);
  write(json, "exit_status", restart.exit_status);
  write(json, "term_signal", restart.term_signal);
  json.field("output", restart.output).key("steps").begin_list();
  for (const control::StepTime& step : restart.steps) {
    json.begin_object()
        .field("step", step.step)
        .field("elapsed_ms", step.elapsed.count())
        .field("text", step.text)
        .end_object();
  }
  json.end_list().key("ledger");
  write_ledger(json, restart.ledger);
}

}  // namespace uninterruptible::cli
