#include "generation/facts.hpp"

#include "base/text.hpp"
#include "generation/names.hpp"

namespace uninterruptible {

namespace {
constexpr std::size_t most_facts = 32;
constexpr std::size_t longest_text = 1000;
}  // namespace

void Facts::set(std::string_view name, std::string_view text) {
  if (!is_name(name)) return;
  const std::lock_guard lock(mutex_);
  const auto found = values_.find(name);
  if (text.empty()) {
    if (found != values_.end()) values_.erase(found);
    return;
  }
  if (found == values_.end() && values_.size() >= most_facts) return;
  values_.insert_or_assign(std::string(name), escape_text(text, longest_text));
}

Facts::Values Facts::values() const {
  const std::lock_guard lock(mutex_);
  return values_;
}

}  // namespace uninterruptible
