#include "generation/steps.hpp"

namespace uninterruptible {

using handoff::Fields;
using handoff::Tag;

namespace {

Fields to_fields(const control::Step& step) {
  Fields fields;
  fields.add(Tag::number, step.number)
      .add(Tag::restart, step.restart)
      .add(Tag::generation, step.generation)
      .add(Tag::step, std::string_view(step.step))
      .add(Tag::at, static_cast<std::uint64_t>(step.at.time_since_epoch().count()))
      .add(Tag::elapsed, static_cast<std::uint64_t>(step.elapsed.count()))
      .add(Tag::text, std::string_view(step.text))
      .add(Tag::pid, static_cast<std::uint64_t>(step.pid))
      .add(Tag::failed_at, std::string_view(step.failed_at));
  if (step.exit_status) fields.add(Tag::exit_status, static_cast<std::uint64_t>(*step.exit_status));
  if (step.term_signal) fields.add(Tag::term_signal, static_cast<std::uint64_t>(*step.term_signal));
  for (const std::string& line : step.output) fields.add(Tag::output, std::string_view(line));
  return fields;
}

control::Step from_fields(const Fields& fields) {
  const auto text = [&](Tag tag) { return std::string(fields.text(tag).value_or("")); };
  const auto number = [&](Tag tag) { return fields.number(tag).value_or(0); };
  control::Step step;
  step.number = number(Tag::number);
  step.restart = number(Tag::restart);
  step.generation = number(Tag::generation);
  step.step = text(Tag::step);
  step.at = control::WallTime(std::chrono::milliseconds(number(Tag::at)));
  step.elapsed = std::chrono::milliseconds(number(Tag::elapsed));
  step.text = text(Tag::text);
  step.pid = static_cast<pid_t>(number(Tag::pid));
  step.failed_at = text(Tag::failed_at);
  if (const auto status = fields.number(Tag::exit_status)) step.exit_status = static_cast<int>(*status);
  if (const auto signal = fields.number(Tag::term_signal)) step.term_signal = static_cast<int>(*signal);
  for (const std::string_view line : fields.all(Tag::output)) step.output.emplace_back(line);
  return step;
}

}  // namespace

const control::Step& Steps::add(control::Step step) {
  step.number = ++last_number_;
  steps_.push_back(std::move(step));
  if (steps_.size() > remembered) steps_.pop_front();
  return steps_.back();
}

std::vector<control::Step> Steps::since(std::uint64_t number) const {
  std::vector<control::Step> found;
  for (const control::Step& step : steps_) {
    if (step.number > number) found.push_back(step);
  }
  return found;
}

void Steps::put_into(Fields& fields) const {
  for (const control::Step& step : steps_) fields.add(Tag::step, to_fields(step));
}

void Steps::take_from(const Fields& fields) {
  std::deque<control::Step> taken;
  for (const Fields& nested : fields.nested(Tag::step)) taken.push_back(from_fields(nested));
  if (taken.empty()) return;
  last_number_ = taken.back().number;
  steps_ = std::move(taken);
}

}  // namespace uninterruptible
