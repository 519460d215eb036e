#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "uninterruptible/control.hpp"

/// What has changed between what a server told before and what it tells now.
namespace uninterruptible::cli {

struct GenerationChange {
  const char* change = "";  ///< present (when the watching began), came, changed, gone
  control::GenerationStatus generation;
};

class GenerationChanges {
 public:
  /// Those that came, went, changed their state or took charge; counts are no change.
  [[nodiscard]] std::vector<GenerationChange> take(const control::ServerStatus& status);

 private:
  std::optional<std::map<std::uint64_t, control::GenerationStatus>> known_;
};

struct ConnectionChange {
  const char* change = "";  ///< opened, closing, closed
  control::ConnectionRecord connection;
};

class ConnectionChanges {
 public:
  /// Also after a reset: what a new snapshot shows to be gone or new is told then. The first snapshot is what
  /// was there before, and no change.
  [[nodiscard]] std::vector<ConnectionChange> take(const control::ConnectionsChanged& message);

 private:
  std::map<std::string, control::ConnectionRecord> known_;
  std::set<std::string> in_snapshot_;
  bool gathers_snapshot_ = false;
  bool had_snapshot_ = false;
};

}  // namespace uninterruptible::cli
