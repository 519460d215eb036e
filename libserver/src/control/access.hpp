#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace uninterruptible::control {

/// Whose members may speak with a server beside its own user and root. One that is not set has no members.
struct Groups {
  std::optional<gid_t> observe{};
  std::optional<gid_t> operate{};
};

/// What a client may do.
enum class Role {
  none,
  observe,  ///< ask for status and connections, and subscribe
  operate,  ///< everything
};
/// As it is written on the wire.
[[nodiscard]] const char* name_of(Role role);

/// Who connected, by the kernel's word, as it was at that moment: what becomes of the process and who writes
/// to the socket later is of no matter.
struct Peer {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups{};  ///< the supplementary ones
};
/// Empty when the kernel does not say.
[[nodiscard]] std::optional<Peer> peer_of(int connected);

[[nodiscard]] Role role_of(const Peer& peer, const Groups& groups);

/// How the file of the control socket must be, so that who has a role gets to it.
struct SocketAccess {
  mode_t mode = 0;
  std::optional<gid_t> group{};
};
/// 0600 without groups and 0660 with one. A file has but one group: with two it is 0666, and only the
/// endpoint tells members from others.
[[nodiscard]] SocketAccess access_for(const Groups& groups);

/// Why this process cannot give a socket to the groups; empty when it can.
[[nodiscard]] std::string refuse_groups(const Groups& groups);

}  // namespace uninterruptible::control
