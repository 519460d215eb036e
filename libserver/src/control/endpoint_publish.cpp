#include <algorithm>
#include <utility>

#include "control/endpoint_impl.hpp"

namespace uninterruptible::control {

namespace {
using namespace std::chrono_literals;

constexpr auto generations_interval = 100ms;
constexpr auto collect_interval = 200ms;
/// A subscriber that took nothing for so long starts again from a snapshot, so that it holds no old one in
/// memory.
constexpr auto patience = 1s;
}  // namespace

/// Puts the next message that the client is due. False when there is none.
bool Endpoint::Impl::produce(Client& client) {
  if (!client.subscribed) return false;
  if (client.steps_due) {
    client.steps_due = false;
    for (const Step& step : backend_.steps_since(client.step_cursor)) {
      if (!client.has_room()) {
        client.steps_due = true;
        break;
      }
      client.put(encode(step));
      client.step_cursor = step.number;
    }
    return true;
  }
  if (client.generations_due) {
    client.generations_due = false;
    client.put(encode(GenerationsChanged{backend_.status()}));
    return true;
  }
  if (client.wants_connections && client.connections.due()) {
    client.put(client.connections.next_message());
    return true;
  }
  return false;
}

bool Endpoint::Impl::is_due(const Client& client) {
  if (!client.subscribed) return false;
  return client.steps_due || client.generations_due || (client.wants_connections && client.connections.due());
}

void Endpoint::Impl::publish(const Step& step) {
  for (const ClientPointer& client : everybody()) {
    if (!client->subscribed || client->closing) continue;
    if (client->steps_due || !client->has_room()) {
      // Fetched from the backend when the client reads again.
      client->steps_due = true;
      continue;
    }
    if (step.number <= client->step_cursor) continue;
    client->put(encode(step));
    client->step_cursor = step.number;
    // Sent at once, but nothing is asked of the backend here: it may be in the middle of this very step.
    if (client->advancing) continue;
    if (!client->send_out()) {
      drop(client);
    } else {
      choose_interest(*client);
    }
  }
}

void Endpoint::Impl::publish(const LogLine& line) {
  for (const ClientPointer& client : everybody()) {
    if (client->log_level.empty() || client->closing) continue;
    client->log_lost += line.lost;
    if (rank_of_level(line.level) < rank_of_level(client->log_level)) continue;
    if (!client->has_room_for_log()) {
      ++client->log_lost;
      continue;
    }
    LogLine told = line;
    told.lost = std::exchange(client->log_lost, 0);
    client->put(encode(told));
    if (client->advancing) continue;
    if (!client->send_out()) {
      drop(client);
    } else {
      choose_interest(*client);
    }
  }
}

/// Tells the backend from which level on lines are of use to anybody.
void Endpoint::Impl::choose_log_level() {
  if (ended_) return;
  std::string least;
  for (const auto& [number, client] : clients_) {
    const std::string& level = client->log_level;
    if (client->closing) continue;
    if (!level.empty() && (least.empty() || rank_of_level(level) < rank_of_level(least))) least = level;
  }
  if (least == log_level_) return;
  log_level_ = least;
  backend_.follow_log(least);
}

void Endpoint::Impl::generations_changed() {
  if (generations_timer_ != 0) return;
  const std::weak_ptr<Impl> weak = weak_from_this();
  const auto when = std::max(Clock::now(), generations_published_ + generations_interval);
  generations_timer_ = poller_.call_at(when, [weak] {
    if (const auto self = weak.lock()) self->publish_generations();
  });
}

void Endpoint::Impl::publish_generations() {
  generations_timer_ = 0;
  generations_published_ = Clock::now();
  for (const ClientPointer& client : everybody()) {
    if (!client->subscribed) continue;
    client->generations_due = true;
    advance(client);
  }
}

void Endpoint::Impl::moved(const Moved& to) {
  stop();
  const std::string line = encode(to);
  for (const ClientPointer& client : everybody()) {
    if (client->closing) continue;
    client->put(line);
    close_when_sent(client);
    advance(client);
  }
  choose_log_level();
}

void Endpoint::Impl::stopping(const Stopping& how) {
  stopping_ = how;
  const std::string line = encode(how);
  for (const ClientPointer& client : everybody()) {
    if (client->closing) continue;
    client->put(line);
    advance(client);
  }
}

void Endpoint::Impl::collect_soon() {
  if (collecting_ || collect_timer_ != 0) return;
  const std::weak_ptr<Impl> weak = weak_from_this();
  collect_timer_ = poller_.call_after(0ms, [weak] {
    if (const auto self = weak.lock()) self->collect();
  });
}

void Endpoint::Impl::collect() {
  collect_timer_ = 0;
  const auto wants = [](const auto& entry) { return entry.second->wants_connections; };
  if (std::none_of(clients_.begin(), clients_.end(), wants)) return;
  collecting_ = true;
  collect_started_ = Clock::now();
  const std::weak_ptr<Impl> weak = weak_from_this();
  backend_.collect([weak](std::vector<ConnectionRecord> connections) {
    if (const auto self = weak.lock()) self->collected(std::move(connections));
  });
}

void Endpoint::Impl::collected(std::vector<ConnectionRecord> connections) {
  collecting_ = false;
  if (ended_) return;
  const auto now = Clock::now();
  const auto snapshot = std::make_shared<const ConnectionSnapshot>(std::move(connections));
  for (const ClientPointer& client : everybody()) {
    if (!client->wants_connections) continue;
    if (!client->has_room() && now - client->last_progress() > patience) client->connections.forget();
    client->connections.update(snapshot);
    advance(client);
  }
  // With very many connections looking at all of them takes long; it must never become the server's main
  // work.
  collect_interval_ = std::max<Clock::duration>(collect_interval, 10 * (Clock::now() - now));
  const std::weak_ptr<Impl> weak = weak_from_this();
  collect_timer_ = poller_.call_at(std::max(now, collect_started_ + collect_interval_), [weak] {
    if (const auto self = weak.lock()) self->collect();
  });
}

}  // namespace uninterruptible::control
