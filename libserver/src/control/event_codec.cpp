#include <utility>

#include "control/codec.hpp"
#include "control/history_codec.hpp"
#include "control/json.hpp"

namespace uninterruptible::control {

namespace {

bool read(const Json& json, GenerationStatus& out) {
  Fields fields(json);
  out.generation = fields.number("generation");
  out.pid = fields.pid("pid");
  out.state = fields.text("state");
  out.in_charge = fields.flag("in_charge", false);
  out.started_at = fields.time("started_at_ms");
  out.connections = fields.number("connections");
  out.accepted = fields.number("accepted");
  if (fields.has("draining_since_ms")) out.draining_since = fields.time("draining_since_ms");
  if (fields.has("cut_off_at_ms")) out.cut_off_at = fields.time("cut_off_at_ms");
  fields.each_number("counters",
                     [&out](const std::string& name, std::uint64_t count) { out.counters[name] = count; });
  fields.each_text("facts",
                   [&out](const std::string& name, std::string text) { out.facts[name] = std::move(text); });
  out.version = fields.text("version");
  return fields.ok();
}

bool read(const Json& json, ConnectionRecord& out);
bool read(const Json& json, DrainEnd& out);
bool read(const Json& json, GenerationLogLevel& out);

template <typename Element>
auto reader_into(std::vector<Element>& list) {
  return [&list](const Json& json) { return read(json, list.emplace_back()); };
}

bool read(const Json& json, ServerStatus& out) {
  Fields fields(json);
  out.name = fields.text("name");
  out.generation = fields.number("generation");
  out.pid = fields.pid("pid");
  out.binds = fields.texts("binds");
  out.addresses = fields.texts("addresses");
  if (fields.has("lost_paths")) out.lost_paths = fields.texts("lost_paths");
  fields.each("generations", reader_into(out.generations));
  out.restart_step = fields.text("restart_step");
  out.start_command = fields.texts("start_command");
  out.drain_timeout = fields.duration("drain_timeout_ms");
  out.rollback_window = fields.duration("rollback_window_ms");
  if (fields.has("program_changed")) out.program_changed = fields.flag("program_changed", false);
  return fields.ok();
}

bool read(const Json& json, ConnectionRecord& out) {
  Fields fields(json);
  out.id = fields.text("id");
  out.generation = fields.number("generation");
  out.state = fields.text("state");
  out.peer = fields.text("peer");
  out.local = fields.text("local");
  out.label = fields.text("label");
  out.opened_at = fields.time("opened_at_ms");
  out.active_at = fields.time("active_at_ms");
  out.bytes_in = fields.number("bytes_in");
  out.bytes_out = fields.number("bytes_out");
  return fields.ok() && !out.id.empty();
}

bool read(const Json& json, Step& out) {
  Fields fields(json);
  out.number = fields.number("number");
  out.restart = fields.number("restart");
  out.generation = fields.number("generation");
  out.step = fields.text("step");
  out.at = fields.time("at_ms");
  out.elapsed = fields.duration("elapsed_ms");
  out.text = fields.text("text");
  out.pid = fields.pid("pid");
  out.failed_at = fields.text("failed_at");
  if (fields.has("exit_status")) out.exit_status = fields.small("exit_status");
  if (fields.has("term_signal")) out.term_signal = fields.small("term_signal");
  out.output = fields.texts("output");
  return fields.ok() && !out.step.empty();
}

bool read(const Json& json, Hello& out) {
  Fields fields(json);
  if (!fields.has("protocol")) return false;
  out.protocol = fields.small("protocol");
  // Of another version nothing is known but this number.
  if (!fields.ok() || out.protocol != protocol_version) return fields.ok();
  out.name = fields.text("name");
  out.generation = fields.number("generation");
  out.pid = fields.pid("pid");
  out.library_version = fields.text("library_version");
  if (fields.has("role")) out.role = fields.text("role");
  return fields.ok();
}

bool read(const Json& json, GenerationsChanged& out) { return read(json, out.status); }
bool read(const Json& json, StatusReply& out) { return read(json, out.status); }

bool read(const Json& json, ConnectionsChanged& out) {
  Fields fields(json);
  out.number = fields.number("number");
  out.reset = fields.flag("reset", false);
  out.complete = fields.flag("complete", true);
  fields.each("changed", reader_into(out.changed));
  out.removed = fields.texts("removed");
  return fields.ok();
}

bool read(const Json& json, LogLine& out) {
  Fields fields(json);
  out.generation = fields.number("generation");
  out.at = fields.time("at_ms");
  out.level = fields.text("level");
  out.text = fields.text("text");
  out.lost = fields.number("lost");
  return fields.ok();
}

bool read(const Json& json, Moved& out) {
  Fields fields(json);
  out.generation = fields.number("generation");
  out.pid = fields.pid("pid");
  return fields.ok();
}

bool read(const Json& json, Stopping& out) {
  Fields fields(json);
  out.connections = fields.number("connections");
  return fields.ok();
}

bool read(const Json& json, ConnectionsReply& out) {
  Fields fields(json);
  fields.each("connections", reader_into(out.connections));
  out.next = fields.text("next");
  return fields.ok();
}

bool read(const Json& json, RestartReply& out) {
  Fields fields(json);
  out.restart = fields.number("restart");
  out.generation = fields.number("generation");
  out.queued = fields.flag("queued", false);
  return fields.ok();
}

bool read(const Json& json, CancelReply& out) {
  Fields fields(json);
  out.restart = fields.number("restart");
  out.generation = fields.number("generation");
  out.step = fields.text("step");
  return fields.ok();
}

bool read(const Json& json, CloseReply& out) {
  Fields fields(json);
  out.closing = fields.texts("closing");
  out.unknown = fields.texts("unknown");
  out.count = fields.has("count") ? fields.number("count") : out.closing.size();
  return fields.ok();
}

bool read(const Json& json, ShutdownReply&) { return json.is_object(); }

bool read(const Json& json, DrainEnd& out) {
  Fields fields(json);
  out.generation = fields.number("generation");
  if (fields.has("cut_off_at_ms")) out.cut_off_at = fields.time("cut_off_at_ms");
  return fields.ok();
}

bool read(const Json& json, ExtendDrainReply& out) {
  Fields fields(json);
  fields.each("generations", reader_into(out.generations));
  fields.each("unchanged", [&out](const Json& one) {
    if (!one.is_number_unsigned()) return false;
    out.unchanged.push_back(one.get<std::uint64_t>());
    return true;
  });
  return fields.ok();
}

bool read(const Json& json, GenerationLogLevel& out) {
  Fields fields(json);
  out.generation = fields.number("generation");
  out.before = fields.text("before");
  out.level = fields.text("level");
  return fields.ok();
}

bool read(const Json& json, LogLevelReply& out) {
  Fields fields(json);
  fields.each("generations", reader_into(out.generations));
  return fields.ok();
}

bool read(const Json& json, SubscribeReply& out) {
  Fields fields(json);
  out.last_step = fields.number("last_step");
  return fields.ok();
}

ProtocolError bad(std::string_view what) {
  return {"the server's " + std::string(what) + " cannot be understood"};
}

template <typename Message>
Event message(const Json& params, const char* what) {
  Message out;
  if (!read(params, out)) return bad(what);
  return out;
}

template <typename Message>
Event reply(std::uint64_t request, const Json& result) {
  Message out;
  out.request = request;
  if (!read(result, out)) return bad("reply");
  return out;
}

Event decode_result(std::uint64_t request, Method method, const Json& result) {
  switch (method) {
    case Method::status: return reply<StatusReply>(request, result);
    case Method::connections: return reply<ConnectionsReply>(request, result);
    case Method::restart: return reply<RestartReply>(request, result);
    case Method::cancel: return reply<CancelReply>(request, result);
    case Method::close: return reply<CloseReply>(request, result);
    case Method::shutdown: return reply<ShutdownReply>(request, result);
    case Method::extend_drain: return reply<ExtendDrainReply>(request, result);
    case Method::log_level: return reply<LogLevelReply>(request, result);
    case Method::subscribe: return reply<SubscribeReply>(request, result);
    case Method::history: return reply<HistoryReply>(request, result);
  }
  return bad("reply");
}

Event decode_reply(const Json& json, PendingRequests& pending) {
  Failure failure;
  const auto error = json.find("error");
  if (error != json.end()) {
    Fields fields(*error);
    failure.code = fields.small("code");
    failure.message = fields.text("message");
    if (!fields.ok()) return bad("error");
  }
  const auto id = json.find("id");
  if (id != json.end() && id->is_number_unsigned()) {
    failure.request = id->get<std::uint64_t>();
    const std::optional<Method> method = pending.take(failure.request);
    if (!method) return ProtocolError{"the server answers what was not asked"};
    if (error != json.end()) return failure;
    const auto result = json.find("result");
    if (result == json.end()) return bad("reply");
    return decode_result(failure.request, *method, *result);
  }
  // Without a number: the server could not read a request, or does not want this client.
  if (error != json.end() && (id == json.end() || id->is_null())) return failure;
  return bad("reply");
}

}  // namespace

std::optional<Event> decode_event(std::string_view line, PendingRequests& pending) {
  const std::optional<Json> json = parse_json(line);
  if (!json || !json->is_object()) return bad("message");
  const auto version = json->find("jsonrpc");
  if (version == json->end() || *version != "2.0") return bad("message");
  const auto method = json->find("method");
  if (method == json->end()) return decode_reply(*json, pending);
  if (!method->is_string()) return bad("message");

  static const Json nothing = Json::object();
  const auto found = json->find("params");
  const Json& params = found == json->end() ? nothing : *found;
  const auto& name = method->get_ref<const std::string&>();
  if (name == "hello") return message<Hello>(params, "greeting");
  if (name == "step") return message<Step>(params, "step");
  if (name == "generations") return message<GenerationsChanged>(params, "generations");
  if (name == "connections") return message<ConnectionsChanged>(params, "connections");
  if (name == "log") return message<LogLine>(params, "log line");
  if (name == "moved") return message<Moved>(params, "move");
  if (name == "stopping") return message<Stopping>(params, "end");
  return std::nullopt;
}

}  // namespace uninterruptible::control
