#include <algorithm>

#include "base/text.hpp"
#include "generation/generation_impl.hpp"
#include "settings/option_values.hpp"

namespace uninterruptible {

namespace {

using namespace std::chrono_literals;
using handoff::Fields;
using handoff::Tag;

constexpr std::string_view log_order = "log";
/// How often the others are asked for their lines while somebody follows.
constexpr auto fetch_interval = 200ms;
/// Who was not asked for so long is not followed any more: the one in charge may be another by now.
constexpr auto forgotten_after = 5s;

Fields pack_line(const control::LogLine& line) {
  Fields fields;
  fields.add(Tag::at, static_cast<std::uint64_t>(line.at.time_since_epoch().count()))
      .add(Tag::level, std::string_view(line.level))
      .add(Tag::text, std::string_view(line.text));
  if (line.lost > 0) fields.add(Tag::lost, line.lost);
  return fields;
}

control::LogLine unpack_line(std::uint64_t generation, const Fields& fields) {
  control::LogLine line;
  line.generation = generation;
  line.at = control::WallTime(std::chrono::milliseconds(fields.number(Tag::at).value_or(0)));
  line.level = to_text(level_from(fields.text(Tag::level).value_or("")).value_or(LogLevel::info));
  line.text = fields.text(Tag::text).value_or("");
  line.lost = fields.number(Tag::lost).value_or(0);
  return line;
}

}  // namespace

/// The clients of this generation's control socket follow the log from this level on; empty: nobody does.
void Generation::Impl::follow_log(const std::string& least) {
  log_followed_ = level_from(least);
  choose_log_level_to_keep();
  publish_own_log_lines();
  if (log_followed_ && fetch_timer_ == 0) fetch_log_lines();
  if (!log_followed_ && fetch_timer_ != 0) poller_.cancel(std::exchange(fetch_timer_, 0));
}

void Generation::Impl::choose_log_level_to_keep() {
  if (log_followed_ && log_asked_for_) return log_tail_.follow(std::min(*log_followed_, *log_asked_for_));
  log_tail_.follow(log_followed_ ? log_followed_ : log_asked_for_);
}

void Generation::Impl::publish_own_log_lines() {
  if (!log_followed_) return;
  for (control::LogLine& line : log_tail_.take()) {
    line.generation = number_;
    endpoint_.publish(line);
  }
}

/// The others are asked again and again instead of sending by themselves: so their links never hold more
/// than one question and one answer, whoever of them stands still, and that costs nothing but lines.
void Generation::Impl::fetch_log_lines() {
  fetch_timer_ = poller_.call_after(fetch_interval, [this] { fetch_log_lines(); });
  Fields order;
  order.add(Tag::level, to_text(*log_followed_));
  for (const auto& [generation, kin] : reachable_kin()) {
    if (!kin->log_inquiry.expired()) continue;
    const auto inquiry = std::make_shared<Inquiry>();
    inquiry->answer = [this, number = generation](const Fields& answer) {
      for (const Fields& line : answer.nested(Tag::log_line)) endpoint_.publish(unpack_line(number, line));
    };
    inquire(*kin, log_order, order, inquiry);
    kin->log_inquiry = inquiry;  // held until it is answered, or the link goes
  }
}

/// The generation in charge asks for what was logged here since it asked before.
void Generation::Impl::hand_over_log_lines(const Fields& order, Fields& reply) {
  log_asked_for_ = level_from(order.text(Tag::level).value_or(""));
  choose_log_level_to_keep();
  if (forget_timer_ != 0) poller_.cancel(forget_timer_);
  forget_timer_ = poller_.call_after(forgotten_after, [this] {
    forget_timer_ = 0;
    log_asked_for_.reset();
    choose_log_level_to_keep();
  });
  reply.add(Tag::request_kind, log_order);
  for (const control::LogLine& line : log_tail_.take()) reply.add(Tag::log_line, pack_line(line));
}

}  // namespace uninterruptible
