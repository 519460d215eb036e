#include "control/endpoint.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "control/endpoint_impl.hpp"

namespace uninterruptible::control {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_clients = 32;
/// So that those who only watch never keep those out who must act.
constexpr std::ptrdiff_t most_observers = 24;
constexpr int accepts_a_turn = 16;
constexpr auto accept_pause = 100ms;
constexpr auto closing_limit = 2s;

/// One line for somebody who is sent away; it fits into an empty socket buffer, so this never waits.
void send_away(UniqueFd socket, const Refusal& refusal) {
  const std::string line = encode_reply("null", refusal);
  [[maybe_unused]] const ssize_t sent =
      ::send(socket.get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  close_without_reset(socket);
}

}  // namespace

void Endpoint::Impl::serve(int listener, const Groups& groups) {
  stop();
  listener_ = listener;
  groups_ = groups;
  const std::weak_ptr<Impl> weak = weak_from_this();
  listener_watch_ = poller_.watch(listener, sys::Poller::Rank::other, [weak](std::uint32_t) {
    if (const auto self = weak.lock()) self->accept_clients();
  });
}

void Endpoint::Impl::stop() {
  if (listener_ < 0) return;
  poller_.forget(listener_watch_);
  poller_.cancel(accept_pause_);
  listener_ = -1;
}

void Endpoint::Impl::accept_clients() {
  for (int turn = 0; turn < accepts_a_turn && listener_ >= 0; ++turn) {
    UniqueFd socket(::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket) {
      welcome(std::move(socket));
      continue;
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    if (errno == EAGAIN) return;
    // Out of descriptors or memory: what waits keeps the listener readable, so look away for a moment.
    poller_.want(listener_watch_, false, false);
    const std::weak_ptr<Impl> weak = weak_from_this();
    accept_pause_ = poller_.call_after(accept_pause, [weak] {
      const auto self = weak.lock();
      if (self && self->listener_ >= 0) self->poller_.want(self->listener_watch_, true, false);
    });
    return;
  }
}

std::optional<Refusal> Endpoint::Impl::why_full(Role role) const {
  if (clients_.size() >= most_clients) {
    return Refusal{too_many_clients, "too many clients (" + std::to_string(most_clients) + ")"};
  }
  const auto observers = std::count_if(clients_.begin(), clients_.end(),
                                       [](const auto& entry) { return entry.second->role == Role::observe; });
  if (role != Role::observe || observers < most_observers) return std::nullopt;
  return Refusal{too_many_clients, "too many clients that observe (" + std::to_string(most_observers) + ")"};
}

void Endpoint::Impl::welcome(UniqueFd socket) {
  const std::optional<Peer> peer = peer_of(socket.get());
  const Role role = peer ? role_of(*peer, groups_) : Role::none;
  if (role == Role::none) {
    const bool alone = !groups_.observe && !groups_.operate;
    return send_away(
        std::move(socket),
        {not_permitted, alone ? "only the server's own user and root may control it"
                              : "only the server's own user, root and the members of its control "
                                "groups may connect"});
  }
  if (const auto refusal = why_full(role)) return send_away(std::move(socket), *refusal);
  const std::uint64_t number = ++last_client_;
  const auto client = std::make_shared<Client>(number, std::move(socket), peer->uid, role);
  const std::weak_ptr<Impl> weak = weak_from_this();
  client->watch =
      poller_.watch(client->socket.get(), sys::Poller::Rank::other, [weak, number](std::uint32_t events) {
        if (const auto self = weak.lock()) self->on_event(number, events);
      });
  clients_.emplace(number, client);
  Hello hello = backend_.hello();
  hello.role = name_of(role);
  client->put(encode(hello));
  if (stopping_) client->put(encode(*stopping_));
  advance(client);
}

void Endpoint::Impl::on_event(std::uint64_t number, std::uint32_t events) {
  const ClientPointer client = find(number);
  if (!client) return;
  const bool gone = (events & (EPOLLHUP | EPOLLERR)) != 0;
  const bool reads = !client->input_ended && !client->closing && !client->line_waits();
  if (gone) client->hung_up = true;
  if (reads && !gone && (events & EPOLLIN) != 0) {
    switch (client->receive()) {
      case Client::Received::bytes:
      case Client::Received::nothing: break;
      case Client::Received::end: client->input_ended = true; break;
      case Client::Received::failure: return drop(client);
    }
  }
  advance(client);
}

/// One that is told to go and has been sent everything: it may be sending just now and must still read what
/// it was told, so it is listened to until it ends. The limit of close_when_sent() holds.
void Endpoint::Impl::see_off(const ClientPointer& client) {
  if (!std::exchange(client->said_all, true)) client->end_output();
  if (client->discard_input()) return drop(client);
  choose_interest(*client);
}

void Endpoint::Impl::close_when_sent(const ClientPointer& client) {
  if (client->closing) return;
  client->closing = true;
  const std::weak_ptr<Impl> weak = weak_from_this();
  poller_.call_after(closing_limit, [weak, number = client->number] {
    const auto self = weak.lock();
    if (const ClientPointer found = self ? self->find(number) : nullptr) self->drop(found);
  });
}

void Endpoint::Impl::drop(const ClientPointer& client) {
  if (clients_.erase(client->number) == 0) return;
  poller_.forget(client->watch);
  close_without_reset(client->socket);
  client->connections.forget();
  if (!client->log_level.empty()) choose_log_level();
}

void Endpoint::Impl::close_clients() {
  for (const ClientPointer& client : everybody()) {
    client->send_out();
    drop(client);
  }
}

void Endpoint::Impl::end_everything() {
  ended_ = true;
  stop();
  for (const ClientPointer& client : everybody()) drop(client);
  poller_.cancel(generations_timer_);
  poller_.cancel(collect_timer_);
  poller_.cancel(turns_timer_);
}

Endpoint::Impl::ClientPointer Endpoint::Impl::find(std::uint64_t number) const {
  const auto found = clients_.find(number);
  return found == clients_.end() ? nullptr : found->second;
}

std::vector<Endpoint::Impl::ClientPointer> Endpoint::Impl::everybody() const {
  std::vector<ClientPointer> all;
  all.reserve(clients_.size());
  for (const auto& [number, client] : clients_) all.push_back(client);
  return all;
}

Endpoint::Endpoint(sys::Poller& poller, Backend& backend) : impl_(std::make_shared<Impl>(poller, backend)) {}
Endpoint::~Endpoint() { impl_->end_everything(); }
void Endpoint::serve(int listener, const Groups& groups) { impl_->serve(listener, groups); }
void Endpoint::stop() { impl_->stop(); }
void Endpoint::publish(const Step& step) { impl_->publish(step); }
void Endpoint::publish(const LogLine& line) { impl_->publish(line); }
void Endpoint::generations_changed() { impl_->generations_changed(); }
void Endpoint::moved(const Moved& to) { impl_->moved(to); }
void Endpoint::stopping(const Stopping& how) { impl_->stopping(how); }
void Endpoint::close_clients() { impl_->close_clients(); }
std::size_t Endpoint::clients() const noexcept { return impl_->clients(); }

}  // namespace uninterruptible::control
