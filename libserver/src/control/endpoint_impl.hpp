#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "control/allowance.hpp"
#include "control/client.hpp"
#include "control/codec.hpp"
#include "control/endpoint.hpp"

namespace uninterruptible::control {

/// Private to endpoint*.cpp.
class Endpoint::Impl : public std::enable_shared_from_this<Endpoint::Impl> {
 public:
  Impl(sys::Poller& poller, Backend& backend) : poller_(poller), backend_(backend) {}

  // endpoint.cpp: the listening socket and the clients
  void serve(int listener, const Groups& groups);
  void stop();
  void close_clients();
  void end_everything();
  [[nodiscard]] std::size_t clients() const noexcept { return clients_.size(); }

  // endpoint_publish.cpp: what goes to subscribers
  void publish(const Step& step);
  void publish(const LogLine& line);
  void generations_changed();
  void moved(const Moved& to);
  void stopping(const Stopping& how);

 private:
  // Far more than anybody needs, and a few hundredths of a processor.
  static constexpr int requests_a_second = 250;
  static constexpr int requests_at_once = 100;

  using ClientPointer = std::shared_ptr<Client>;

  void accept_clients();
  [[nodiscard]] std::optional<Refusal> why_full(Role role) const;
  void welcome(UniqueFd socket);
  void on_event(std::uint64_t number, std::uint32_t events);
  void close_when_sent(const ClientPointer& client);
  void see_off(const ClientPointer& client);
  void drop(const ClientPointer& client);
  [[nodiscard]] bool is_connected(const Client& client) const { return clients_.count(client.number) != 0; }
  [[nodiscard]] ClientPointer find(std::uint64_t number) const;
  [[nodiscard]] std::vector<ClientPointer> everybody() const;

  // endpoint_turns.cpp: who is served when
  void advance(const ClientPointer& client);
  void settle(const ClientPointer& client);
  bool handle_lines(const ClientPointer& client);
  [[nodiscard]] bool may_ask_now(Client& client);
  void give_turns_later();
  void give_turns();
  void continue_later(const ClientPointer& client);
  void choose_interest(const Client& client);

  // endpoint_requests.cpp: what clients ask
  void handle_line(const ClientPointer& client, const std::string& line);
  void answer(const ClientPointer& client, const std::string& id, const std::string& reply);
  void connections_page(const ClientPointer& client, const std::string& id, const ConnectionsCall& call);
  void history_page(const ClientPointer& client, const std::string& id, const HistoryCall& call);
  void send_page(std::uint64_t client, const std::string& id, const ConnectionsCall& call,
                 std::vector<ConnectionRecord> connections);
  template <typename Result>
  [[nodiscard]] Answer<Result> reply_later(const ClientPointer& client, const std::string& id);
  void subscribe(const ClientPointer& client, const std::string& id, const SubscribeOptions& options);
  void answer_later(std::uint64_t client, const std::string& id, const std::string& reply);

  // endpoint_publish.cpp
  void choose_log_level();
  bool produce(Client& client);
  [[nodiscard]] static bool is_due(const Client& client);
  void publish_generations();
  void collect_soon();
  void collect();
  void collected(std::vector<ConnectionRecord> connections);

  sys::Poller& poller_;
  Backend& backend_;
  int listener_ = -1;
  Groups groups_;
  sys::Poller::Token listener_watch_ = 0;
  sys::Poller::Token accept_pause_ = 0;
  std::uint64_t last_client_ = 0;
  std::map<std::uint64_t, ClientPointer> clients_;
  Allowance requests_{requests_a_second, requests_at_once};
  std::deque<std::uint64_t> waiting_;  ///< clients with lines for which nothing is left of it, in their order
  sys::Poller::Token turns_timer_ = 0;
  std::optional<Stopping> stopping_;
  std::string log_level_;  ///< the least severe one that a client follows; empty: nobody does

  sys::Poller::Token generations_timer_ = 0;
  Clock::time_point generations_published_{};

  sys::Poller::Token collect_timer_ = 0;
  bool collecting_ = false;
  bool ended_ = false;
  Clock::time_point collect_started_{};
  Clock::duration collect_interval_{};
};

}  // namespace uninterruptible::control
