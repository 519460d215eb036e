#include "checkup.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

using namespace std::chrono_literals;
using Findings = std::vector<Finding>;

/// What a server needs beside its connections: listeners, links, log, threads' descriptors.
constexpr std::uint64_t own_descriptors = 64;
constexpr std::uint64_t few_descriptors = 1024;
/// DefaultTimeoutStopSec of systemd as it comes.
constexpr auto usual_stop_limit = 90s;

std::string file_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

void check_sockets(const control::ServerStatus& status, Findings& found) {
  for (const std::string& path : status.lost_paths) {
    found.push_back(
        {true, "lost_path", shown(path) + " leads to this server no more",
         "another program has removed or replaced the socket; clients cannot find this server there",
         "start the server anew; a restart keeps the socket that nobody finds"});
  }
  for (const control::GenerationStatus& one : status.generations) {
    const auto cut = one.facts.find("backlog");
    if (!one.in_charge || cut == one.facts.end()) continue;
    found.push_back({false, "backlog", "the listen queue is shorter than configured: " + shown(cut->second),
                     "in a rush of new clients the kernel drops those that do not fit",
                     "sysctl -w net.core.somaxconn=N as root, and a restart"});
  }
}

void check_process(const control::ServerStatus& status, const Surroundings& around, Findings& found) {
  if (status.pid == 1) {
    found.push_back({true, "pid_1", "the server is PID 1 of its container",
                     "its end would take the new generation along, so a restart is refused",
                     "run it under an init that outlives it (docker run --init, tini)"});
  }
  if (!around.descriptor_limit) return;
  std::uint64_t connections = 0;
  for (const control::GenerationStatus& one : status.generations) {
    if (one.in_charge) connections = one.connections;
  }
  const std::uint64_t limit = *around.descriptor_limit;
  const std::string what = "the process may open " + std::to_string(limit) + " descriptors";
  const std::string advice = "LimitNOFILE= in its unit, or ulimit -n where it is started";
  if (connections + own_descriptors >= limit - limit / 5) {
    found.push_back({true, "descriptors", what + ", and has " + std::to_string(connections) + " connections",
                     "when they are used up new clients wait in the queue", advice});
  } else if (limit <= few_descriptors) {
    found.push_back(
        {false, "descriptors", what, "each connection takes one; what is beyond waits in the queue", advice});
  }
}

void check_drain(const control::ServerStatus& status, Findings& found) {
  if (status.drain_timeout.count() != 0) return;
  found.push_back(
      {false, "no_drain_timeout", "there is no drain timeout",
       "a client that never leaves keeps its old generation for ever, and after some restarts there "
       "are too many for another one",
       "drain_timeout in the configuration; 'uninterruptiblectl close --generation' helps now"});
}

bool lets_handoff_through(const std::vector<std::string>& command) {
  return std::any_of(command.begin(), command.end(), [](const std::string& word) {
    return word == "-E" || word == "--preserve-env" ||
           (word.starts_with("--preserve-env=") && word.find("UNINTERRUPTIBLE_HANDOFF") != std::string::npos);
  });
}

void check_start_command(const control::ServerStatus& status, Findings& found) {
  if (status.start_command.empty()) return;
  const std::string& program = status.start_command.front();
  const std::string name = file_of(program);
  struct stat file {};
  if (program.starts_with('/') && ::stat(program.c_str(), &file) != 0) {
    found.push_back({true, "start_command", "the start command " + shown(program) + " is not there",
                     "the next restart will fail, and this generation serve on",
                     "put it back, or configure start_command"});
  } else if (program.starts_with('/') && (!S_ISREG(file.st_mode) || (file.st_mode & 0111U) == 0)) {
    found.push_back({true, "start_command", "the start command " + shown(program) + " is no program",
                     "the next restart will fail, and this generation serve on",
                     "chmod +x " + shown(program)});
  }
  if ((name == "sudo" || name == "doas") && !lets_handoff_through(status.start_command)) {
    found.push_back(
        {true, "start_command", "the start command begins with " + name,
         "it closes descriptors and empties the environment, so that the new process does not find "
         "the old one",
         "sudo --preserve-env=UNINTERRUPTIBLE_HANDOFF, to the same user"});
  }
  const std::vector<std::string> elsewhere = {"docker",      "podman",    "ssh",
                                              "systemd-run", "systemctl", "kubectl"};
  if (std::find(elsewhere.begin(), elsewhere.end(), name) != elsewhere.end()) {
    found.push_back({true, "start_command", "the start command begins with " + name,
                     "it lets somebody else start the process, who cannot be given the sockets",
                     "a start command that starts the server itself"});
  }
}

std::string setting(const Surroundings& around, const std::string& name, const std::string& otherwise) {
  const auto found = around.service.find(name);
  return found == around.service.end() || found->second.empty() ? otherwise : found->second;
}

void check_unit(const control::ServerStatus& status, const Surroundings& around, Findings& found) {
  if (around.unit_file.empty()) return;
  const std::string where = around.unit_file + " has ";
  const std::string type = setting(around, "Type", "simple");
  const bool notifies = type == "notify" || type == "notify-reload";
  const bool follows = notifies || (type == "forking" && !setting(around, "PIDFile", "").empty());
  const std::string mode = setting(around, "KillMode", "control-group");
  if (!follows && mode != "none" && mode != "process") {
    found.push_back(
        {true, "unit_type", where + "Type=" + type,
         "systemd watches the process it has started: when that has drained after a restart, it takes "
         "the service for ended and kills the new generation",
         "Type=notify with NotifyAccess=all, or Type=forking with PIDFile="});
  }
  const std::string access = setting(around, "NotifyAccess", "main");
  if (notifies && access != "all") {
    found.push_back({true, "unit_notify_access", where + "NotifyAccess=" + access,
                     "systemd does not listen to the generation that is not its main process",
                     "NotifyAccess=all"});
  }
  if (follows && mode == "mixed" && setting(around, "SendSIGKILL", "yes") != "no" &&
      status.drain_timeout.count() == 0) {
    found.push_back({false, "unit_kill_mode", where + "KillMode=mixed, and there is no drain timeout",
                     "when the main process has ended, systemd kills generations that still drain",
                     "KillMode=control-group, or a drain timeout"});
  }
  const std::string stop = setting(around, "TimeoutStopSec", setting(around, "TimeoutSec", "90s"));
  const auto limit = stop == "infinity" ? std::nullopt : parse_duration(stop);
  if (stop != "infinity" &&
      (status.drain_timeout.count() == 0 || status.drain_timeout > limit.value_or(usual_stop_limit))) {
    found.push_back({false, "unit_stop_timeout", where + "TimeoutStopSec=" + stop,
                     "a stop that drains for longer is ended with SIGKILL",
                     "TimeoutStopSec= above the drain timeout"});
  }
}

void check_place(const std::string& socket_path, Findings& found) {
  const char* const chosen = std::getenv("TMPDIR");
  const std::string temp = chosen != nullptr && *chosen == '/' ? chosen : "/tmp";
  if (!socket_path.starts_with(temp + "/uninterruptible-")) return;
  found.push_back({false, "temp", "the control socket is in the temp folder " + shown(temp),
                   "what cleans up there removes it in time, and nobody reaches the server any more",
                   "control_directory, UNINTERRUPTIBLE_CONTROL_DIR, or RuntimeDirectory= in its unit"});
}

}  // namespace

Findings check_up(const control::ServerStatus& status, const std::string& socket_path,
                  const Surroundings& surroundings) {
  Findings found;
  check_sockets(status, found);
  check_process(status, surroundings, found);
  check_start_command(status, found);
  check_unit(status, surroundings, found);
  check_drain(status, found);
  check_place(socket_path, found);
  std::stable_partition(found.begin(), found.end(), [](const Finding& one) { return one.is_problem; });
  return found;
}

}  // namespace uninterruptible::cli
