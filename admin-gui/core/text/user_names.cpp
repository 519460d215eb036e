#include "core/text/user_names.hpp"

#include <pwd.h>

#include <array>

#include "core/text/wording.hpp"

namespace uninterruptible::admin {

QString UserNames::of(uint user) {
  if (const auto found = known_.constFind(user); found != known_.cend()) return *found;
  std::array<char, 16 * 1024> room{};
  passwd entry{};
  passwd* result = nullptr;
  const bool found = ::getpwuid_r(user, &entry, room.data(), room.size(), &result) == 0 && result != nullptr;
  return *known_.insert(user, found ? wording::plain(entry.pw_name) : QString());
}

}  // namespace uninterruptible::admin
