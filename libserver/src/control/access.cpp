#include "control/access.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace uninterruptible::control {

namespace {

std::vector<gid_t> supplementary_groups_of(int connected) {
  std::vector<gid_t> groups(32);
  for (int attempt = 0; attempt < 2; ++attempt) {
    auto size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
    const int result = ::getsockopt(connected, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size);
    if (result != 0 && errno != ERANGE) return {};  // there, only the peer's own group counts
    groups.resize(size / sizeof(gid_t));
    if (result == 0) return groups;
  }
  return {};
}

bool is_member(const Peer& peer, const std::optional<gid_t>& group) {
  return group && (peer.gid == *group ||
                   std::find(peer.groups.begin(), peer.groups.end(), *group) != peer.groups.end());
}

}  // namespace

const char* name_of(Role role) {
  switch (role) {
    case Role::observe: return "observe";
    case Role::operate: return "operate";
    case Role::none: break;
  }
  return "none";
}

std::optional<Peer> peer_of(int connected) {
  ucred found{};
  socklen_t size = sizeof found;
  if (::getsockopt(connected, SOL_SOCKET, SO_PEERCRED, &found, &size) != 0) return std::nullopt;
  return Peer{found.uid, found.gid, supplementary_groups_of(connected)};
}

Role role_of(const Peer& peer, const Groups& groups) {
  if (peer.uid == 0 || peer.uid == ::geteuid() || is_member(peer, groups.operate)) return Role::operate;
  return is_member(peer, groups.observe) ? Role::observe : Role::none;
}

SocketAccess access_for(const Groups& groups) {
  if (!groups.observe && !groups.operate) return {0600, {}};
  if (groups.observe && groups.operate && *groups.observe != *groups.operate) return {0666, {}};
  return {0660, groups.operate ? groups.operate : groups.observe};
}

std::string refuse_groups(const Groups& groups) {
  const std::optional<gid_t> wanted = access_for(groups).group;
  if (!wanted || ::geteuid() == 0 || ::getegid() == *wanted) return {};
  std::vector<gid_t> own(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
  own.resize(static_cast<std::size_t>(std::max(::getgroups(static_cast<int>(own.size()), own.data()), 0)));
  if (std::find(own.begin(), own.end(), *wanted) != own.end()) return {};
  return std::string(groups.operate ? "control_operate_group" : "control_observe_group") + " '" +
         std::to_string(*wanted) + "': the control socket cannot be given to this group, since uid " +
         std::to_string(::geteuid()) + " is no member of it";
}

}  // namespace uninterruptible::control
