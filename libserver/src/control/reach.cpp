#include "control/reach.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <string_view>
#include <system_error>

#include "base/text.hpp"

namespace uninterruptible::control {

namespace {

constexpr mode_t all_may_look = S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH;

/// What else is in a directory may rely on its being closed.
bool holds_only_control_sockets(const std::string& directory) {
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(::opendir(directory.c_str()), ::closedir);
  if (!listing) return false;
  while (const dirent* const entry = ::readdir(listing.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != ".." && !name.ends_with(".sock") && !name.ends_with(".sock.lock"))
      return false;
  }
  return true;
}

void open_directory(const std::string& directory) {
  struct stat found {};
  if (::stat(directory.c_str(), &found) != 0 || found.st_uid != ::geteuid()) return;
  if ((found.st_mode & all_may_look) == all_may_look || !holds_only_control_sockets(directory)) return;
  ::chmod(directory.c_str(), (found.st_mode | all_may_look) & 07777U);
}

bool may_enter(const struct stat& directory, const std::optional<gid_t>& group) {
  if (!group) return true;
  return (directory.st_mode & (directory.st_gid == *group ? S_IXGRP : S_IXOTH)) != 0;
}

/// The first directory on the way that members of a group, for all that is known of them, cannot enter.
std::string closed_directory(const std::string& directory, const Groups& groups) {
  for (std::size_t end = 0; end != std::string::npos;) {
    end = directory.find('/', end + 1);
    const std::string part = directory.substr(0, end);
    struct stat found {};
    if (::stat(part.c_str(), &found) != 0) return {};
    if (!may_enter(found, groups.observe) || !may_enter(found, groups.operate)) return part;
  }
  return {};
}

}  // namespace

void open_to_groups(const sys::UnixListener& socket, const Groups& groups,
                    const std::function<void(const std::string&)>& warn) {
  try {
    const SocketAccess access = access_for(groups);
    sys::set_unix_access(socket, access.mode, access.group);
  } catch (const std::system_error& error) {
    warn(std::string("who may connect to the control socket could not be set: ") + error.what());
  }
  if (!groups.observe && !groups.operate) return;
  const std::string directory = socket.path.substr(0, socket.path.rfind('/'));
  open_directory(directory);
  if (const std::string closed = closed_directory(directory, groups); !closed.empty()) {
    warn("the control groups cannot get to the control socket: the directory " + escape_text(closed) +
         " is closed to them. Give it mode 0755, or configure another control_directory");
  }
}

}  // namespace uninterruptible::control
