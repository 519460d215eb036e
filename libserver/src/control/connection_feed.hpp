#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "uninterruptible/control.hpp"

namespace uninterruptible::control {

/// All open connections at one moment, in the order of their ids; shared by all who still send it.
struct ConnectionSnapshot {
  using Key = std::pair<std::uint64_t, std::uint64_t>;

  /// Sorts where the records are not sorted already.
  explicit ConnectionSnapshot(std::vector<ConnectionRecord> all);

  std::vector<ConnectionRecord> records;
  std::vector<Key> keys;
};

/// What one subscriber has been told of the connections and what it must still be told: a snapshot in pages
/// first, then differences. Connections are state: whatever happened between two messages is told as one
/// difference.
class ConnectionFeed {
 public:
  using Snapshot = std::shared_ptr<const ConnectionSnapshot>;

  void update(Snapshot current) { latest_ = std::move(current); }
  /// Starts again with a reset; frees what is held.
  void forget();

  /// Whether next_message() may have something to tell.
  [[nodiscard]] bool due() const noexcept { return sending_ != nullptr || latest_ != shown_; }
  /// The next `connections` notification; empty when nothing differs.
  [[nodiscard]] std::string next_message();

 private:
  Snapshot latest_;
  Snapshot shown_;    // told completely; null until the first snapshot is complete
  Snapshot sending_;  // told in part
  std::size_t old_position_ = 0;
  std::size_t new_position_ = 0;
  std::uint64_t number_ = 0;
};

}  // namespace uninterruptible::control
