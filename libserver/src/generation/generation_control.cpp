#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "generation/connection_filter.hpp"
#include "generation/generation_impl.hpp"

namespace uninterruptible {

namespace {

std::uint64_t connection_number(const std::string& id) {
  const std::size_t dash = id.find('-');
  return dash == std::string::npos ? 0 : std::strtoull(id.c_str() + dash + 1, nullptr, 10);
}

}  // namespace

control::Hello Generation::Impl::hello() {
  return {control::protocol_version, name_, number_, ::getpid(), UNINTERRUPTIBLE_VERSION};
}

control::ServerStatus Generation::Impl::status() {
  control::ServerStatus status;
  status.name = name_;
  status.generation = number_;
  status.pid = ::getpid();
  for (const auto& held : listeners_.held()) {
    status.binds.push_back(held.address.text);
    status.addresses.push_back(net::bound_address(held.fd));
  }
  status.lost_paths = listeners_.lost_paths();
  for (const auto& [generation, kin] : kin_) status.generations.push_back(kin.status);
  status.generations.push_back(own_status());
  if (restarting(old_.state())) {
    if (next_.status.generation != 0 && successor_) status.generations.push_back(next_.status);
    status.restart_step = restart_.step;
  }
  std::sort(status.generations.begin(), status.generations.end(),
            [](const auto& a, const auto& b) { return a.generation < b.generation; });
  status.start_command = settings_.start_command;
  status.program_changed = program_->has_changed();
  status.drain_timeout = settings_.drain_timeout;
  status.rollback_window = settings_.rollback_window;
  return status;
}

void Generation::Impl::collect(std::function<void(std::vector<control::ConnectionRecord>)> done) {
  auto inquiry = std::make_shared<Inquiry>();
  inquiry->records = registry_->list();
  inquiry->done = [done = std::move(done)](Inquiry& finished) {
    std::sort(finished.records.begin(), finished.records.end(), [](const auto& a, const auto& b) {
      if (a.generation != b.generation) return a.generation < b.generation;
      return connection_number(a.id) < connection_number(b.id);
    });
    done(std::move(finished.records));
  };
  for (const auto& [generation, kin] : reachable_kin()) inquire(*kin, "connections", {}, inquiry);
  await_answers(inquiry);
}

/// Judged here, so that generations of any version may have the connections.
void Generation::Impl::collect_matching(const control::CloseFilter& wanted,
                                        control::Answer<std::vector<control::ConnectionRecord>> done) {
  std::shared_ptr<const ConnectionFilter> filter;
  try {
    filter = std::make_shared<const ConnectionFilter>(wanted);
  } catch (const std::invalid_argument& reason) {
    return done(control::Refusal{control::invalid_params, std::string("'peer': ") + reason.what()});
  }
  collect([filter, done = std::move(done)](std::vector<control::ConnectionRecord> connections) {
    std::erase_if(connections, [&](const control::ConnectionRecord& one) { return !filter->fits(one); });
    done(std::move(connections));
  });
}

std::variant<control::RestartAccepted, control::Refusal> Generation::Impl::restart(
    const control::RestartOptions& options, uid_t asker) {
  // Nothing of the last one is open then: only its process is not gone yet.
  const bool being_cleared = old_.state() == OldState::withdrawing && !old_.restart_remembered();
  if (auto refusal = why_not_restart(); refusal && !being_cleared) {
    if (!options.queue || refusal->code != control::restart_running) return *refusal;
    log(LogLevel::info, "restart requested by uid " + std::to_string(asker) + ": remembered until the one " +
                            "that is going on has ended");
    // Should that one fail, its number of a generation is used again.
    const control::RestartAccepted accepted{next_restart_, restart_.generation + 1, true};
    remember_asker(Asker{"control", asker});
    feed_old(OldEvent::restart_wanted);
    return accepted;
  }
  log(LogLevel::info, std::string(options.rehearse ? "rehearsal of a restart" : "restart") +
                          " requested by uid " + std::to_string(asker) +
                          (being_cleared ? ": it begins when the last one's process is gone" : ""));
  const control::RestartAccepted accepted{next_restart_, next_number_, false};
  next_options_ = options;
  remember_asker(Asker{"control", asker});
  feed_old(OldEvent::restart_wanted);
  return accepted;
}

std::variant<control::RestartCancelled, control::Refusal> Generation::Impl::cancel(uid_t asker) {
  const OldState state = old_.state();
  if (!restarting(state)) return control::Refusal{control::refused, "no restart is going on"};
  const std::string which = "restart " + std::to_string(restart_.number);
  switch (state) {
    case OldState::spawned:
    case OldState::offered:
    case OldState::pausing:
    case OldState::committed:
    case OldState::trial: break;
    case OldState::passing:
      return control::Refusal{control::refused, which + " is final; there is no way back"};
    default: return control::Refusal{control::refused, which + " is being given up already"};
  }
  log(LogLevel::info, "uid " + std::to_string(asker) + " cancels " + which);
  const control::RestartCancelled cancelled{restart_.number, restart_.generation, restart_.step};
  restart_.reason = "cancelled by uid " + std::to_string(asker);
  feed_old(OldEvent::cancel);
  return cancelled;
}

std::vector<control::Step> Generation::Impl::steps_since(std::uint64_t number) {
  return steps_.since(number);
}

}  // namespace uninterruptible
