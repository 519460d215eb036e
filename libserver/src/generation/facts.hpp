#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace uninterruptible {

/// What is to be known of one generation, by name. Any thread.
class Facts {
 public:
  using Values = std::map<std::string, std::string, std::less<>>;

  /// An empty text takes the fact away. Names that are no names, and more than 32, are ignored; of a text
  /// that is longer than 1,000 bytes the beginning is kept.
  void set(std::string_view name, std::string_view text);
  [[nodiscard]] Values values() const;

 private:
  mutable std::mutex mutex_;
  Values values_;
};

}  // namespace uninterruptible
