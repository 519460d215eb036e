#include "generation/counters.hpp"

#include <algorithm>
#include <new>

namespace uninterruptible {

namespace {
constexpr std::size_t most_counters = 32;
constexpr std::size_t longest_name = 64;
}  // namespace

bool is_counter_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= longest_name && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  });
}

void Counters::add(std::string_view name) noexcept {
  const std::lock_guard lock(mutex_);
  if (const auto found = values_.find(name); found != values_.end()) {
    ++found->second;
    return;
  }
  if (values_.size() >= most_counters || !is_counter_name(name)) return;
  try {
    values_.emplace(name, 1);
  } catch (const std::bad_alloc&) {  // what is counted matters more than the count
  }
}

Counters::Values Counters::values() const {
  const std::lock_guard lock(mutex_);
  return values_;
}

}  // namespace uninterruptible
