#include "support/process_tree.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <system_error>

#include "support/files.hpp"

namespace testing {

namespace {
std::string unique_name() {
  std::string id = read_file("/proc/sys/kernel/random/uuid");
  while (!id.empty() && std::isspace(static_cast<unsigned char>(id.back())) != 0) id.pop_back();
  return id;
}

std::string environment_of(pid_t pid) { return read_file("/proc/" + std::to_string(pid) + "/environ"); }

bool carries(const std::string& environment, std::string_view marker) {
  const std::size_t found = environment.find(marker);
  return found != std::string::npos && (found == 0 || environment[found - 1] == '\0');
}

std::vector<pid_t> all_processes() {
  std::vector<pid_t> pids;
  std::error_code error;
  for (std::filesystem::directory_iterator it("/proc", error), end; !error && it != end;
       it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c) != 0; })) {
      pids.push_back(static_cast<pid_t>(std::stol(name)));
    }
  }
  return pids;
}
}  // namespace

std::string to_string(const Exit& exit) {
  if (exit.status) return "exit " + std::to_string(*exit.status);
  return exit.signal ? "signal " + std::to_string(*exit.signal) : "nothing";
}

ProcessTree::ProcessTree() : marker_("UNINTERRUPTIBLE_TEST_ID=" + unique_name()) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

ProcessTree::~ProcessTree() {
  for (std::vector<pid_t> found = pids(); !found.empty(); found = pids()) {
    for (const pid_t pid : found) ::kill(pid, SIGKILL);
    for (const pid_t pid : found) static_cast<void>(wait_exit(pid, 1s));
  }
  ::prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
}

std::vector<pid_t> ProcessTree::pids() const {
  std::vector<pid_t> found;
  for (const pid_t pid : all_processes()) {
    if (pid == ::getpid()) continue;
    // One that is killed loses its memory, and with it the environment, before its descriptors and locks.
    const std::string environment = environment_of(pid);
    const bool is_ours = carries(environment, marker_) || (environment.empty() && known_.contains(pid));
    if (is_ours && is_alive(pid)) found.push_back(pid);
  }
  std::sort(found.begin(), found.end());
  known_.insert(found.begin(), found.end());
  return found;
}

bool is_alive(pid_t pid) {
  const std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t name_end = stat.rfind(") ");
  if (name_end == std::string::npos || name_end + 2 >= stat.size()) return false;
  const char state = stat[name_end + 2];
  return state != 'Z' && state != 'X';
}

std::optional<Exit> wait_exit(pid_t pid, std::chrono::milliseconds limit) {
  std::optional<Exit> result;
  static_cast<void>(becomes_true(
      [&] {
        int status = 0;
        if (::waitpid(pid, &status, WNOHANG) == pid) {
          result = WIFSIGNALED(status) ? killed_by(WTERMSIG(status)) : exited(WEXITSTATUS(status));
        } else if (!std::filesystem::exists("/proc/" + std::to_string(pid))) {
          return true;  // reaped by its parent: how it ended is not to be known here
        }
        return result.has_value();
      },
      limit));
  return result;
}

}  // namespace testing
