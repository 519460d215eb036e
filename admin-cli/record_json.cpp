#include "record_json.hpp"

namespace uninterruptible::cli {

namespace {
auto milliseconds_of(control::WallTime time) { return time.time_since_epoch().count(); }
}  // namespace

void write_fields(JsonWriter& json, const control::GenerationStatus& generation) {
  json.field("generation", generation.generation)
      .field("pid", generation.pid)
      .field("state", generation.state)
      .field("in_charge", generation.in_charge)
      .field("connections", generation.connections)
      .field("accepted", generation.accepted)
      .field("started_at_ms", milliseconds_of(generation.started_at));
  if (generation.draining_since) json.field("draining_since_ms", milliseconds_of(*generation.draining_since));
  if (generation.cut_off_at) json.field("cut_off_at_ms", milliseconds_of(*generation.cut_off_at));
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
      .field("opened_at_ms", milliseconds_of(connection.opened_at))
      .field("active_at_ms", milliseconds_of(connection.active_at))
      .field("bytes_in", connection.bytes_in)
      .field("bytes_out", connection.bytes_out);
}

void write_fields(JsonWriter& json, const control::Step& step) {
  json.field("number", step.number)
      .field("restart", step.restart)
      .field("generation", step.generation)
      .field("step", step.step)
      .field("at_ms", milliseconds_of(step.at))
      .field("elapsed_ms", step.elapsed.count())
      .field("text", step.text)
      .field("pid", step.pid)
      .field("failed_at", step.failed_at);
  if (step.exit_status) json.field("exit_status", *step.exit_status);
  if (step.term_signal) json.field("term_signal", *step.term_signal);
  json.field("output", step.output);
}

}  // namespace uninterruptible::cli
