#include "generation/tally.hpp"

namespace uninterruptible {

using handoff::Fields;
using handoff::Tag;

namespace {

void put(Fields& fields, Tag tag, const std::optional<std::uint64_t>& count) {
  if (count) fields.add(tag, *count);
}
void put(Fields& fields, Tag tag, const std::optional<Clock::time_point>& moment) {
  if (!moment) return;
  const std::chrono::nanoseconds since_boot = moment->time_since_epoch();
  fields.add(tag, static_cast<std::uint64_t>(since_boot.count()));
}

std::optional<Clock::time_point> moment_of(const Fields& fields, Tag tag) {
  const auto found = fields.number(tag);
  if (!found) return std::nullopt;
  return Clock::time_point(std::chrono::nanoseconds(static_cast<std::int64_t>(*found)));
}

}  // namespace

void Tally::put_into(Fields& fields) const {
  put(fields, Tag::accepting_at, accepting_since);
  put(fields, Tag::first_accept, first_accept);
  put(fields, Tag::open_at_final, open_at_final);
  put(fields, Tag::finished, finished);
  put(fields, Tag::closed, closed);
  put(fields, Tag::cut, cut);
}

Tally Tally::from(const Fields& fields) {
  Tally tally;
  tally.accepting_since = moment_of(fields, Tag::accepting_at);
  tally.first_accept = moment_of(fields, Tag::first_accept);
  tally.open_at_final = fields.number(Tag::open_at_final);
  tally.finished = fields.number(Tag::finished);
  tally.closed = fields.number(Tag::closed);
  tally.cut = fields.number(Tag::cut);
  return tally;
}

}  // namespace uninterruptible
