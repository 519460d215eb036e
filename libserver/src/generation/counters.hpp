#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace uninterruptible {

/// Named counts of one generation. Any thread.
class Counters {
 public:
  using Values = std::map<std::string, std::uint64_t, std::less<>>;

  /// Names that are no names, and more than 32, are ignored. Never throws.
  void add(std::string_view name) noexcept;
  [[nodiscard]] Values values() const;

 private:
  mutable std::mutex mutex_;
  Values values_;
};

}  // namespace uninterruptible
