#include "sys/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/text.hpp"

namespace uninterruptible::sys {

namespace {

/// posix_spawn's two attribute objects, freed however spawn() is left.
struct Actions {
  posix_spawn_file_actions_t value{};
  Actions() { ::posix_spawn_file_actions_init(&value); }
  ~Actions() { ::posix_spawn_file_actions_destroy(&value); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
};
struct Attributes {
  posix_spawnattr_t value{};
  Attributes() { ::posix_spawnattr_init(&value); }
  ~Attributes() { ::posix_spawnattr_destroy(&value); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

/// dup2 onto a number that is also the source of a later dup2 would destroy that source: sources are moved
/// out of the way first.
UniqueFd above_standard(int fd) {
  UniqueFd copy(::fcntl(fd, F_DUPFD_CLOEXEC, channel_number + 1));
  if (!copy) throw std::system_error(errno, std::generic_category(), "fcntl F_DUPFD_CLOEXEC");
  return copy;
}

}  // namespace

UniqueFd open_pidfd(pid_t pid) {
  UniqueFd fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)));
  if (!fd && errno != ESRCH) {
    throw std::system_error(errno, std::generic_category(), "pidfd_open of process " + std::to_string(pid));
  }
  return fd;
}

void signal_process(int pidfd, int signal) noexcept {
  ::syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0U);
}

Ended reap(pid_t child) noexcept {
  int status = 0;
  pid_t got = 0;
  do {
    got = ::waitpid(child, &status, WNOHANG);
  } while (got < 0 && errno == EINTR);
  Ended ended;
  if (got != child) return ended;
  if (WIFEXITED(status)) ended.exit_status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) ended.term_signal = WTERMSIG(status);
  return ended;
}

bool has_ended(int pidfd) noexcept {
  pollfd watched{pidfd, POLLIN, 0};
  return ::poll(&watched, 1, 0) > 0;
}

pid_t spawn(const SpawnRequest& request) {
  Actions actions;
  Attributes attributes;
  UniqueFd output;
  UniqueFd channel;
  if (request.directory) {
    ::posix_spawn_file_actions_addchdir_np(&actions.value, request.directory->c_str());
  } else if (request.directory_fd >= 0) {
    ::posix_spawn_file_actions_addfchdir_np(&actions.value, request.directory_fd);
  }
  if (request.output >= 0) {
    output = above_standard(request.output);
    ::posix_spawn_file_actions_adddup2(&actions.value, output.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions.value, output.get(), STDERR_FILENO);
  }
  if (request.channel >= 0) {
    channel = above_standard(request.channel);
    ::posix_spawn_file_actions_adddup2(&actions.value, channel.get(), channel_number);
  }
  const int first_closed = request.channel >= 0 ? channel_number + 1 : channel_number;
  ::posix_spawn_file_actions_addclosefrom_np(&actions.value, first_closed);

  sigset_t all;
  sigfillset(&all);
  sigset_t mask;
  sigemptyset(&mask);
  if (request.block_usr1) sigaddset(&mask, SIGUSR1);
  ::posix_spawnattr_setsigdefault(&attributes.value, &all);
  ::posix_spawnattr_setsigmask(&attributes.value, &mask);
  ::posix_spawnattr_setpgroup(&attributes.value, 0);
  ::posix_spawnattr_setflags(&attributes.value,
                             POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);

  const std::vector<char*> arguments = pointers(request.command);
  const std::vector<char*> environment = pointers(request.environment);
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, arguments[0], &actions.value, &attributes.value, arguments.data(),
                                   environment.data());
  if (error != 0) {
    std::string text = "cannot start '" + escape_text(request.command[0]) + "'";
    if (request.directory) text += " in '" + escape_text(*request.directory) + "'";
    throw std::system_error(error, std::generic_category(), text);
  }
  return child;
}

void signal_group(pid_t group, int signal) noexcept {
  if (group > 1) ::kill(-group, signal);
}

}  // namespace uninterruptible::sys
