#include <algorithm>
#include <type_traits>
#include <utility>

#include "control/endpoint_impl.hpp"

namespace uninterruptible::control {

namespace {

/// What changes nothing: for somebody who has gone it need not be done.
template <typename Call>
constexpr bool only_asks = std::is_same_v<Call, StatusCall> || std::is_same_v<Call, ConnectionsCall> ||
                           std::is_same_v<Call, SubscribeOptions>;

const char* name_of(const RestartCall&) { return "restart"; }
const char* name_of(const CancelCall&) { return "cancel"; }
const char* name_of(const CloseCall&) { return "close"; }
const char* name_of(const ShutdownCall&) { return "shutdown"; }
const char* name_of(const DrainExtension&) { return "extend_drain"; }
const char* name_of(const LogLevelCall&) { return "log_level"; }

}  // namespace

/// For what the backend may have to ask other generations about first.
template <typename Result>
Answer<Result> Endpoint::Impl::reply_later(const ClientPointer& client, const std::string& id) {
  ++client->unanswered;
  const std::weak_ptr<Impl> weak = weak_from_this();
  return [weak, number = client->number, id](const std::variant<Result, Refusal>& outcome) {
    const auto self = weak.lock();
    if (!self || self->ended_) return;
    const auto encoded = [&id](const auto& one) { return encode_reply(id, one); };
    self->answer_later(number, id, std::visit(encoded, outcome));
  };
}

void Endpoint::Impl::handle_line(const ClientPointer& client, const std::string& line) {
  if (line.find_first_not_of(" \t\r") == std::string::npos) return;
  Request request = decode_request(line);
  const std::string& id = request.id;
  std::visit(
      [&](auto&& call) {
        using Call = std::decay_t<decltype(call)>;
        if (only_asks<Call> && client->hung_up) return;
        if constexpr (std::is_same_v<Call, Refusal>) {
          answer(client, id, encode_reply(id, call));
        } else if constexpr (std::is_same_v<Call, StatusCall>) {
          answer(client, id, encode_reply(id, backend_.status()));
        } else if constexpr (std::is_same_v<Call, ConnectionsCall>) {
          connections_page(client, id, call);
        } else if constexpr (std::is_same_v<Call, SubscribeOptions>) {
          subscribe(client, id, call);
        } else if constexpr (std::is_same_v<Call, HistoryCall>) {
          history_page(client, id, call);
        } else if (client->role != Role::operate) {
          answer(client, id,
                 encode_reply(id, Refusal{not_permitted, std::string(name_of(call)) +
                                                             " needs the role operate; this user's role is " +
                                                             control::name_of(client->role)}));
        } else if constexpr (std::is_same_v<Call, RestartCall>) {
          std::visit([&](const auto& outcome) { answer(client, id, encode_reply(id, outcome)); },
                     backend_.restart(call.options, client->uid));
        } else if constexpr (std::is_same_v<Call, CancelCall>) {
          std::visit([&](const auto& outcome) { answer(client, id, encode_reply(id, outcome)); },
                     backend_.cancel(client->uid));
        } else if constexpr (std::is_same_v<Call, CloseCall>) {
          backend_.close(std::move(call), client->uid, reply_later<CloseOutcome>(client, id));
        } else if constexpr (std::is_same_v<Call, ShutdownCall>) {
          // Answered first: the backend may tell everybody of its end before it returns.
          answer(client, id, encode_shutdown_reply(id));
          backend_.shut_down(client->uid, call.now);
        } else if constexpr (std::is_same_v<Call, DrainExtension>) {
          backend_.extend_drain(call, client->uid, reply_later<DrainExtended>(client, id));
        } else {
          static_assert(std::is_same_v<Call, LogLevelCall>);
          backend_.log_level(call.level, client->uid, reply_later<LogLevels>(client, id));
        }
      },
      std::move(request.call));
}

void Endpoint::Impl::answer(const ClientPointer& client, const std::string& id, const std::string& reply) {
  // It may have gone, or been told to go, while the backend was at work.
  if (!id.empty() && is_connected(*client) && !client->closing) client->put(reply);
}

void Endpoint::Impl::answer_later(std::uint64_t number, const std::string& id, const std::string& reply) {
  const ClientPointer client = find(number);
  if (!client) return;
  --client->unanswered;
  answer(client, id, reply);
  advance(client);
}

void Endpoint::Impl::connections_page(const ClientPointer& client, const std::string& id,
                                      const ConnectionsCall& call) {
  ++client->unanswered;
  const std::weak_ptr<Impl> weak = weak_from_this();
  const auto send = [weak, number = client->number, id, call](std::vector<ConnectionRecord> connections) {
    const auto self = weak.lock();
    if (self && !self->ended_) self->send_page(number, id, call, std::move(connections));
  };
  if (call.filter == CloseFilter{}) return backend_.collect(send);
  backend_.collect_matching(call.filter, [weak, number = client->number, id, send](auto outcome) {
    if (auto* const connections = std::get_if<std::vector<ConnectionRecord>>(&outcome))
      return send(std::move(*connections));
    const auto self = weak.lock();
    if (self && !self->ended_) self->answer_later(number, id, encode_reply(id, std::get<Refusal>(outcome)));
  });
}

void Endpoint::Impl::history_page(const ClientPointer& client, const std::string& id,
                                  const HistoryCall& call) {
  HistoryText page;
  std::uint64_t count = 0;
  std::uint64_t next = 0;
  std::uint64_t last = 0;
  for (const RestartRecord& restart : backend_.history()) {
    if (call.before != 0 && restart.restart >= call.before) continue;
    if (count == call.limit || !page.add(restart)) {
      next = last;
      break;
    }
    ++count;
    last = restart.restart;
  }
  answer(client, id, page.reply(id, next));
}

void Endpoint::Impl::send_page(std::uint64_t client, const std::string& id, const ConnectionsCall& call,
                               std::vector<ConnectionRecord> connections) {
  const ConnectionSnapshot all(std::move(connections));
  std::size_t position = 0;
  if (const auto after = parse_connection_id(call.after)) {
    const auto first = std::upper_bound(all.keys.begin(), all.keys.end(), *after);
    position = static_cast<std::size_t>(first - all.keys.begin());
  }
  PageText page;
  std::string next;
  for (std::uint64_t count = 0; position < all.records.size(); ++position, ++count) {
    if (count == call.limit || !page.add(all.records[position])) {
      next = all.records[position - 1].id;
      break;
    }
  }
  answer_later(client, id, page.reply(id, next));
}

void Endpoint::Impl::subscribe(const ClientPointer& client, const std::string& id,
                               const SubscribeOptions& options) {
  if (!options.log.empty() && client->role != Role::operate) {
    return answer(client, id,
                  encode_reply(id, Refusal{not_permitted, std::string("'log' needs the role operate; this "
                                                                      "user's role is ") +
                                                              control::name_of(client->role)}));
  }
  const std::vector<Step> steps = backend_.steps_since(0);
  const std::uint64_t last = steps.empty() ? 0 : steps.back().number;
  client->subscribed = true;
  client->wants_connections = options.connections;
  // A cursor from before a cold start may be ahead of a server that counts from 1 again.
  client->step_cursor = std::min(options.since.value_or(last), last);
  client->steps_due = true;
  client->generations_due = true;
  client->connections.forget();
  client->log_level = options.log;
  client->log_lost = 0;
  answer(client, id, encode_subscribe_reply(id, last));
  choose_log_level();
  if (options.connections) collect_soon();
}

}  // namespace uninterruptible::control
