#include <signal.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <stdexcept>

#include "base/text.hpp"
#include "control/codec.hpp"
#include "generation/connection_filter.hpp"
#include "generation/generation_impl.hpp"
#include "settings/option_values.hpp"

namespace uninterruptible {

namespace {

using handoff::Fields;
using handoff::Tag;

constexpr std::string_view close_order = "close";
constexpr std::string_view cut_order = "cut_all";
constexpr std::string_view extend_order = "extend_drain";
constexpr std::string_view level_order = "log_level";

control::Refusal changing_hands() {
  return {control::restart_running, "another generation is just taking charge: ask again in a moment"};
}

std::uint64_t milliseconds_of(control::WallTime time) {
  return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

Fields pack_close(const control::CloseCall& call, const std::vector<std::string>& ids) {
  Fields order;
  for (const std::string& id : ids) order.add(Tag::id, std::string_view(id));
  if (call.now) order.add(Tag::now, std::uint64_t{1});
  if (call.dry_run) order.add(Tag::dry_run, std::uint64_t{1});
  if (call.filter) order.add(Tag::filter, pack_filter(*call.filter));
  return order;
}

void sort_ids(std::vector<std::string>& ids) {
  std::sort(ids.begin(), ids.end(), [](const std::string& a, const std::string& b) {
    return control::parse_connection_id(a) < control::parse_connection_id(b);
  });
}

/// What is told of the ids that were asked for.
control::CloseOutcome outcome_of(const std::vector<std::string>& ids, const std::vector<std::string>& told) {
  const std::set<std::string_view> closing(told.begin(), told.end());
  control::CloseOutcome outcome;
  for (const std::string& id : ids)
    (closing.count(id) != 0 ? outcome.closing : outcome.unknown).push_back(id);
  outcome.count = outcome.closing.size();
  return outcome;
}

}  // namespace

// ---- connections ----

void Generation::Impl::close(control::CloseCall call, uid_t asker,
                             control::Answer<control::CloseOutcome> done) {
  std::optional<ConnectionFilter> filter;
  try {
    if (call.filter) filter.emplace(*call.filter);
  } catch (const std::invalid_argument& reason) {
    return done(control::Refusal{control::invalid_params, std::string("'peer': ") + reason.what()});
  }
  if (filter && !in_charge_) return done(changing_hands());
  if (!call.dry_run) {
    log(LogLevel::info,
        "uid " + std::to_string(asker) + " asks to " + (call.now ? "cut " : "close ") +
            (call.filter ? filter_text(*call.filter) : std::to_string(call.ids.size()) + " connections"));
  }
  auto inquiry = std::make_shared<Inquiry>();
  const ConnectionRegistry::Told own = close_own(pack_close(call, call.ids));
  inquiry->told = own.ids;
  inquiry->count = own.count;
  for (const auto& [generation, kin] : reachable_kin()) {
    std::vector<std::string> theirs;
    const std::string prefix = std::to_string(generation) + "-";
    std::copy_if(call.ids.begin(), call.ids.end(), std::back_inserter(theirs),
                 [&](const std::string& id) { return id.starts_with(prefix); });
    if (call.filter || !theirs.empty()) inquire(*kin, close_order, pack_close(call, theirs), inquiry);
  }
  inquiry->done = [call = std::move(call), done = std::move(done)](Inquiry& finished) {
    if (!call.filter) return done(outcome_of(call.ids, finished.told));
    sort_ids(finished.told);
    finished.told.resize(std::min(finished.told.size(), control::most_ids));
    done(control::CloseOutcome{std::move(finished.told), {}, finished.count});
  };
  await_answers(inquiry);
}

/// Ends those of this generation's own connections that the order names.
ConnectionRegistry::Told Generation::Impl::close_own(const Fields& order) {
  const Ending how = order.flag(Tag::now) ? Ending::cut : Ending::close;
  const std::vector<Fields> filters = order.nested(Tag::filter);
  if (filters.empty()) {
    std::vector<std::string> ids;
    for (const std::string_view id : order.all(Tag::id)) ids.emplace_back(id);
    if (ids.empty()) return {};
    ConnectionRegistry::Told told;
    told.ids = registry_->end(&ids, how);
    told.count = told.ids.size();
    return told;
  }
  const std::optional<control::CloseFilter> wanted = unpack_filter(filters.front());
  if (!wanted) throw std::invalid_argument("a condition is not known to this version");
  const ConnectionFilter filter(*wanted);
  const auto fits = [&filter](const ConnectionRegistry::Record& record) { return filter.fits(record); };
  return registry_->end_where(fits, order.flag(Tag::dry_run) ? std::nullopt : std::optional(how),
                              control::most_ids);
}

// ---- the end ----

void Generation::Impl::shut_down(uid_t asker, bool now) {
  log(LogLevel::info, "uid " + std::to_string(asker) + " asks to shut down" + (now ? " at once" : ""));
  stop_everything(now);
}

void Generation::Impl::stop_everything(bool now) {
  const bool drains_already = old_.state() == OldState::stopping && ended_;
  const bool faster = now && !stop_now_;
  stop_now_ = stop_now_ || now;
  stops_ = std::max(stops_, 1U);  // however often it is asked for this way: only signals count as a second
  feed_old(OldEvent::stop_all);
  if (faster && drains_already && !finished_) cut_everything();
}

/// Where the listeners are closed and the other generations know of the end, nothing is waited for any more.
void Generation::Impl::cut_everything() {
  if (!children_.empty()) end_new(SIGKILL);
  const auto nobody_waits = std::make_shared<Inquiry>();
  for (auto& [generation, kin] : kin_) inquire(kin, cut_order, {}, nobody_waits);
  cut_what_is_left("the server is shut down at once");
  maybe_finish();
}

// ---- how long a drain may take ----

void Generation::Impl::extend_drain(const control::DrainExtension& wanted, uid_t asker,
                                    control::Answer<control::DrainExtended> done) {
  const std::string whose =
      wanted.generation ? "generation " + std::to_string(*wanted.generation) : "all draining generations";
  log(LogLevel::info, "uid " + std::to_string(asker) + " asks to " +
                          (wanted.by ? "let " + whose + " drain for " + format_duration(*wanted.by) + " more"
                                     : "let " + whose + " drain without a limit"));
  if (const auto refusal = why_not_extend(wanted)) return done(*refusal);

  auto inquiry = std::make_shared<Inquiry>();
  auto outcome = std::make_shared<control::DrainExtended>();
  auto asked = std::make_shared<std::set<std::uint64_t>>();
  inquiry->answer = [outcome, asked](const Fields& answer) {
    const auto generation = answer.number(Tag::generation);
    if (!generation || asked->erase(*generation) == 0) return;
    std::optional<control::WallTime> at;
    if (const auto ms = answer.number(Tag::cut_off_at))
      at = control::WallTime(std::chrono::milliseconds(*ms));
    outcome->generations.push_back({*generation, at});
  };
  inquiry->done = [outcome, asked, whose, done = std::move(done)](Inquiry&) {
    if (outcome->generations.empty()) {
      return done(control::Refusal{control::refused,
                                   whose + ": there is no drain timeout to move, or no answer came"});
    }
    outcome->unchanged.assign(asked->begin(), asked->end());
    std::sort(outcome->generations.begin(), outcome->generations.end(),
              [](const auto& a, const auto& b) { return a.generation < b.generation; });
    done(std::move(*outcome));
  };
  Fields order;
  if (wanted.by) order.add(Tag::by, static_cast<std::uint64_t>(wanted.by->count()));
  for (auto& [generation, kin] : kin_) {
    if (wanted.generation && generation != *wanted.generation) continue;
    asked->insert(generation);
    inquire(kin, extend_order, order, inquiry);
  }
  if (old_.state() == OldState::stopping) {
    asked->insert(number_);
    Fields own;
    move_cut_off(wanted.by, own);
    inquiry->answer(own);
  }
  await_answers(inquiry);
}

std::optional<control::Refusal> Generation::Impl::why_not_extend(
    const control::DrainExtension& wanted) const {
  using control::Refusal;
  if (old_.state() == OldState::stopping) {
    if (stop_now_) return Refusal{control::shutting_down, "the server is being shut down at once"};
    if (wanted.generation) {
      return Refusal{control::shutting_down,
                     "the server is shutting down: its generations end together, so ask for all of them"};
    }
    if (!ended_) return Refusal{control::refused, "the shutdown has only just begun: ask again in a moment"};
    return std::nullopt;
  }
  if (!in_charge_) return changing_hands();
  if (wanted.generation && kin_.count(*wanted.generation) == 0)
    return Refusal{control::refused, "generation " + std::to_string(*wanted.generation) + " does not drain"};
  if (kin_.empty()) return Refusal{control::refused, "no generation drains"};
  return std::nullopt;
}

/// Says in `reply` when this generation is cut off now; nothing where there is no cut-off to be moved.
void Generation::Impl::move_cut_off(std::optional<std::chrono::milliseconds> by, Fields& reply) {
  using std::chrono::milliseconds;
  if (drain_timer_ == 0) return;
  poller_.cancel(std::exchange(drain_timer_, 0));
  drain_moved_ = true;
  reply.add(Tag::generation, number_);
  if (by) {
    // Asked for again and again it must stay within what a clock can say.
    const Clock::time_point latest = Clock::now() + milliseconds(control::longest_duration_ms);
    const Clock::time_point until = std::min<Clock::time_point>(drain_until_ + *by, latest);
    *cut_off_at_ += std::chrono::duration_cast<milliseconds>(until - drain_until_);
    drain_until_ = until;
    drain_timer_ = poller_.call_at(drain_until_, [this] { on_drain_timeout(); });
    reply.add(Tag::cut_off_at, milliseconds_of(*cut_off_at_));
    log(LogLevel::info,
        "generation " + std::to_string(number_) + " may drain for " + format_duration(*by) + " more");
  } else {
    cut_off_at_.reset();
    log(LogLevel::info, "generation " + std::to_string(number_) + " may drain without a limit");
  }
  push_status();
  if (in_charge_) endpoint_.generations_changed();
}

// ---- the log ----

void Generation::Impl::log_level(const std::string& level, uid_t asker,
                                 control::Answer<control::LogLevels> done) {
  if (!level.empty() && !level_from(level))
    return done(control::Refusal{control::invalid_params, "'level' is debug, info, warn, error or fatal"});
  if (!in_charge_) return done(changing_hands());
  auto outcome = std::make_shared<control::LogLevels>();
  auto inquiry = std::make_shared<Inquiry>();
  inquiry->answer = [outcome](const Fields& answer) {
    const auto generation = answer.number(Tag::generation);
    const auto before = answer.text(Tag::level_before);
    const auto now = answer.text(Tag::level);
    if (generation && before && now)
      outcome->generations.push_back({*generation, std::string(*before), std::string(*now)});
  };
  inquiry->done = [outcome, done = std::move(done)](Inquiry&) {
    std::sort(outcome->generations.begin(), outcome->generations.end(),
              [](const auto& a, const auto& b) { return a.generation < b.generation; });
    done(std::move(*outcome));
  };
  Fields order;
  if (!level.empty()) order.add(Tag::level, std::string_view(level));
  for (const auto& [generation, kin] : reachable_kin()) inquire(*kin, level_order, order, inquiry);
  Fields own;
  set_log_level(level, "uid " + std::to_string(asker) + " asks to set", own);
  inquiry->answer(own);
  await_answers(inquiry);
}

void Generation::Impl::set_log_level(std::string_view level, const std::string& who, Fields& reply) {
  const LogLevel before = log_->level();
  const LogLevel wanted = level_from(level).value_or(before);
  if (!level.empty()) {
    // Said while the lower one of both holds, so that the change itself is in the log whenever it can be.
    log_->set_level(std::min(before, wanted));
    log(LogLevel::info, who + " the log level to " + std::string(to_text(wanted)) + " (it was " +
                            std::string(to_text(before)) + ")");
    log_->set_level(wanted);
  }
  reply.add(Tag::generation, number_)
      .add(Tag::level_before, to_text(before))
      .add(Tag::level, to_text(wanted));
}

// ---- what the one in charge passes on ----

void Generation::Impl::carry_out(const Fields& order, Fields& reply) {
  const std::string_view kind = order.text(Tag::request_kind).value_or("");
  if (kind == close_order) {
    try {
      const ConnectionRegistry::Told told = close_own(order);
      for (const std::string& id : told.ids) reply.add(Tag::id, std::string_view(id));
      reply.add(Tag::count, std::uint64_t{told.count});
    } catch (const std::invalid_argument& reason) {  // a version that understands more asked
      log(LogLevel::warn, std::string("connections to close cannot be told: ") + reason.what());
    }
  } else if (kind == cut_order) {
    cut_what_is_left("the server is shut down at once");
  } else if (kind == extend_order) {
    const auto by = order.number(Tag::by);
    move_cut_off(by ? std::optional(std::chrono::milliseconds(*by)) : std::nullopt, reply);
  } else if (kind == level_order) {
    set_log_level(order.text(Tag::level).value_or(""), "the generation in charge sets", reply);
  } else if (kind == "log") {
    hand_over_log_lines(order, reply);
  }
}

}  // namespace uninterruptible
