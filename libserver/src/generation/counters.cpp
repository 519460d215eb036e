#include "generation/counters.hpp"

#include <new>

#include "generation/names.hpp"

namespace uninterruptible {

namespace {
constexpr std::size_t most_counters = 32;
}  // namespace

void Counters::add(std::string_view name) noexcept {
  const std::lock_guard lock(mutex_);
  if (const auto found = values_.find(name); found != values_.end()) {
    ++found->second;
    return;
  }
  if (values_.size() >= most_counters || !is_name(name)) return;
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
