#include "link.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "base/text.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

using namespace std::chrono_literals;
using Why = NoConnection::Why;

constexpr const char* permission_advice =
    "as the server's own user, as a member of its control groups, or with sudo";

std::string cannot_connect(const control::Target& target, const std::string& why) {
  return "cannot connect to " + shown(target.name) + ": " + why;
}

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
    default: throw NoConnection(Why::missing, ExitCode::no_server, cannot_connect(target, errno_text(error)));
  }
}

[[noreturn]] void fail_not_answering(const control::Target& target) {
  throw NoConnection(
      Why::not_answering, ExitCode::timed_out,
      cannot_connect(target, "it does not answer, although somebody listens at " + shown(target.path)),
      "look whether the process is stopped or hangs");
}

}  // namespace

Link::Link(control::Target target, Deadline deadline) : target_(std::move(target)) {
  connect(deadline);
  read_greeting(deadline);
}

void Link::connect(Deadline deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (target_.path.size() >= sizeof address.sun_path) {
    throw NoConnection(
        Why::missing, ExitCode::no_server,
        cannot_connect(target_, "a unix socket's path has at most 107 bytes: " + shown(target_.path)));
  }
  target_.path.copy(address.sun_path, sizeof address.sun_path - 1);
  struct stat status {};
  if (::stat(target_.path.c_str(), &status) != 0) fail_connect(target_, errno);
  const std::string reason = control::distrust_directory(target_.path);
  if (!reason.empty()) {
    throw NoConnection(Why::not_trusted, ExitCode::permission, cannot_connect(target_, reason),
                       "run this as the server's own user");
  }
  socket_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket_) fail_connect(target_, errno);
  while (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno == EINTR) continue;
    // A full queue: somebody listens but is busy or stopped. There is nothing to poll for.
    if (errno != EAGAIN) fail_connect(target_, errno);
    if (deadline.passed()) fail_not_answering(target_);
    interruptible_poll(nullptr, 0, Deadline::after(20ms));
  }
  const std::string stranger = control::distrust_peer(socket_.get(), target_.path);
  if (!stranger.empty()) {
    throw NoConnection(Why::not_trusted, ExitCode::permission, cannot_connect(target_, stranger));
  }
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket_.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0) listener_pid_ = peer.pid;
}

void Link::read_greeting(Deadline deadline) {
  control::Event event;
  switch (next(event, deadline, -1)) {
    case Woke::timeout: fail_not_answering(target_);
    case Woke::ended:
      throw NoConnection(Why::ended, ExitCode::no_server,
                         cannot_connect(target_, "it closed the connection without a greeting"));
    case Woke::event: break;
  }
  if (const auto* failure = std::get_if<control::Failure>(&event)) {
    const bool permission = failure->code == control::not_permitted;
    throw NoConnection(permission ? Why::no_permission : Why::refused,
                       permission ? ExitCode::permission : ExitCode::failed,
                       cannot_connect(target_, shown(failure->message)), permission ? permission_advice : "");
  }
  auto* const hello = std::get_if<control::Hello>(&event);
  if (hello == nullptr) throw Stop(ExitCode::failed, cannot_connect(target_, "it speaks another language"));
  if (hello->protocol != control::protocol_version) {
    throw NoConnection(Why::other_protocol, ExitCode::other_protocol,
                       cannot_connect(target_, "it speaks version " + std::to_string(hello->protocol) +
                                                   " of the control protocol, this program version " +
                                                   std::to_string(control::protocol_version)),
                       "the uninterruptiblectl that belongs to the server's version of the library");
  }
  hello_ = std::move(*hello);
}

Link::Woke Link::wait(control::Event& event, Deadline deadline, int also) {
  if (!kept_.empty()) {
    event = std::move(kept_.front());
    kept_.pop_front();
    return Woke::event;
  }
  const Woke woke = next(event, deadline, also);
  if (woke != Woke::event) return woke;
  if (const auto* error = std::get_if<control::ProtocolError>(&event)) {
    throw Stop(ExitCode::failed, shown(target_.name) + ": " + shown(error->message));
  }
  return woke;
}

Link::Woke Link::next(control::Event& event, Deadline deadline, int also) {
  std::array<char, 16 * 1024> buffer;
  while (true) {
    if (auto found = session_.next_event()) {
      event = std::move(*found);
      return Woke::event;
    }
    const std::string_view output = session_.output();
    if (!output.empty()) {
      const ssize_t count = ::send(socket_.get(), output.data(), output.size(), MSG_NOSIGNAL);
      if (count > 0) session_.sent(static_cast<std::size_t>(count));
      // Who is gone may have said why before: read on to the end.
      if (count < 0 && errno != EAGAIN && errno != EINTR) session_.sent(output.size());
    }
    const auto writing = session_.output().empty() ? short{0} : short{POLLOUT};
    pollfd wanted[2] = {{socket_.get(), static_cast<short>(POLLIN | writing), 0}, {also, POLLIN, 0}};
    if (interruptible_poll(wanted, also >= 0 ? 2 : 1, deadline) == 0) return Woke::timeout;
    if (wanted[0].revents == 0 && wanted[1].revents != 0) return Woke::timeout;
    const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count > 0) session_.feed(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) return Woke::ended;
  }
}

control::Event Link::await_reply(std::uint64_t request, Deadline deadline) {
  while (true) {
    control::Event event;
    switch (next(event, deadline, -1)) {
      case Woke::timeout:
        throw Stop(ExitCode::timed_out, shown(target_.name) + " does not answer",
                   "look whether the process is stopped or hangs");
      case Woke::ended:
        throw Lost(false, shown(target_.name) + " closed the connection before it answered",
                   "'uninterruptiblectl list' shows whether it still runs");
      case Woke::event: break;
    }
    if (std::holds_alternative<control::Moved>(event)) {
      throw Lost(true, shown(target_.name) + " was handed to another generation before it answered",
                 "the same again");
    }
    if (const auto* error = std::get_if<control::ProtocolError>(&event)) {
      throw Stop(ExitCode::failed, shown(target_.name) + ": " + shown(error->message));
    }
    const std::uint64_t answers = std::visit(
        [](const auto& one) -> std::uint64_t {
          if constexpr (requires { one.request; }) return one.request;
          return 0;
        },
        event);
    if (answers == request) {
      if (const auto* failure = std::get_if<control::Failure>(&event)) {
        throw Refused(*failure, shown(target_.name) + " refused: " + shown(failure->message));
      }
      return event;
    }
    kept_.push_back(std::move(event));
  }
}

Link connect(const control::Target& target, Deadline deadline) {
  while (true) {
    try {
      return Link(target, deadline);
    } catch (const NoConnection& error) {
      if (error.why() != Why::ended || deadline.passed()) throw;
    }
    interruptible_poll(nullptr, 0, Deadline::after(20ms));
  }
}

std::optional<Link> connect_again(const control::Target& target, Deadline deadline) {
  while (true) {
    try {
      return Link(target, deadline);
    } catch (const NoConnection& error) {
      const bool final_word = error.why() == Why::not_trusted || error.why() == Why::no_permission ||
                              error.why() == Why::other_protocol;
      if (final_word) throw;
      if (deadline.passed()) return std::nullopt;
    }
    interruptible_poll(nullptr, 0, Deadline::after(20ms));
  }
}

}  // namespace uninterruptible::cli
