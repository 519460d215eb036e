#include "uninterruptible/control_client.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.hpp"
#include "control/line.hpp"

namespace uninterruptible {

using namespace control;
using Why = ControlError::Why;

namespace {

Target find(const std::string& server) {
  if (server.find('/') != std::string::npos) return {server.substr(server.rfind('/') + 1), server};
  std::vector<Target> all = discover();
  std::erase_if(all, [&](const Target& one) { return one.name != server; });
  if (all.empty())
    throw ControlError(Why::no_server, "there is no server '" + escape_text(server, 200) + "'");
  if (all.size() > 1) {
    std::string paths;
    for (const Target& one : all) paths += " " + escape_text(one.path, 200);
    throw ControlError(Why::ambiguous,
                       "several servers are called " + escape_text(server, 200) + ":" + paths);
  }
  return all.front();
}

bool ends(const Step& step) {
  return step.step == "final" || step.step == "failed" || step.step == "rolled_back" ||
         step.step == "rehearsed";
}

}  // namespace

class ControlClient::Impl {
 public:
  Impl(const std::string& server, Milliseconds limit) : limit_(limit), target_(find(server)) {
    connect(false);
  }

  [[nodiscard]] const Hello& hello() const noexcept { return hello_; }

  /// Makes a request and returns its reply. Where the server moved it is made again, and where the connection
  /// was lost only `if_lost`.
  template <typename Reply, typename Request>
  Reply ask(const Request& request, bool if_lost = false) {
    const Deadline enough = Deadline::after(limit_);
    while (true) {
      if (!line_) connect(true);
      if (std::optional<Event> event = reply_to(request(line_->session()), enough))
        return taken<Reply>(std::move(*event));
      const bool again = line_->moved() || if_lost;
      line_.reset();
      if (!again || enough.passed())
        throw ControlError(Why::lost, name() + " ended the connection before it answered");
    }
  }

  /// Hands events on until `on_event` returns false, from one generation to the next. False when the server
  /// has ended in order. Leaves no subscription behind, since nobody would take what comes.
  bool follow(SubscribeOptions options, Deadline enough, const std::function<bool(const Event&)>& on_event) {
    const bool stays = followed(std::move(options), enough, on_event);
    line_.reset();
    return stays;
  }

 private:
  void connect(bool was_there) {
    line_ = connect_to(target_, Deadline::after(limit_), was_there);
    hello_ = line_->hello();
  }

  [[nodiscard]] std::string name() const { return escape_text(hello_.name, 200); }

  std::optional<Event> reply_to(std::uint64_t request, Deadline enough) {
    try {
      return line_->reply(request, enough);
    } catch (const ControlError&) {
      line_.reset();  // whatever still comes on it belongs to nobody
      throw;
    }
  }

  template <typename Reply>
  static Reply taken(Event event) {
    if (auto* const reply = std::get_if<Reply>(&event)) return std::move(*reply);
    if (const auto* const failure = std::get_if<Failure>(&event)) {
      throw ControlError(failure->code == not_permitted ? Why::not_permitted : Why::refused, failure->message,
                         failure->code);
    }
    throw ControlError(Why::protocol, "the server's reply does not fit the request");
  }

  std::uint64_t subscribe(const SubscribeOptions& options) {
    return ask<SubscribeReply>([&](Session& session) { return session.request_subscribe(options); }, true)
        .last_step;
  }

  bool followed(SubscribeOptions options, Deadline enough,
                const std::function<bool(const Event&)>& on_event) {
    const std::uint64_t newest = subscribe(options);
    if (!options.since) options.since = newest;
    for (bool stopping = false;;) {
      Event event;
      const Line::Woke woke = line_->next(event, enough);
      if (woke == Line::Woke::timeout)
        throw ControlError(Why::timed_out, name() + " takes longer than was allowed");
      if (woke == Line::Woke::ended && stopping) return false;
      if (woke == Line::Woke::ended || std::holds_alternative<Moved>(event)) {
        connect(true);
        subscribe_after(options);
        continue;
      }
      if (const auto* const step = std::get_if<Step>(&event)) options.since = step->number;
      stopping = stopping || std::holds_alternative<Stopping>(event);
      if (!on_event(event)) return true;
    }
  }

  void subscribe_after(SubscribeOptions& options) {
    if (subscribe(options) >= options.since) return;
    options.since = 0;  // started anew, it counts its steps from the beginning, and all of them are news
    subscribe(options);
  }

  Milliseconds limit_;
  Target target_;
  std::unique_ptr<Line> line_;  ///< none after an error, until the next request
  Hello hello_;
};

ControlClient::ControlClient(const std::string& server, Milliseconds limit)
    : impl_(std::make_unique<Impl>(server, limit)) {}
ControlClient::ControlClient(ControlClient&&) noexcept = default;
ControlClient& ControlClient::operator=(ControlClient&&) noexcept = default;
ControlClient::~ControlClient() = default;

const Hello& ControlClient::hello() const noexcept { return impl_->hello(); }

ServerStatus ControlClient::status() {
  return impl_->ask<StatusReply>([](Session& session) { return session.request_status(); }, true).status;
}

std::vector<ConnectionRecord> ControlClient::connections(const CloseFilter& filter) {
  std::vector<ConnectionRecord> all;
  std::string after;
  do {
    auto page = impl_->ask<ConnectionsReply>(
        [&](Session& session) { return session.request_connections(after, filter); }, true);
    std::move(page.connections.begin(), page.connections.end(), std::back_inserter(all));
    after = std::move(page.next);
  } while (!after.empty());
  return all;
}

Step ControlClient::restart(const RestartOptions& options, const std::function<void(const Step&)>& on_step,
                            std::optional<Milliseconds> longest) {
  const Deadline enough = longest ? Deadline::after(*longest) : Deadline::never();
  const auto reply =
      impl_->ask<RestartReply>([&](Session& session) { return session.request_restart(options); });
  const pid_t asked = impl_->hello().pid;
  Step last;
  const auto on_event = [&](const Event& event) {
    if (const auto* const step = std::get_if<Step>(&event);
        step != nullptr && step->restart == reply.restart) {
      last = *step;
      if (on_step) on_step(last);
      return !ends(last);
    }
    // Missed steps come before it: those of a process that crashed went with it.
    const auto* const changed = std::get_if<GenerationsChanged>(&event);
    return changed == nullptr || reply.queued || changed->status.pid == asked ||
           !changed->status.restart_step.empty();
  };
  SubscribeOptions wanted;
  wanted.since = 0;
  const bool stays = impl_->follow(wanted, enough, on_event);
  if (ends(last)) return last;
  throw ControlError(Why::lost, stays ? "who carried the restart out is gone; status() tells who is in charge"
                                      : "the server was shut down during the restart");
}

CancelReply ControlClient::cancel() {
  return impl_->ask<CancelReply>([](Session& session) { return session.request_cancel(); });
}

CloseReply ControlClient::close(std::span<const std::string> ids, bool now) {
  return impl_->ask<CloseReply>([&](Session& session) { return session.request_close(ids, now); });
}

CloseReply ControlClient::close_matching(const CloseFilter& filter, bool now, bool dry_run) {
  return impl_->ask<CloseReply>(
      [&](Session& session) { return session.request_close_matching(filter, now, dry_run); });
}

ExtendDrainReply ControlClient::extend_drain(const DrainExtension& extension) {
  return impl_->ask<ExtendDrainReply>(
      [&](Session& session) { return session.request_extend_drain(extension); });
}

LogLevelReply ControlClient::log_level(std::string_view level) {
  return impl_->ask<LogLevelReply>([&](Session& session) { return session.request_log_level(level); }, true);
}

void ControlClient::shut_down(bool now) {
  impl_->ask<ShutdownReply>([&](Session& session) { return session.request_shutdown(now); });
}

void ControlClient::wait_until_ended(Milliseconds longest) {
  try {
    impl_->follow({}, Deadline::after(longest), [](const Event&) { return true; });
  } catch (const ControlError& error) {
    if (error.why() != Why::no_server) throw;  // gone before it could be asked
  }
}

void ControlClient::follow(const SubscribeOptions& options,
                           const std::function<bool(const Event&)>& on_event) {
  impl_->follow(options, Deadline::never(), on_event);
}

}  // namespace uninterruptible
