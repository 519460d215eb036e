#pragma once

namespace uninterruptible::handoff {

/// The two things only one generation may do at a time. They move at different points of a restart: accepting
/// at COMMIT, charge at FINAL.
struct Roles {
  bool accepting = false;
  bool in_charge = false;
  friend bool operator==(const Roles&, const Roles&) = default;
};

}  // namespace uninterruptible::handoff
