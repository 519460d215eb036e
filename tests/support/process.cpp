#include "support/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <system_error>

#include "support/files.hpp"

extern char** environ;

namespace testing {

namespace {
[[noreturn]] void fail(int code, const std::string& what) {
  throw std::system_error(code, std::generic_category(), what);
}

std::vector<std::string> merged_environment(const ProcessTree& tree, const Process::Options& options) {
  std::map<std::string, std::string> merged;
  const auto put = [&](const std::string& assignment) {
    const std::size_t equals = assignment.find('=');
    if (equals != std::string::npos) merged[assignment.substr(0, equals)] = assignment.substr(equals + 1);
  };
  for (char** entry = environ; *entry != nullptr; ++entry) put(*entry);
  put(tree.marker());
  for (const auto& [name, value] : options.environment) {
    merged.erase(name);
    if (value) merged[name] = *value;
  }
  std::vector<std::string> result;
  for (const auto& [name, value] : merged) result.push_back(name + "=" + value);
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// A file in memory; appended to, since several processes share it.
int output_file(const char* name) {
  const int fd = ::memfd_create(name, MFD_CLOEXEC);
  if (fd < 0) fail(errno, "memfd_create");
  ::fcntl(fd, F_SETFL, O_APPEND);
  return fd;
}
}  // namespace

Process::Process(const ProcessTree& tree, const Options& options) {
  std::vector<std::string> argv = options.argv;
  std::vector<std::string> environment = merged_environment(tree, options);
  int input[2] = {-1, -1};
  if (options.feed_stdin && ::pipe2(input, O_CLOEXEC) != 0) fail(errno, "pipe2");
  out_ = output_file("stdout");
  err_ = output_file("stderr");

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (options.feed_stdin) {
    posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
  } else {
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  }
  posix_spawn_file_actions_adddup2(&actions, out_, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err_, STDERR_FILENO);
  if (!options.directory.empty()) posix_spawn_file_actions_addchdir_np(&actions, options.directory.c_str());

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  sigset_t all;
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

  const int error = ::posix_spawnp(&pid_, argv.at(0).c_str(), &actions, &attributes, pointers(argv).data(),
                                   pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (input[0] >= 0) ::close(input[0]);
  stdin_ = input[1];
  if (error != 0) {
    for (const int fd : {out_, err_, stdin_}) {
      if (fd >= 0) ::close(fd);
    }
    fail(error, "cannot start " + argv[0]);
  }
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      out_(std::exchange(other.out_, -1)),
      err_(std::exchange(other.err_, -1)),
      stdin_(std::exchange(other.stdin_, -1)),
      exit_(other.exit_) {}

Process::~Process() {
  if (pid_ > 0 && !exit_) {
    signal(SIGKILL);
    static_cast<void>(wait_exit());
  }
  for (const int fd : {out_, err_, stdin_}) {
    if (fd >= 0) ::close(fd);
  }
}

bool Process::signal(int number) const { return !exit_ && ::kill(pid_, number) == 0; }

std::optional<Exit> Process::wait_exit(std::chrono::milliseconds limit) {
  if (!exit_) exit_ = testing::wait_exit(pid_, limit);
  return exit_;
}

void Process::close_stdin() {
  if (stdin_ >= 0) ::close(std::exchange(stdin_, -1));
}

std::string Process::standard_output() const { return read_file(output_path()); }
std::string Process::standard_error() const { return read_file(error_path()); }

}  // namespace testing
