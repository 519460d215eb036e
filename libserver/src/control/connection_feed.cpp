#include "control/connection_feed.hpp"

#include <algorithm>

#include "control/codec.hpp"

namespace uninterruptible::control {

namespace {
ConnectionSnapshot::Key key_of(const ConnectionRecord& record) {
  return parse_connection_id(record.id).value_or(ConnectionSnapshot::Key(record.generation, 0));
}
}  // namespace

ConnectionSnapshot::ConnectionSnapshot(std::vector<ConnectionRecord> all) : records(std::move(all)) {
  const auto before = [](const ConnectionRecord& a, const ConnectionRecord& b) {
    return key_of(a) < key_of(b);
  };
  if (!std::is_sorted(records.begin(), records.end(), before)) {
    std::stable_sort(records.begin(), records.end(), before);
  }
  keys.reserve(records.size());
  for (const ConnectionRecord& record : records) keys.push_back(key_of(record));
}

void ConnectionFeed::forget() {
  latest_ = shown_ = sending_ = nullptr;
  old_position_ = new_position_ = 0;
  number_ = 0;
}

std::string ConnectionFeed::next_message() {
  static const ConnectionSnapshot nothing{{}};
  if (!sending_) sending_ = latest_;
  if (!sending_) return {};
  const ConnectionSnapshot& from = shown_ ? *shown_ : nothing;
  const ConnectionSnapshot& to = *sending_;

  PageText page;
  bool full = false;
  while (!full && (old_position_ < from.keys.size() || new_position_ < to.keys.size())) {
    const bool old_left = old_position_ < from.keys.size();
    const bool new_left = new_position_ < to.keys.size();
    if (!new_left || (old_left && from.keys[old_position_] < to.keys[new_position_])) {
      full = !page.remove(from.records[old_position_].id);
      if (!full) ++old_position_;
      continue;
    }
    const bool same_id = old_left && from.keys[old_position_] == to.keys[new_position_];
    const bool same = same_id && from.records[old_position_] == to.records[new_position_];
    full = !same && !page.add(to.records[new_position_]);
    if (full) break;
    ++new_position_;
    if (same_id) ++old_position_;
  }

  const bool snapshot = !shown_;
  if (!full) {
    shown_ = std::move(sending_);
    sending_ = nullptr;
    old_position_ = new_position_ = 0;
  }
  if (page.empty() && !snapshot) return {};
  ++number_;
  return page.notification(number_, snapshot && number_ == 1, !snapshot || !full);
}

}  // namespace uninterruptible::control
