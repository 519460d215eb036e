#include <optional>
#include <utility>

#include "choose_server.hpp"
#include "commands.hpp"
#include "event_changes.hpp"
#include "event_printer.hpp"
#include "link.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

class Follower {
 public:
  Follower(Link link, control::SubscribeOptions wanted, EventPrinter printer)
      : link_(std::move(link)), wanted_(std::move(wanted)), printer_(printer) {}

  /// Returns when the server has ended in order.
  void follow() {
    subscribe(Deadline::after(reply_limit));
    while (true) {
      control::Event event;
      const Link::Woke woke = link_.wait(event, Deadline::never());
      if (woke == Link::Woke::ended) {
        if (stopping_) return printer_.ended();
        connect_to_next();
      } else if (std::holds_alternative<control::Moved>(event)) {
        connect_to_next();
      } else if (const auto* const step = std::get_if<control::Step>(&event)) {
        take(*step);
      } else if (const auto* const status = std::get_if<control::GenerationsChanged>(&event)) {
        for (const GenerationChange& change : generations_.take(status->status)) printer_.generation(change);
      } else if (const auto* const message = std::get_if<control::ConnectionsChanged>(&event)) {
        for (const ConnectionChange& change : connections_.take(*message)) printer_.connection(change);
      } else if (const auto* const line = std::get_if<control::LogLine>(&event)) {
        printer_.log(*line);
      } else if (const auto* const stopping = std::get_if<control::Stopping>(&event)) {
        printer_.stopping(*stopping);
        stopping_ = true;
      }
    }
  }

 private:
  void connect_to_next() {
    const Deadline enough = Deadline::after(reply_limit);
    connect_within(enough);
    subscribe(enough);
  }

  void connect_within(Deadline enough) {
    std::optional<Link> next = connect_again(link_.target(), enough);
    if (!next) {
      throw Stop(ExitCode::failed, shown(link_.hello().name) + " is gone, and did not say that it shuts down",
                 "look into its log");
    }
    link_ = std::move(*next);
    stopping_ = false;
  }

  /// From the steps on that are known already.
  void subscribe(Deadline enough) {
    while (true) {
      try {
        const std::uint64_t newest = ask_for_events(last_step_);
        if (!last_step_) {
          last_step_ = newest;
        } else if (newest < *last_step_) {
          // The steps count from the beginning again: it was started anew, and all of them are news.
          last_step_ = 0;
          ask_for_events(last_step_);
        }
        return;
      } catch (const Lost&) {
        if (enough.passed()) throw;
        connect_within(enough);
      }
    }
  }

  std::uint64_t ask_for_events(std::optional<std::uint64_t> since) {
    control::SubscribeOptions options = wanted_;
    options.since = since;
    return link_.reply<control::SubscribeReply>(link_.session().request_subscribe(options)).last_step;
  }

  void take(const control::Step& step) {
    last_step_ = step.number;
    printer_.step(step);
  }

  Link link_;
  control::SubscribeOptions wanted_;
  EventPrinter printer_;
  std::optional<std::uint64_t> last_step_;  ///< of those that are known; none before the first subscription
  GenerationChanges generations_;
  ConnectionChanges connections_;
  bool stopping_ = false;
};

}  // namespace

ExitCode events(const Request& request) {
  control::SubscribeOptions wanted;
  wanted.connections = request.with_connections;
  wanted.log = request.with_log;
  Follower follower(connect(choose_server(request.server)), wanted, EventPrinter(request.json));
  follower.follow();
  return ExitCode::done;
}

}  // namespace uninterruptible::cli
