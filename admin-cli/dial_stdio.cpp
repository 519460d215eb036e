#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "choose_server.hpp"
#include "commands.hpp"
#include "dial.hpp"
#include "dialed_stream.hpp"
#include "interrupts.hpp"

namespace uninterruptible::cli {

namespace {

using namespace std::chrono_literals;
using Why = NoConnection::Why;

constexpr std::size_t most_waiting = std::size_t{64} * 1024;
/// After poll(2) has said that there is room, so much never blocks.
constexpr std::size_t small_write = 4096;
/// Between the end of a connection and the next, and between attempts.
constexpr auto pause = 20ms;
constexpr std::string_view hello = R"({"jsonrpc":"2.0","method":"hello")";
constexpr std::string_view stopping = R"({"jsonrpc":"2.0","method":"stopping")";

/// Joins standard input and output with the server, one generation after the other.
class Relay {
 public:
  explicit Relay(control::Target target) : target_(std::move(target)) {}

  /// Returns when the client or the server has ended it. Throws where there is no server.
  void run() {
    dial_until(Deadline::after(reply_limit));
    while (true) {
      const bool reads_client = !input_ended_ && to_server_.size() < most_waiting;
      const bool reads_server = to_client_.size() < most_waiting;
      const short of_server =
          static_cast<short>((reads_server ? POLLIN : 0) | (to_server_.empty() ? 0 : POLLOUT));
      // Who is not to be looked at is left out: a hang-up would be told all the time.
      pollfd wanted[3] = {{reads_client ? STDIN_FILENO : -1, POLLIN, 0},
                          {STDOUT_FILENO, static_cast<short>(to_client_.empty() ? 0 : POLLOUT), 0},
                          {of_server != 0 ? socket_.get() : -1, of_server, 0}};
      interruptible_poll(wanted, std::size(wanted), Deadline::never());
      if ((wanted[1].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) return;
      if ((wanted[1].revents & POLLOUT) != 0 && !write_out()) return;
      if (wanted[0].revents != 0) read_client();
      if ((wanted[2].revents & POLLOUT) != 0) send_out();
      if ((wanted[2].revents & ~POLLOUT) != 0 && !read_server() && !follow()) return;
    }
  }

 private:
  /// Connects until the server has begun to speak: on its way from one generation to the next it may end a
  /// connection without a word.
  void dial_until(Deadline deadline) {
    while (true) {
      try {
        Dialed dialed = dial(target_, deadline);
        std::array<char, 4096> buffer;
        pollfd greeting{dialed.socket.get(), POLLIN, 0};
        if (interruptible_poll(&greeting, 1, deadline) == 0) fail_not_answering(target_);
        const ssize_t count = ::recv(dialed.socket.get(), buffer.data(), buffer.size(), 0);
        if (count > 0) {
          socket_ = std::move(dialed.socket);
          return take(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
        }
        throw NoConnection(Why::ended, ExitCode::no_server,
                           cannot_connect(target_, "it closed the connection without a greeting"));
      } catch (const NoConnection& error) {
        const bool on_its_way =
            error.why() == Why::ended ||
            (connection_ > 1 && error.why() != Why::no_permission && error.why() != Why::not_trusted);
        if (!on_its_way || deadline.passed()) throw;
      }
      interruptible_poll(nullptr, 0, Deadline::after(pause));
    }
  }

  /// To the next generation, when this connection has ended. False where nobody wants that any more, and
  /// after a refusal, which would come again.
  bool follow() {
    if (!write_all()) return false;
    if (input_ended_ || stopping_ || !greeted_) return false;
    interruptible_poll(nullptr, 0, Deadline::after(pause));
    dial_again();
    return true;
  }

  /// What the client sent meanwhile was for the connection before: only its `dial` shows what it knows.
  void dial_again() {
    socket_.reset();
    to_server_.clear();
    from_server_.clear();
    stopping_ = greeted_ = false;
    ++connection_;
    to_client_ += connection_line("dialed", connection_);
    dial_until(Deadline::after(reply_limit));
  }

  void read_client() {
    std::array<char, 16 * 1024> buffer;
    const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count > 0) from_client_.feed(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
    while (const auto line = from_client_.next()) {
      if (const auto wanted = connection_in("dial", std::string_view(*line).substr(0, line->size() - 1))) {
        if (*wanted == connection_ + 1) dial_again();
        if (*wanted == connection_) known_ = connection_;
      } else if (known_ == connection_) {
        to_server_ += *line;
      }
    }
    if (count > 0) return;
    input_ended_ = true;
    if (known_ == connection_) to_server_ += from_client_.rest();
    if (to_server_.empty()) ::shutdown(socket_.get(), SHUT_WR);
  }

  void send_out() {
    const ssize_t count =
        ::send(socket_.get(), to_server_.data(), to_server_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count > 0) to_server_.erase(0, static_cast<std::size_t>(count));
    // It has ended; what it said before is still to be read.
    if (count < 0 && errno != EAGAIN && errno != EINTR) to_server_.clear();
    if (to_server_.empty() && input_ended_) ::shutdown(socket_.get(), SHUT_WR);
  }

  /// False at the end.
  bool read_server() {
    std::array<char, 16 * 1024> buffer;
    const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count > 0) take(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
    return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
  }

  void take(std::string_view bytes) {
    from_server_.feed(bytes);
    while (const auto line = from_server_.next()) {
      greeted_ = greeted_ || line->starts_with(hello);
      stopping_ = stopping_ || line->starts_with(stopping);
      to_client_ += *line;
    }
  }

  /// False when nobody reads any more.
  bool write_out() {
    const ssize_t count = ::write(STDOUT_FILENO, to_client_.data(), std::min(to_client_.size(), small_write));
    if (count > 0) to_client_.erase(0, static_cast<std::size_t>(count));
    return count >= 0 || errno == EAGAIN || errno == EINTR;
  }
  bool write_all() {
    while (!to_client_.empty()) {
      pollfd output{STDOUT_FILENO, POLLOUT, 0};
      interruptible_poll(&output, 1, Deadline::never());
      if ((output.revents & POLLOUT) == 0 || !write_out()) return false;
    }
    return true;
  }

  control::Target target_;
  UniqueFd socket_;
  Lines from_client_;
  Lines from_server_;
  std::string to_server_;
  std::string to_client_;
  std::uint64_t connection_ = 1;
  std::uint64_t known_ = 1;  ///< the connection that the client knows of: what it sends is for that one
  bool greeted_ = false;
  bool stopping_ = false;  ///< the server has said that its ordered end has begun
  bool input_ended_ = false;
};

}  // namespace

ExitCode dial_stdio(const Request& request) {
  Relay(choose_server(request.server)).run();
  return ExitCode::done;
}

}  // namespace uninterruptible::cli
