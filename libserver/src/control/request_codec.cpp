#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "base/text.hpp"
#include "control/codec.hpp"
#include "control/json.hpp"

namespace uninterruptible::control {

namespace {

constexpr std::size_t longest_request_id = 128;
constexpr std::chrono::hours longest_time{24 * 366 * 10};
constexpr std::size_t longest_peer = 256;
constexpr std::size_t longest_level = 16;

struct Name {
  const char* text;
  Method method;
};
constexpr Name names[] = {{"status", Method::status},
                          {"connections", Method::connections},
                          {"restart", Method::restart},
                          {"cancel", Method::cancel},
                          {"close", Method::close},
                          {"shutdown", Method::shutdown},
                          {"extend_drain", Method::extend_drain},
                          {"log_level", Method::log_level},
                          {"subscribe", Method::subscribe},
                          {"history", Method::history}};

const char* name_of(Method method) {
  for (const Name& name : names) {
    if (name.method == method) return name.text;
  }
  return "";
}

using Call = decltype(Request::call);

std::optional<std::chrono::milliseconds> optional_duration(Fields& fields, const char* name) {
  if (!fields.has(name)) return std::nullopt;
  return std::chrono::milliseconds(fields.number(name, longest_duration_ms));
}

/// What is wrong with the conditions, which are read into `filter`.
std::optional<Refusal> read_conditions(Fields& fields, CloseFilter& filter) {
  if (fields.has("generation")) filter.generation = fields.number("generation");
  filter.peer = fields.text("peer");
  filter.state = fields.text("state");
  filter.idle = optional_duration(fields, "idle_ms");
  filter.older = optional_duration(fields, "older_ms");
  if (!fields.ok()) {
    return Refusal{invalid_params,
                   "'generation' is a number, 'peer' and 'state' are texts, 'idle_ms' and 'older_ms' are "
                   "milliseconds, at most ten years"};
  }
  if (fields.has("peer") && (filter.peer.empty() || filter.peer.size() > longest_peer))
    return Refusal{invalid_params, "'peer' is an address or a network"};
  if (fields.has("state") && filter.state != "open" && filter.state != "closing")
    return Refusal{invalid_params, "'state' is open or closing"};
  return std::nullopt;
}

Call connections_call(Fields fields) {
  ConnectionsCall call;
  call.after = fields.text("after");
  if (fields.has("limit")) call.limit = fields.number("limit", largest_page);
  if (!fields.ok() || call.limit == 0) {
    return Refusal{invalid_params, "'after' is an id, 'limit' is 1 to " + std::to_string(largest_page)};
  }
  if (!call.after.empty() && !parse_connection_id(call.after)) {
    return Refusal{invalid_params, "'after' is no connection id"};
  }
  if (auto refusal = read_conditions(fields, call.filter)) return std::move(*refusal);
  return call;
}

Call restart_call(Fields fields) {
  RestartOptions options;
  if (fields.has("rollback_window_ms")) options.rollback_window = fields.duration("rollback_window_ms");
  if (fields.has("drain_timeout_ms")) options.drain_timeout = fields.duration("drain_timeout_ms");
  options.rehearse = fields.flag("rehearse", false);
  options.queue = fields.flag("queue", false);
  const auto is_odd = [](const auto& time) { return time && (time->count() < 0 || *time > longest_time); };
  if (!fields.ok() || is_odd(options.rollback_window) || is_odd(options.drain_timeout)) {
    return Refusal{
        invalid_params,
        "'rollback_window_ms' and 'drain_timeout_ms' are milliseconds, ten years at most; 'rehearse' "
        "and 'queue' are true or false"};
  }
  if (options.queue && (options.rehearse || options.rollback_window || options.drain_timeout))
    return Refusal{invalid_params,
                   "'queue' goes with no other option: the next generation carries the request out"};
  return RestartCall{options};
}

Call close_ids_call(Fields fields, CloseCall call) {
  call.ids = fields.texts("ids");
  if (!fields.ok() || call.ids.empty() || call.ids.size() > most_ids) {
    return Refusal{invalid_params, "'ids' is a list of 1 to " + std::to_string(most_ids) + " connection ids"};
  }
  for (const std::string& id : call.ids) {
    if (!parse_connection_id(id)) return Refusal{invalid_params, "not a connection id: " + id.substr(0, 64)};
  }
  return call;
}

Call close_matching_call(Fields fields, CloseCall call) {
  call.filter.emplace();
  if (auto refusal = read_conditions(fields, *call.filter)) return std::move(*refusal);
  return call;
}

Call close_call(Fields fields) {
  CloseCall call;
  call.now = fields.flag("now", false);
  call.dry_run = fields.flag("dry_run", false);
  if (!fields.ok()) return Refusal{invalid_params, "'now' and 'dry_run' are true or false"};
  constexpr const char* conditions[] = {"generation", "peer", "state", "idle_ms", "older_ms"};
  const bool filtered = std::any_of(std::begin(conditions), std::end(conditions),
                                    [&](const char* name) { return fields.has(name); });
  if (fields.has("ids") == filtered) {
    return Refusal{invalid_params,
                   "either 'ids', or some of 'generation', 'peer', 'state', 'idle_ms' and 'older_ms'"};
  }
  if (filtered) return close_matching_call(std::move(fields), std::move(call));
  if (call.dry_run) return Refusal{invalid_params, "'dry_run' is for conditions, not for 'ids'"};
  return close_ids_call(std::move(fields), std::move(call));
}

Call shutdown_call(Fields fields) {
  const ShutdownCall call{fields.flag("now", false)};
  if (!fields.ok()) return Refusal{invalid_params, "'now' is true or false"};
  return call;
}

Call extend_drain_call(Fields fields) {
  DrainExtension extension;
  if (fields.has("generation")) extension.generation = fields.number("generation");
  extension.by = optional_duration(fields, "by_ms");
  const bool forever = fields.has("until") && fields.text("until") == "none";
  const bool good = fields.ok() && forever != extension.by.has_value() && fields.has("until") == forever;
  if (!good || extension.by == std::chrono::milliseconds(0)) {
    return Refusal{invalid_params,
                   "either 'by_ms', 1 to ten years in milliseconds, or 'until' with \"none\"; 'generation' "
                   "is a number"};
  }
  return extension;
}

Call log_level_call(Fields fields) {
  LogLevelCall call{fields.text("level")};
  const bool good = fields.ok() && call.level.size() <= longest_level;
  if (!good || (fields.has("level") && call.level.empty()))
    return Refusal{invalid_params, "'level' is the name of a level"};
  return call;
}

Call history_call(Fields fields) {
  HistoryCall call;
  call.before = fields.number("before");
  if (fields.has("limit")) call.limit = fields.number("limit", largest_page);
  if (!fields.ok() || call.limit == 0) {
    return Refusal{invalid_params,
                   "'before' is a restart's number, 'limit' is 1 to " + std::to_string(largest_page)};
  }
  return call;
}

Call subscribe_call(Fields fields) {
  SubscribeOptions options;
  options.connections = fields.flag("connections", false);
  if (fields.has("since")) options.since = fields.number("since");
  options.log = fields.text("log");
  if (!fields.ok()) {
    return Refusal{invalid_params,
                   "'connections' is true or false, 'since' is a step's number, 'log' is a level"};
  }
  if (fields.has("log") && !rank_of_level(options.log))
    return Refusal{invalid_params, "'log' is debug, info, warn, error or fatal"};
  return options;
}

Call read_call(const Json& request) {
  const std::string method = request.at("method").get<std::string>();
  static const Json nothing = Json::object();
  const Json& params = request.contains("params") ? request.at("params") : nothing;
  for (const Name& name : names) {
    if (method != name.text) continue;
    if (!params.is_object()) return Refusal{invalid_params, "'params' is an object"};
    switch (name.method) {
      case Method::status: return StatusCall{};
      case Method::connections: return connections_call(Fields(params));
      case Method::restart: return restart_call(Fields(params));
      case Method::cancel: return CancelCall{};
      case Method::close: return close_call(Fields(params));
      case Method::shutdown: return shutdown_call(Fields(params));
      case Method::extend_drain: return extend_drain_call(Fields(params));
      case Method::log_level: return log_level_call(Fields(params));
      case Method::subscribe: return subscribe_call(Fields(params));
      case Method::history: return history_call(Fields(params));
    }
  }
  return Refusal{method_not_found, "no method '" + method.substr(0, 64) + "'"};
}

bool readable_id(const Json& id) {
  if (id.is_string()) return id.get_ref<const std::string&>().size() <= longest_request_id;
  return id.is_null() || id.is_number_integer();
}

void put_conditions(OrderedJson& params, const CloseFilter& filter) {
  if (filter.generation) params["generation"] = *filter.generation;
  if (!filter.peer.empty()) params["peer"] = filter.peer;
  if (!filter.state.empty()) params["state"] = filter.state;
  if (filter.idle) params["idle_ms"] = filter.idle->count();
  if (filter.older) params["older_ms"] = filter.older->count();
}

std::string request_text(std::uint64_t id, Method method, const OrderedJson* params) {
  OrderedJson json = {{"jsonrpc", "2.0"}, {"id", id}, {"method", name_of(method)}};
  if (params != nullptr) json["params"] = *params;
  return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

}  // namespace

Request decode_request(std::string_view line) {
  const std::optional<Json> json = parse_json(line);
  if (!json) return {"null", Refusal{parse_error, "not JSON in UTF-8, or nested too deeply"}};
  if (json->is_array()) return {"null", Refusal{invalid_request, "batches are not supported"}};
  if (!json->is_object()) return {"null", Refusal{invalid_request, "a request is an object"}};

  std::string id;
  if (json->contains("id")) {
    const Json& value = json->at("id");
    if (!readable_id(value)) return {"null", Refusal{invalid_request, "'id' is a number or a short string"}};
    id = value.dump();
  }
  const auto version = json->find("jsonrpc");
  if (version == json->end() || *version != "2.0") {
    return {id.empty() ? "null" : id, Refusal{invalid_request, "'jsonrpc' must be \"2.0\""}};
  }
  const auto method = json->find("method");
  if (method == json->end() || !method->is_string()) {
    return {id.empty() ? "null" : id, Refusal{invalid_request, "'method' is missing"}};
  }
  return {std::move(id), read_call(*json)};
}

std::string encode_request(std::uint64_t id, Method method) { return request_text(id, method, nullptr); }

std::string encode_connections_request(std::uint64_t id, std::string_view after, const CloseFilter& filter) {
  OrderedJson params = OrderedJson::object();
  if (!after.empty()) params["after"] = std::string(after);
  put_conditions(params, filter);
  params["limit"] = largest_page;
  return request_text(id, Method::connections, &params);
}

std::string encode_restart_request(std::uint64_t id, const RestartOptions& options) {
  OrderedJson params = OrderedJson::object();
  if (options.rollback_window) params["rollback_window_ms"] = options.rollback_window->count();
  if (options.drain_timeout) params["drain_timeout_ms"] = options.drain_timeout->count();
  if (options.rehearse) params["rehearse"] = true;
  if (options.queue) params["queue"] = true;
  return request_text(id, Method::restart, params.empty() ? nullptr : &params);
}

std::string encode_close_request(std::uint64_t id, std::span<const std::string> ids, bool now) {
  OrderedJson params = {{"ids", OrderedJson::array()}};
  for (const std::string& one : ids) params["ids"].push_back(one);
  if (now) params["now"] = true;
  return request_text(id, Method::close, &params);
}

std::string encode_close_request(std::uint64_t id, const CloseFilter& filter, bool now, bool dry_run) {
  OrderedJson params = OrderedJson::object();
  put_conditions(params, filter);
  if (now) params["now"] = true;
  if (dry_run) params["dry_run"] = true;
  return request_text(id, Method::close, &params);
}

std::string encode_shutdown_request(std::uint64_t id, bool now) {
  const OrderedJson params = {{"now", true}};
  return request_text(id, Method::shutdown, now ? &params : nullptr);
}

std::string encode_extend_drain_request(std::uint64_t id, const DrainExtension& extension) {
  OrderedJson params = OrderedJson::object();
  if (extension.generation) params["generation"] = *extension.generation;
  if (extension.by) {
    params["by_ms"] = extension.by->count();
  } else {
    params["until"] = "none";
  }
  return request_text(id, Method::extend_drain, &params);
}

std::string encode_log_level_request(std::uint64_t id, std::string_view level) {
  const OrderedJson params = {{"level", std::string(level)}};
  return request_text(id, Method::log_level, level.empty() ? nullptr : &params);
}

std::string encode_history_request(std::uint64_t id, std::uint64_t before, std::uint64_t limit) {
  OrderedJson params = OrderedJson::object();
  if (before != 0) params["before"] = before;
  params["limit"] = limit;
  return request_text(id, Method::history, &params);
}

std::string encode_subscribe_request(std::uint64_t id, const SubscribeOptions& options) {
  OrderedJson params = OrderedJson::object();
  if (options.connections) params["connections"] = true;
  if (options.since) params["since"] = *options.since;
  if (!options.log.empty()) params["log"] = options.log;
  return request_text(id, Method::subscribe, &params);
}

std::optional<std::size_t> rank_of_level(std::string_view level) {
  constexpr std::string_view levels[] = {"debug", "info", "warn", "error", "fatal"};
  const auto* const found = std::find(std::begin(levels), std::end(levels), level);
  if (found == std::end(levels)) return std::nullopt;
  return static_cast<std::size_t>(found - std::begin(levels));
}

std::optional<std::pair<std::uint64_t, std::uint64_t>> parse_connection_id(std::string_view id) {
  constexpr std::uint64_t highest = std::numeric_limits<std::uint64_t>::max();
  constexpr std::size_t longest = 41;
  const std::size_t dash = id.find('-');
  if (dash == std::string_view::npos || id.size() > longest) return std::nullopt;
  const auto generation = parse_number(id.substr(0, dash), 0, highest);
  const auto number = parse_number(id.substr(dash + 1), 0, highest);
  if (!generation || !number) return std::nullopt;
  return std::make_pair(*generation, *number);
}

}  // namespace uninterruptible::control
