#pragma once

#include <functional>
#include <string>

#include "control/access.hpp"
#include "sys/unix_path.hpp"

namespace uninterruptible::control {

/// Gives the file of a control socket the mode and the group that go with these groups. With any, its
/// directory is opened to all (mode | 0755) where it belongs to this user and holds nothing but control
/// sockets. Warns of what cannot be done, and of directories on the way that the groups cannot enter.
void open_to_groups(const sys::UnixListener& socket, const Groups& groups,
                    const std::function<void(const std::string&)>& warn);

}  // namespace uninterruptible::control
