#include "control/line.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/text.hpp"

namespace uninterruptible::control {

namespace {

using Why = ControlError::Why;

constexpr int pause_ms = 20;  ///< between looks at what cannot be waited for

[[noreturn]] void fail(Why why, const Target& target, const std::string& reason, int code = 0) {
  throw ControlError(why, escape_text(target.name, 200) + ": " + reason, code);
}

[[noreturn]] void fail_connect(const Target& target, int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR: fail(Why::no_server, target, "there is no " + escape_text(target.path, 200));
    case ECONNREFUSED: fail(Why::no_server, target, "nobody listens at " + escape_text(target.path, 200));
    case EACCES:
    case EPERM: fail(Why::not_permitted, target, "this user may not connect to " + escape_text(target.path));
    default: fail(Why::no_server, target, "cannot connect: " + errno_text(error));
  }
}

}  // namespace

Line::Line(const Target& target, Deadline deadline) {
  connect(target, deadline);
  read_greeting(target, deadline);
}

void Line::connect(const Target& target, Deadline deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (target.path.size() >= sizeof address.sun_path)
    fail(Why::no_server, target, "a unix socket's path has at most 107 bytes");
  target.path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (const std::string reason = distrust_directory(target.path); !reason.empty()) {
    // What is not there cannot be trusted either, but that is not what the caller must hear.
    struct stat found {};
    if (::stat(target.path.c_str(), &found) != 0) fail_connect(target, errno);
    fail(Why::not_trusted, target, reason);
  }
  socket_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket_) fail_connect(target, errno);
  while (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno == EINTR) continue;
    // A full queue: somebody listens but is busy or stopped. There is nothing to poll for.
    if (errno != EAGAIN) fail_connect(target, errno);
    if (deadline.passed()) fail(Why::timed_out, target, "it does not answer");
    ::poll(nullptr, 0, pause_ms);
  }
  if (const std::string stranger = distrust_peer(socket_.get(), target.path); !stranger.empty())
    fail(Why::not_trusted, target, stranger);
}

void Line::read_greeting(const Target& target, Deadline deadline) {
  Event event;
  switch (receive(event, deadline)) {
    case Woke::timeout: fail(Why::timed_out, target, "it does not answer");
    case Woke::ended: fail(Why::lost, target, "it ended the connection without a greeting");
    case Woke::event: break;
  }
  if (const auto* const failure = std::get_if<Failure>(&event)) {
    fail(failure->code == not_permitted ? Why::not_permitted : Why::refused, target, failure->message,
         failure->code);
  }
  auto* const hello = std::get_if<Hello>(&event);
  if (hello == nullptr || hello->protocol != protocol_version)
    fail(Why::protocol, target, "it does not speak version 1 of the control protocol");
  hello_ = std::move(*hello);
}

Line::Woke Line::next(Event& event, Deadline deadline) {
  if (kept_.empty()) return receive(event, deadline);
  event = std::move(kept_.front());
  kept_.pop_front();
  return Woke::event;
}

std::optional<Event> Line::reply(std::uint64_t request, Deadline deadline) {
  while (!moved_) {
    Event event;
    switch (receive(event, deadline)) {
      case Woke::timeout:
        throw ControlError(Why::timed_out, escape_text(hello_.name, 200) + " does not answer");
      case Woke::ended: return std::nullopt;
      case Woke::event: break;
    }
    const std::uint64_t answers = std::visit(
        [](const auto& one) -> std::uint64_t {
          if constexpr (requires { one.request; }) return one.request;
          return 0;
        },
        event);
    if (answers == request) return event;
    kept_.push_back(std::move(event));
  }
  return std::nullopt;
}

Line::Woke Line::receive(Event& event, Deadline deadline) {
  std::array<char, 16 * 1024> buffer;
  while (true) {
    if (auto found = session_.next_event()) {
      event = std::move(*found);
      moved_ = moved_ || std::holds_alternative<Moved>(event);
      if (const auto* const error = std::get_if<ProtocolError>(&event))
        throw ControlError(Why::protocol, escape_text(hello_.name, 200) + ": " + error->message);
      return Woke::event;
    }
    if (const std::string_view output = session_.output(); !output.empty()) {
      const ssize_t count = ::send(socket_.get(), output.data(), output.size(), MSG_NOSIGNAL);
      if (count > 0) session_.sent(static_cast<std::size_t>(count));
      // Who is gone may have said why before: read on to the end.
      if (count < 0 && errno != EAGAIN && errno != EINTR) session_.sent(output.size());
    }
    const bool writes = !session_.output().empty();
    pollfd wanted{socket_.get(), static_cast<short>(writes ? POLLIN | POLLOUT : POLLIN), 0};
    const int ready = ::poll(&wanted, 1, deadline.poll_timeout());
    if (ready == 0 && deadline.passed()) return Woke::timeout;
    if (ready <= 0) continue;
    const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count > 0) session_.feed(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) return Woke::ended;
  }
}

std::unique_ptr<Line> connect_to(const Target& target, Deadline deadline, bool was_there) {
  while (true) {
    try {
      return std::make_unique<Line>(target, deadline);
    } catch (const ControlError& error) {
      const bool passes = error.why() == Why::lost || (was_there && error.why() == Why::no_server);
      if (!passes || deadline.passed()) throw;
    }
    ::poll(nullptr, 0, pause_ms);
  }
}

}  // namespace uninterruptible::control
