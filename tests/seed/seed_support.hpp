#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "restart/service.hpp"
#include "support/client.hpp"
#include "support/files.hpp"
#include "support/process.hpp"
#include "support/sandbox.hpp"

namespace testing {

/// Takes every variable that a server reads out of this process's environment, so that what a test does not
/// set is not set.
void forget_configuration();

/// Where the server that logs to that file serves, waiting until it does: `tcp://0.0.0.0:41231`.
[[nodiscard]] std::string serves_on(const std::string& log);
/// The same port on another address of this machine.
[[nodiscard]] std::string at_host(const std::string& target, const std::string& host);

/// Waits for the end of a server that refuses to serve: exit status 2. Returns what it said. Throws when it
/// ends otherwise or has served.
[[nodiscard]] std::string refusal_of(Process& process);

/// Words of the command line that the process was started with.
[[nodiscard]] std::vector<std::string> command_line_of(pid_t pid);
[[nodiscard]] pid_t parent_of(pid_t pid);
/// Descriptors of the process that are this socket; `inode` as in /proc/net/tcp.
[[nodiscard]] int descriptors_of_socket(pid_t pid, const std::string& inode);
/// Inode of the socket that listens on that port.
[[nodiscard]] std::string listener_inode(const std::string& target);

/// Pid of the process that answers a new client.
[[nodiscard]] pid_t answering(const std::string& target);

}  // namespace testing
