#include "ssh_tunnel.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <map>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "dial.hpp"
#include "interrupts.hpp"
#include "ssh_failure.hpp"

extern char** environ;

namespace uninterruptible::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto greeting_limit = 30s;
/// How long ssh may take to be gone after it has closed its output.
constexpr auto exit_limit = 2s;

[[noreturn]] void fail_start(const control::Target& target, const std::string& what, int error) {
  throw NoConnection(NoConnection::Why::unreachable, ExitCode::failed,
                     cannot_connect(target, what + ": " + errno_text(error)),
                     "install an ssh client, or name yours with UNINTERRUPTIBLE_SSH");
}

/// posix_spawn's two attribute objects, freed however the start goes.
struct Start {
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
  Start() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    // This program blocks SIGINT outside of waits; ssh, in the same foreground group, is to end by it.
    sigset_t none;
    ::sigemptyset(&none);
    sigset_t defaults;
    ::sigemptyset(&defaults);
    ::sigaddset(&defaults, SIGINT);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &defaults);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  Start(const Start&) = delete;
  Start& operator=(const Start&) = delete;
  ~Start() {
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
  }
};

}  // namespace

std::shared_ptr<SshTunnel> SshTunnel::to(const control::Target& target) {
  static std::map<std::string, std::shared_ptr<SshTunnel>> tunnels;
  std::shared_ptr<SshTunnel>& tunnel = tunnels[target.path];
  if (tunnel == nullptr || tunnel->closed_) tunnel = std::make_shared<SshTunnel>(target);
  return tunnel;
}

SshTunnel::SshTunnel(const control::Target& target)
    : target_(target),
      address_(SshAddress::parse(target.path)),
      batch_(::isatty(STDIN_FILENO) == 0 || ::isatty(STDERR_FILENO) == 0) {
  int stream[2];
  int errors[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, stream) != 0)
    fail_start(target_, "no pair of sockets", errno);
  stream_.reset(stream[0]);
  const UniqueFd far_stream(stream[1]);
  if (::pipe2(errors, O_CLOEXEC) != 0) fail_start(target_, "no pipe", errno);
  errors_.reset(errors[0]);
  const UniqueFd far_errors(errors[1]);
  ::fcntl(stream_.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(errors_.get(), F_SETFL, O_NONBLOCK);

  std::vector<std::string> command = ssh_program();
  for (std::string& argument : address_.arguments(batch_)) command.push_back(std::move(argument));
  std::vector<char*> words;
  for (std::string& word : command) words.push_back(word.data());
  words.push_back(nullptr);

  Start start;
  ::posix_spawn_file_actions_adddup2(&start.actions, far_stream.get(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&start.actions, far_stream.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&start.actions, far_errors.get(), STDERR_FILENO);
  const int error =
      ::posix_spawnp(&ssh_, words.front(), &start.actions, &start.attributes, words.data(), environ);
  if (error != 0) fail_start(target_, "cannot start " + quote_text(command.front()), error);
}

SshTunnel::~SshTunnel() {
  if (ssh_ <= 0) return;
  // Nothing is under way any more: replies were waited for.
  ::kill(ssh_, SIGTERM);
  while (::waitpid(ssh_, nullptr, 0) < 0 && errno == EINTR) continue;
}

void SshTunnel::begin() {
  ended_ = closed_;
  if (++connection_ == 1) return;
  // Small, and nothing else is on its way: it fits into the socket.
  const std::string line = connection_line("dial", connection_);
  static_cast<void>(::send(stream_.get(), line.data(), line.size(), MSG_NOSIGNAL));
}

std::string SshTunnel::receive() {
  std::array<char, 16 * 1024> buffer;
  while (true) {
    DialedStream::Part part = dialed_.take(connection_);
    if (part.ended) ended_ = true;
    if (!part.text.empty() || ended_) return std::move(part.text);
    const ssize_t count = ::recv(stream_.get(), buffer.data(), buffer.size(), 0);
    if (count > 0) {
      dialed_.feed(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
    } else if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
      return {};
    } else {
      ended_ = closed_ = true;
    }
  }
}

Deadline SshTunnel::greeting_deadline() const {
  return batch_ || connection_ > 1 ? Deadline::after(greeting_limit) : Deadline::never();
}

void SshTunnel::explain_end() {
  // Both before what was said is read: afterwards nothing is added to it.
  const std::optional<int> status = exit_status();
  throw_ssh_failure(target_, address_, status, said());
}

std::optional<int> SshTunnel::exit_status() {
  const Deadline deadline = Deadline::after(exit_limit);
  while (ssh_ > 0) {
    int status = 0;
    if (::waitpid(ssh_, &status, WNOHANG) == ssh_) {
      ssh_ = -1;
      if (WIFEXITED(status)) return WEXITSTATUS(status);
      break;
    }
    if (deadline.passed()) break;
    interruptible_poll(nullptr, 0, Deadline::after(10ms));
  }
  return std::nullopt;
}

std::string SshTunnel::said() {
  std::string text;
  std::array<char, 4096> buffer;
  while (true) {
    const ssize_t count = ::read(errors_.get(), buffer.data(), buffer.size());
    if (count <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace uninterruptible::cli
