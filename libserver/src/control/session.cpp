#include <deque>
#include <map>
#include <utility>

#include "control/codec.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::control {

class Session::Impl final : public PendingRequests {
 public:
  std::optional<Method> take(std::uint64_t request) override {
    const auto found = pending_.find(request);
    if (found == pending_.end()) return std::nullopt;
    const Method method = found->second;
    pending_.erase(found);
    return method;
  }

  std::uint64_t expect(Method method) {
    pending_.emplace(++last_request_, method);
    return last_request_;
  }

  void feed(std::string_view bytes) {
    while (!broken_ && !bytes.empty()) {
      const std::size_t end = bytes.find('\n');
      const std::string_view part = bytes.substr(0, end);
      // The newline counts: a line of the largest size has its newline as the last byte.
      if (line_.size() + part.size() >= largest_message)
        return fail("the server sent a line that is too long");
      line_ += part;
      if (end == std::string_view::npos) return;
      bytes.remove_prefix(end + 1);
      take_line();
      line_.clear();
    }
  }

  void send(std::string_view text) { output += text; }

  std::deque<Event> events;
  std::string output;

 private:
  void take_line() {
    std::optional<Event> event = decode_event(line_, *this);
    if (!event) return;
    if (const auto* error = std::get_if<ProtocolError>(&*event)) return fail(error->message);
    const auto* const hello = std::get_if<Hello>(&*event);
    // Before the greeting only a refusal of this client may come.
    const auto* const failure = std::get_if<Failure>(&*event);
    if (!greeted_ && hello == nullptr && (failure == nullptr || failure->request != 0)) {
      return fail("the server did not greet first");
    }
    greeted_ = greeted_ || hello != nullptr;
    const int protocol = hello != nullptr ? hello->protocol : protocol_version;
    events.push_back(std::move(*event));
    if (protocol != protocol_version) {
      fail("the server speaks version " + std::to_string(protocol) +
           " of the protocol, this program version " + std::to_string(protocol_version));
    }
  }

  void fail(std::string message) {
    broken_ = true;
    line_ = std::string();
    events.emplace_back(ProtocolError{std::move(message)});
  }

  std::map<std::uint64_t, Method> pending_;
  std::uint64_t last_request_ = 0;
  std::string line_;
  bool greeted_ = false;
  bool broken_ = false;
};

Session::Session() : impl_(std::make_unique<Impl>()) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

void Session::feed(std::string_view bytes) { impl_->feed(bytes); }

std::optional<Event> Session::next_event() {
  if (impl_->events.empty()) return std::nullopt;
  std::optional<Event> event = std::move(impl_->events.front());
  impl_->events.pop_front();
  return event;
}

std::string_view Session::output() const noexcept { return impl_->output; }
void Session::sent(std::size_t count) { impl_->output.erase(0, count); }

std::uint64_t Session::request_status() {
  const std::uint64_t id = impl_->expect(Method::status);
  impl_->send(encode_request(id, Method::status));
  return id;
}

std::uint64_t Session::request_connections(std::string_view after, const CloseFilter& filter) {
  const std::uint64_t id = impl_->expect(Method::connections);
  impl_->send(encode_connections_request(id, after, filter));
  return id;
}

std::uint64_t Session::request_restart(const RestartOptions& options) {
  const std::uint64_t id = impl_->expect(Method::restart);
  impl_->send(encode_restart_request(id, options));
  return id;
}

std::uint64_t Session::request_cancel() {
  const std::uint64_t id = impl_->expect(Method::cancel);
  impl_->send(encode_request(id, Method::cancel));
  return id;
}

std::uint64_t Session::request_close(std::span<const std::string> ids, bool now) {
  const std::uint64_t id = impl_->expect(Method::close);
  impl_->send(encode_close_request(id, ids, now));
  return id;
}

std::uint64_t Session::request_close_matching(const CloseFilter& filter, bool now, bool dry_run) {
  const std::uint64_t id = impl_->expect(Method::close);
  impl_->send(encode_close_request(id, filter, now, dry_run));
  return id;
}

std::uint64_t Session::request_shutdown(bool now) {
  const std::uint64_t id = impl_->expect(Method::shutdown);
  impl_->send(encode_shutdown_request(id, now));
  return id;
}

std::uint64_t Session::request_extend_drain(const DrainExtension& extension) {
  const std::uint64_t id = impl_->expect(Method::extend_drain);
  impl_->send(encode_extend_drain_request(id, extension));
  return id;
}

std::uint64_t Session::request_log_level(std::string_view level) {
  const std::uint64_t id = impl_->expect(Method::log_level);
  impl_->send(encode_log_level_request(id, level));
  return id;
}

std::uint64_t Session::request_history(std::uint64_t before, std::uint64_t limit) {
  const std::uint64_t id = impl_->expect(Method::history);
  impl_->send(encode_history_request(id, before, limit));
  return id;
}

std::uint64_t Session::request_subscribe(const SubscribeOptions& options) {
  const std::uint64_t id = impl_->expect(Method::subscribe);
  impl_->send(encode_subscribe_request(id, options));
  return id;
}

}  // namespace uninterruptible::control
