#include "link.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/text.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

using namespace std::chrono_literals;
using Why = NoConnection::Why;

}  // namespace

Link::Link(control::Target target, Deadline deadline) : target_(std::move(target)) {
  if (target_.path.starts_with(ssh_scheme)) {
    tunnel_ = SshTunnel::to(target_);
    tunnel_->begin();
    read_greeting(tunnel_->greeting_deadline());
    return;
  }
  Dialed dialed = dial(target_, deadline);
  socket_ = std::move(dialed.socket);
  listener_pid_ = dialed.listener_pid;
  read_greeting(deadline);
}

void Link::read_greeting(Deadline deadline) {
  control::Event event;
  switch (next(event, deadline, -1)) {
    case Woke::timeout: fail_not_answering(target_);
    case Woke::ended:
      if (tunnel_ && tunnel_->closed()) tunnel_->explain_end();
      throw NoConnection(Why::ended, ExitCode::no_server,
                         cannot_connect(target_, "it closed the connection without a greeting"),
                         "the same again; it may be ending just now");
    case Woke::event: break;
  }
  if (const auto* failure = std::get_if<control::Failure>(&event)) {
    const bool permission = failure->code == control::not_permitted;
    throw NoConnection(permission ? Why::no_permission : Why::refused,
                       permission ? ExitCode::permission : ExitCode::failed,
                       cannot_connect(target_, shown(failure->message)),
                       permission ? permission_advice : "the same again in a moment");
  }
  auto* const hello = std::get_if<control::Hello>(&event);
  if (hello == nullptr)
    throw Stop(ExitCode::failed, cannot_connect(target_, "it speaks another language"),
               tunnel_ ? "a shell that writes nothing when it starts: ssh's command must be all that is heard"
                       : "look who listens there: it is no server of this library");
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
  while (true) {
    if (auto found = session_.next_event()) {
      event = std::move(*found);
      return Woke::event;
    }
    send_out();
    const auto writing = session_.output().empty() ? short{0} : short{POLLOUT};
    const int stream = tunnel_ ? tunnel_->fd() : socket_.get();
    pollfd wanted[2] = {{stream, static_cast<short>(POLLIN | writing), 0}, {also, POLLIN, 0}};
    // The end of one connection through a tunnel comes with the beginning of the next.
    const bool waits = tunnel_ && tunnel_->input_waits();
    interruptible_poll(wanted, also >= 0 ? 2 : 1, waits ? Deadline::after(0ms) : deadline);
    if (!waits && wanted[0].revents == 0) return Woke::timeout;
    if (!receive()) return Woke::ended;
  }
}

void Link::send_out() {
  const std::string_view output = session_.output();
  if (output.empty()) return;
  const ssize_t count =
      ::send(tunnel_ ? tunnel_->fd() : socket_.get(), output.data(), output.size(), MSG_NOSIGNAL);
  if (count > 0) session_.sent(static_cast<std::size_t>(count));
  // Who is gone may have said why before: read on to the end.
  if (count < 0 && errno != EAGAIN && errno != EINTR) session_.sent(output.size());
}

bool Link::receive() {
  if (tunnel_) {
    const std::string text = tunnel_->receive();
    session_.feed(text);
    return !text.empty() || !tunnel_->ended();
  }
  std::array<char, 16 * 1024> buffer;
  const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (count > 0) session_.feed(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
  return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
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
                              error.why() == Why::other_protocol || error.why() == Why::unreachable;
      if (final_word) throw;
      // Through ssh dial-stdio has looked for the next generation already.
      const bool is_final = target.path.starts_with(ssh_scheme) && error.why() != Why::ended;
      if (deadline.passed() || is_final) return std::nullopt;
    }
    interruptible_poll(nullptr, 0, Deadline::after(20ms));
  }
}

}  // namespace uninterruptible::cli
