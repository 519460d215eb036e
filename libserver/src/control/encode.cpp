#include <utility>

#include "control/codec.hpp"
#include "control/json.hpp"
#include "control/wire_text.hpp"

namespace uninterruptible::control {

namespace {

// Text parts of one message, before JSON escapes quotes and backslashes (which doubles it at worst).
constexpr std::size_t output_budget = 20'000;
constexpr std::size_t list_budget = 6'000;
constexpr std::size_t most_generations = 64;
constexpr std::size_t most_counters = 200;
constexpr std::size_t facts_budget = 6'000;
constexpr std::size_t page_budget = largest_message - 1024;

std::string text_of(const OrderedJson& json) {
  return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

std::string notification(const char* method, OrderedJson params) {
  return text_of({{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}}) + "\n";
}

std::string result(std::string_view id, const OrderedJson& value) {
  return "{\"jsonrpc\":\"2.0\",\"id\":" + std::string(id) + ",\"result\":" + text_of(value) + "}\n";
}

std::int64_t ms(WallTime time) { return time.time_since_epoch().count(); }

/// What there is still room for in one message.
struct Room {
  std::size_t counters = most_counters;
  std::size_t facts_bytes = facts_budget;  ///< for versions too
};

OrderedJson generation(const GenerationStatus& status, Room& room) {
  OrderedJson json = {{"generation", status.generation},
                      {"pid", status.pid},
                      {"state", wire_text(status.state, 64)},
                      {"in_charge", status.in_charge},
                      {"started_at_ms", ms(status.started_at)},
                      {"connections", status.connections},
                      {"accepted", status.accepted}};
  if (status.draining_since) json["draining_since_ms"] = ms(*status.draining_since);
  if (status.cut_off_at) json["cut_off_at_ms"] = ms(*status.cut_off_at);
  OrderedJson counters = OrderedJson::object();
  for (const auto& [name, count] : status.counters) {
    if (room.counters == 0) break;
    counters[wire_text(name, 64)] = count;
    --room.counters;
  }
  json["counters"] = std::move(counters);
  if (std::string safe = wire_text(status.version, 100); !safe.empty() && safe.size() <= room.facts_bytes) {
    room.facts_bytes -= safe.size();
    json["version"] = std::move(safe);
  }
  OrderedJson facts = OrderedJson::object();
  for (const auto& [name, text] : status.facts) {
    std::string safe = wire_text(text, 1000);
    const std::size_t bytes = name.size() + safe.size();
    if (bytes > room.facts_bytes) break;
    room.facts_bytes -= bytes;
    facts[wire_text(name, 64)] = std::move(safe);
  }
  json["facts"] = std::move(facts);
  return json;
}

OrderedJson server(const ServerStatus& status) {
  OrderedJson generations = OrderedJson::array();
  Room room;
  for (const GenerationStatus& one : status.generations) {
    if (generations.size() < most_generations) generations.push_back(generation(one, room));
  }
  OrderedJson json = {{"name", wire_text(status.name, 256)},
                      {"generation", status.generation},
                      {"pid", status.pid},
                      {"binds", first_texts(status.binds, list_budget)},
                      {"addresses", first_texts(status.addresses, list_budget)},
                      {"lost_paths", first_texts(status.lost_paths, list_budget / 3)},
                      {"generations", std::move(generations)},
                      {"restart_step", wire_text(status.restart_step, 64)},
                      {"start_command", first_texts(status.start_command, list_budget)},
                      {"drain_timeout_ms", status.drain_timeout.count()},
                      {"rollback_window_ms", status.rollback_window.count()}};
  if (status.program_changed) json["program_changed"] = *status.program_changed;
  return json;
}

OrderedJson connection(const ConnectionRecord& record) {
  return {{"id", wire_text(record.id, 64)},       {"generation", record.generation},
          {"state", wire_text(record.state, 64)}, {"peer", wire_text(record.peer)},
          {"local", wire_text(record.local)},     {"label", wire_text(record.label)},
          {"opened_at_ms", ms(record.opened_at)}, {"active_at_ms", ms(record.active_at)},
          {"bytes_in", record.bytes_in},          {"bytes_out", record.bytes_out}};
}

bool append(std::string& list, const std::string& text, std::size_t other) {
  if (list.size() + other + text.size() + 1 > page_budget) return false;
  if (!list.empty()) list += ',';
  list += text;
  return true;
}

}  // namespace

std::string encode(const Hello& hello) {
  return notification("hello", {{"protocol", hello.protocol},
                                {"name", wire_text(hello.name, 256)},
                                {"generation", hello.generation},
                                {"pid", hello.pid},
                                {"library_version", wire_text(hello.library_version, 64)},
                                {"role", wire_text(hello.role, 64)}});
}

std::string encode(const Step& step) {
  OrderedJson json = {{"number", step.number},
                      {"restart", step.restart},
                      {"generation", step.generation},
                      {"step", wire_text(step.step, 64)},
                      {"at_ms", ms(step.at)},
                      {"elapsed_ms", step.elapsed.count()},
                      {"text", wire_text(step.text, 4096)},
                      {"pid", step.pid},
                      {"failed_at", wire_text(step.failed_at, 64)}};
  if (step.exit_status) json["exit_status"] = *step.exit_status;
  if (step.term_signal) json["term_signal"] = *step.term_signal;
  json["output"] = last_lines(step.output, output_budget);
  return notification("step", std::move(json));
}

std::string encode(const GenerationsChanged& changed) {
  return notification("generations", server(changed.status));
}

std::string encode(const LogLine& line) {
  OrderedJson json = {{"generation", line.generation},
                      {"at_ms", ms(line.at)},
                      {"level", wire_text(line.level, 64)},
                      {"text", wire_text(line.text, 4096)}};
  if (line.lost > 0) json["lost"] = line.lost;
  return notification("log", std::move(json));
}

std::string encode(const Moved& moved) {
  return notification("moved", {{"generation", moved.generation}, {"pid", moved.pid}});
}

std::string encode(const Stopping& stopping) {
  return notification("stopping", {{"connections", stopping.connections}});
}

std::string encode_reply(std::string_view id, const ServerStatus& status) {
  return result(id, server(status));
}

std::string encode_reply(std::string_view id, const RestartAccepted& accepted) {
  return result(
      id, {{"restart", accepted.restart}, {"generation", accepted.generation}, {"queued", accepted.queued}});
}

std::string encode_reply(std::string_view id, const RestartCancelled& cancelled) {
  return result(id, {{"restart", cancelled.restart},
                     {"generation", cancelled.generation},
                     {"step", wire_text(cancelled.step, 64)}});
}

std::string encode_reply(std::string_view id, const CloseOutcome& outcome) {
  return result(id, {{"closing", outcome.closing}, {"unknown", outcome.unknown}, {"count", outcome.count}});
}

std::string encode_reply(std::string_view id, const DrainExtended& extended) {
  OrderedJson generations = OrderedJson::array();
  for (const DrainEnd& one : extended.generations) {
    if (generations.size() == most_generations) break;
    OrderedJson json = {{"generation", one.generation}};
    if (one.cut_off_at) json["cut_off_at_ms"] = ms(*one.cut_off_at);
    generations.push_back(std::move(json));
  }
  OrderedJson unchanged = OrderedJson::array();
  for (const std::uint64_t one : extended.unchanged) {
    if (unchanged.size() < most_generations) unchanged.push_back(one);
  }
  return result(id, {{"generations", std::move(generations)}, {"unchanged", std::move(unchanged)}});
}

std::string encode_reply(std::string_view id, const LogLevels& levels) {
  OrderedJson generations = OrderedJson::array();
  for (const GenerationLogLevel& one : levels.generations) {
    if (generations.size() == most_generations) break;
    generations.push_back({{"generation", one.generation},
                           {"before", wire_text(one.before, 64)},
                           {"level", wire_text(one.level, 64)}});
  }
  return result(id, {{"generations", std::move(generations)}});
}

std::string encode_reply(std::string_view id, const Refusal& refusal) {
  const OrderedJson error = {{"code", refusal.code}, {"message", wire_text(refusal.message, 4096)}};
  return "{\"jsonrpc\":\"2.0\",\"id\":" + std::string(id) + ",\"error\":" + text_of(error) + "}\n";
}

std::string encode_shutdown_reply(std::string_view id) { return result(id, OrderedJson::object()); }

std::string encode_subscribe_reply(std::string_view id, std::uint64_t last_step) {
  return result(id, {{"last_step", last_step}});
}

bool PageText::add(const ConnectionRecord& record) {
  return append(connections_, text_of(connection(record)), removed_.size());
}

bool PageText::remove(std::string_view id) {
  return append(removed_, text_of(OrderedJson(wire_text(id, 64))), connections_.size());
}

std::string PageText::reply(std::string_view id, std::string_view next) const {
  return "{\"jsonrpc\":\"2.0\",\"id\":" + std::string(id) + ",\"result\":{\"connections\":[" + connections_ +
         "],\"next\":" + text_of(OrderedJson(wire_text(next, 64))) + "}}\n";
}

std::string PageText::notification(std::uint64_t number, bool reset, bool complete) const {
  return "{\"jsonrpc\":\"2.0\",\"method\":\"connections\",\"params\":{\"number\":" + std::to_string(number) +
         ",\"reset\":" + (reset ? "true" : "false") + ",\"complete\":" + (complete ? "true" : "false") +
         ",\"changed\":[" + connections_ + "],\"removed\":[" + removed_ + "]}}\n";
}

}  // namespace uninterruptible::control
