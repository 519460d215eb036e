#include "dial.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstdio>

#include "base/text.hpp"
#include "interrupts.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

using namespace std::chrono_literals;
using Why = NoConnection::Why;

std::string owner_and_mode(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  char mode[8];
  std::snprintf(mode, sizeof mode, "%03o", static_cast<unsigned>(status.st_mode) & 0777U);
  return " (socket owner uid " + std::to_string(status.st_uid) + ", group " + std::to_string(status.st_gid) +
         ", mode " + mode + ")";
}

[[noreturn]] void fail_connect(const control::Target& target, int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      throw NoConnection(Why::missing, ExitCode::no_server,
                         cannot_connect(target, "there is no " + shown(target.path)),
                         "'uninterruptiblectl list' shows the servers of this machine");
    case ECONNREFUSED:
      throw NoConnection(
          Why::stale, ExitCode::no_server,
          cannot_connect(target, "nobody listens at " + shown(target.path) + ", the server is gone"),
          "start the server; it replaces the old socket by itself");
    case EACCES:
    case EPERM:
      throw NoConnection(Why::no_permission, ExitCode::permission,
                         cannot_connect(target, "permission denied" + owner_and_mode(target.path)),
                         permission_advice);
    default:
      throw NoConnection(Why::missing, ExitCode::no_server,
                         cannot_connect(target, shown(target.path) + ": " + errno_text(error)),
                         "'uninterruptiblectl list' shows the servers of this machine");
  }
}

}  // namespace

std::string cannot_connect(const control::Target& target, const std::string& why) {
  return "cannot connect to " + shown(target.name) + ": " + why;
}

void fail_not_answering(const control::Target& target) {
  throw NoConnection(
      Why::not_answering, ExitCode::timed_out,
      cannot_connect(target, "it does not answer, although somebody listens at " + shown(target.path)),
      "look whether the process is stopped or hangs");
}

Dialed dial(const control::Target& target, Deadline deadline) {
  Dialed dialed;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (target.path.size() >= sizeof address.sun_path) {
    throw NoConnection(
        Why::missing, ExitCode::no_server,
        cannot_connect(target, "a unix socket's path has at most 107 bytes: " + shown(target.path)),
        "its path by a shorter way, such as a link or relative to its directory");
  }
  target.path.copy(address.sun_path, sizeof address.sun_path - 1);
  struct stat status {};
  if (::stat(target.path.c_str(), &status) != 0) fail_connect(target, errno);
  const std::string reason = control::distrust_directory(target.path);
  if (!reason.empty()) {
    throw NoConnection(Why::not_trusted, ExitCode::permission, cannot_connect(target, reason),
                       "run this as the server's own user");
  }
  dialed.socket.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!dialed.socket) fail_connect(target, errno);
  while (::connect(dialed.socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno == EINTR) continue;
    // A full queue: somebody listens but is busy or stopped. There is nothing to poll for.
    if (errno != EAGAIN) fail_connect(target, errno);
    if (deadline.passed()) fail_not_answering(target);
    interruptible_poll(nullptr, 0, Deadline::after(20ms));
  }
  const std::string stranger = control::distrust_peer(dialed.socket.get(), target.path);
  if (!stranger.empty()) {
    throw NoConnection(Why::not_trusted, ExitCode::permission, cannot_connect(target, stranger),
                       "find out who that is: it may want to be taken for the server");
  }
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(dialed.socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0)
    dialed.listener_pid = peer.pid;
  return dialed;
}

}  // namespace uninterruptible::cli
