#include "drain_watch.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto look_interval = 1s;

}  // namespace

bool DrainWatch::follow(Deadline deadline) {
  subscribe();
  Deadline next_look = Deadline::after(0ms);
  while (true) {
    if (view_ != nullptr && next_look.passed()) {
      look();
      next_look = Deadline::after(look_interval);
    }
    control::Event event;
    const Link::Woke woke = link_.wait(event, view_ != nullptr ? earliest(deadline, next_look) : deadline);
    if (woke == Link::Woke::timeout) {
      if (deadline.passed()) return false;
    } else if (woke == Link::Woke::ended || std::holds_alternative<control::Moved>(event)) {
      connect_to_next();
    } else if (auto* const step = std::get_if<control::Step>(&event)) {
      last_step_ = std::max(last_step_, step->number);
      steps_.push_back(std::move(*step));
    } else if (const auto* const changed = std::get_if<control::GenerationsChanged>(&event)) {
      if (take(changed->status)) return true;
    } else if (auto* const page = std::get_if<control::ConnectionsReply>(&event)) {
      if (view_ != nullptr) view_->show(draining_, page->connections);
    }
  }
}

/// After the reply come the steps since and the generations as they are.
void DrainWatch::subscribe() { link_.session().request_subscribe({false, last_step_}); }

void DrainWatch::connect_to_next() {
  const std::string name = shown(link_.hello().name);
  std::optional<Link> next = connect_again(link_.target(), Deadline::after(reply_limit));
  if (!next) throw Stop(ExitCode::failed, name + " has ended, or does not answer any more");
  link_ = std::move(*next);
  subscribe();
}

/// The page begins with the oldest generation, so that it has who is waited for.
void DrainWatch::look() { link_.session().request_connections(); }

bool DrainWatch::take(const control::ServerStatus& status) {
  draining_.clear();
  std::copy_if(status.generations.begin(), status.generations.end(), std::back_inserter(draining_),
               [&](const control::GenerationStatus& one) { return one.generation < generation_; });
  return draining_.empty();
}

}  // namespace uninterruptible::cli
