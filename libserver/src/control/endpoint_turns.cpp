// Whose turn it is: a client's output, then its lines in bounded portions, fairly among all of them.

#include <chrono>
#include <utility>

#include "control/endpoint_impl.hpp"

namespace uninterruptible::control {

namespace {

using namespace std::chrono_literals;

constexpr int most_unanswered = 16;
constexpr int lines_a_turn = 16;
/// So that a client that asks without a pause costs one waking for so many lines, not for each.
constexpr int lines_a_waking = 4;

}  // namespace

/// Does what can be done for a client now, in bounded portions; what is left is continued by the poller.
void Endpoint::Impl::advance(const ClientPointer& client) {
  if (client->advancing || !is_connected(*client)) return;
  client->advancing = true;
  // A second round for what the lines of the first have brought up.
  for (int round = 0; round < 2; ++round) {
    while (!client->closing && client->has_room() && produce(*client)) {
    }
    if (!client->hung_up && !client->send_out()) client->hung_up = true;
    const bool handled = !client->closing && handle_lines(client);
    if (!is_connected(*client)) return;
    if (!handled) break;
  }
  if (!client->hung_up && !client->send_out()) client->hung_up = true;
  client->advancing = false;
  settle(client);
}

/// Decides how a client goes on after its turn.
void Endpoint::Impl::settle(const ClientPointer& client) {
  const bool line_left = !client->closing && client->line_waits();
  if (client->hung_up) {
    // What it asked for before it left is carried out; the replies go nowhere.
    if (!line_left && (client->closing || client->receive() != Client::Received::bytes)) return drop(client);
    return continue_later(client);
  }
  if (client->closing && client->all_sent()) return see_off(client);
  const bool asked_enough =
      client->input_ended && !line_left && !client->subscribed && client->unanswered == 0;
  if (asked_enough && client->all_sent()) return drop(client);
  const bool line_may_go_on = line_left && !client->queued && client->unanswered < most_unanswered;
  if (client->all_sent() && !client->closing && (line_may_go_on || is_due(*client))) continue_later(client);
  choose_interest(*client);
}

/// True when it did something. At most a few lines at a time, so that one client never holds up a server.
bool Endpoint::Impl::handle_lines(const ClientPointer& client) {
  bool handled = false;
  for (int turn = 0; turn < lines_a_turn; ++turn) {
    const bool room = client->has_room() || client->hung_up;
    if (client->closing || !room || client->unanswered >= most_unanswered) return handled;
    if (client->line_too_long()) {
      client->put(encode_reply("null", Refusal{parse_error, "a line is longer than 64 KiB"}));
      close_when_sent(client);
      return true;
    }
    if (!client->line_waits() || !may_ask_now(*client)) return handled;
    const std::optional<std::string> line = client->next_line();
    if (!line) return handled;
    handled = true;
    handle_line(client, *line);
    if (!is_connected(*client)) return true;
  }
  return handled;
}

/// Takes one request out of what all clients may ask together; where nothing is left, or others wait already,
/// the client is put at the end of those who wait. One that has hung up cannot ask more than is there
/// already, and must not occupy a place for longer.
bool Endpoint::Impl::may_ask_now(Client& client) {
  if (client.hung_up) return true;
  if (client.queued) return false;
  const auto now = Clock::now();
  if (requests_.is_left(now) && (client.its_turn || waiting_.empty())) {
    requests_.use(now);
    return true;
  }
  client.queued = true;
  waiting_.push_back(client.number);
  if (!turns_timer_) give_turns_later();
  return false;
}

void Endpoint::Impl::give_turns_later() {
  const std::weak_ptr<Impl> weak = weak_from_this();
  turns_timer_ = poller_.call_at(requests_.ready(lines_a_waking), [weak] {
    if (const auto self = weak.lock()) self->give_turns();
  });
}

void Endpoint::Impl::give_turns() {
  turns_timer_ = 0;
  while (!waiting_.empty() && requests_.is_left(Clock::now())) {
    const ClientPointer client = find(waiting_.front());
    waiting_.pop_front();
    if (!client) continue;
    client->queued = false;
    client->its_turn = true;
    advance(client);
    client->its_turn = false;
  }
  if (!waiting_.empty() && !turns_timer_) give_turns_later();
}

void Endpoint::Impl::continue_later(const ClientPointer& client) {
  if (client->again) return;
  client->again = true;
  const std::weak_ptr<Impl> weak = weak_from_this();
  poller_.call_after(0ms, [weak, number = client->number] {
    const auto self = weak.lock();
    const ClientPointer found = self ? self->find(number) : nullptr;
    if (!found) return;
    found->again = false;
    self->advance(found);
  });
}

void Endpoint::Impl::choose_interest(const Client& client) {
  if (client.said_all) return poller_.want(client.watch, true, false);
  const bool reading = !client.input_ended && !client.closing && client.has_room() && !client.line_waits() &&
                       client.unanswered < most_unanswered;
  poller_.want(client.watch, reading, !client.all_sent());
}

}  // namespace uninterruptible::control
