#include "generation/gem_predecessor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "net/listener.hpp"
#include "sys/listening_sockets.hpp"
#include "sys/packet.hpp"
#include "sys/unix_path.hpp"
#include "uninterruptible/configuration.hpp"

namespace uninterruptible {

namespace {

/// What a wrapper or two, a shell and bundler put between the gem and us.
constexpr int most_ancestors = 16;

bool is_ours_or_roots(uid_t user) { return user == 0 || user == ::geteuid(); }

/// The listening sockets of the ancestor that listens at that path; empty when there is none that we may look
/// into. Whom it has started by way of a process that ended, or through sudo, cannot see it.
std::vector<sys::ListeningSocket> sockets_of_owner(const std::string& path) {
  pid_t pid = ::getpid();
  for (int i = 0; i < most_ancestors && (pid = sys::parent_of(pid)) > 0; ++i) {
    std::vector<sys::ListeningSocket> sockets = sys::listening_sockets_of(pid);
    if (std::any_of(sockets.begin(), sockets.end(),
                    [&](const sys::ListeningSocket& one) { return sys::unix_path_of(one) == path; }))
      return sockets;
  }
  return {};
}

}  // namespace

void GemPredecessor::refuse(const std::string& reason) const {
  throw ConfigurationError(std::string(variable) + " '" + escape_text(path_, 200) + "': " + reason);
}

std::optional<GemPredecessor> GemPredecessor::take(bool by_restart) {
  const char* const found = std::getenv(variable);
  if (found == nullptr) return std::nullopt;
  const GemPredecessor gem{std::string(found)};
  ::unsetenv(variable);
  if (by_restart) return std::nullopt;

  const auto refuse = [&gem](const std::string& reason) {
    gem.refuse(reason +
               ". The Ruby gem sets it for the process that is to replace it; unset it to start by hand");
  };
  const std::string& path = gem.path_;
  if (path.empty()) refuse("is set but empty");
  if (path.front() != '/') refuse("is not an absolute path");
  if (path.size() > sys::longest_unix_path) {
    refuse("has " + std::to_string(path.size()) + " bytes; a unix socket's path can have " +
           std::to_string(sys::longest_unix_path));
  }
  struct stat file {};
  if (::lstat(path.c_str(), &file) != 0)
    refuse(errno == ENOENT ? "there is nothing; the server that it names has ended" : errno_text(errno));
  if (!S_ISSOCK(file.st_mode)) refuse("is not a socket");
  if (!is_ours_or_roots(file.st_uid)) {
    refuse("belongs to uid " + std::to_string(file.st_uid) + ", which is neither this user (" +
           std::to_string(::geteuid()) + ") nor root");
  }
  return gem;
}

std::string GemPredecessor::why_not(const net::BindAddress& bind) const {
  if (bind.host.find('%') != std::string::npos) return {};  // proc(5) tells no zones
  const std::vector<sys::ListeningSocket> sockets = sockets_of_owner(path_);
  if (sockets.empty()) return {};
  const auto is_meant = [&](const sys::ListeningSocket& one) {
    return net::is_bound_to(one.address, one.length, bind);
  };
  if (std::any_of(sockets.begin(), sockets.end(), is_meant)) return {};
  return "another program listens there, and not the Ruby server that this process is to replace" +
         where_it_listens();
}

std::string GemPredecessor::where_it_listens() const {
  std::string list;
  for (const sys::ListeningSocket& socket : sockets_of_owner(path_)) {
    if (sys::unix_path_of(socket) != path_)
      list += (list.empty() ? "" : ", ") + escape_text(net::bind_text(socket.address, socket.length));
  }
  return list.empty() ? list : " (it listens on " + list + ")";
}

std::optional<GemPredecessor::HandedOver> GemPredecessor::fetch(Deadline deadline,
                                                                const Meanwhile& meanwhile) const {
  const UniqueFd line(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!line) refuse("cannot make a socket: " + errno_text(errno));
  // A descriptor that finds no room is lost, and the gem has stopped all the same: better not to ask then.
  UniqueFd room(::fcntl(line.get(), F_DUPFD_CLOEXEC, 3));
  if (!room) refuse("there is no room for a descriptor: " + errno_text(errno));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path_.data(), path_.size());
  while (::connect(line.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno == EINTR) continue;
    if (errno != EAGAIN || deadline.passed()) {
      refuse(errno == ECONNREFUSED ? "nobody listens there any more: the server that it names has ended"
                                   : "cannot connect: " + errno_text(errno));
    }
    pollfd other{meanwhile.fd, POLLIN, 0};  // its queue is full, and there is nothing to poll for
    if (::poll(&other, 1, 10) > 0 && !meanwhile.attend()) return std::nullopt;
  }
  ucred peer{};
  socklen_t length = sizeof peer;
  if (::getsockopt(line.get(), SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0 || !is_ours_or_roots(peer.uid))
    refuse("whoever listens there is neither this user nor root");

  room.reset();
  while (true) {
    sys::Received received = sys::receive_packet(line.get());
    switch (received.outcome) {
      case sys::ReceiveOutcome::packet: {
        std::vector<UniqueFd>& descriptors = received.packet.descriptors;
        if (descriptors.size() == 1) return HandedOver{std::move(descriptors.front()), peer.pid};
        refuse("process " + std::to_string(peer.pid) + " sent " + std::to_string(descriptors.size()) +
               " descriptors instead of its one listening socket");
      }
      case sys::ReceiveOutcome::end:
        refuse("process " + std::to_string(peer.pid) + " sent no descriptor before it closed the connection");
      case sys::ReceiveOutcome::damaged:
        refuse("not all descriptors that process " + std::to_string(peer.pid) +
               " sent have arrived; is this process at its limit of open files?");
      case sys::ReceiveOutcome::nothing: break;
    }
    if (deadline.passed()) {
      refuse("process " + std::to_string(peer.pid) +
             " did not hand its listening socket over within restart_timeout");
    }
    std::array<pollfd, 2> waiting{{{line.get(), POLLIN, 0}, {meanwhile.fd, POLLIN, 0}}};
    ::poll(waiting.data(), waiting.size(), deadline.poll_timeout());
    if (waiting[1].revents != 0 && !meanwhile.attend()) return std::nullopt;
  }
}

}  // namespace uninterruptible
