#include "seed/seed_support.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <stdexcept>

extern char** environ;

namespace testing {

void forget_configuration() {
  for (const char* const name :
       {"PORT", "PID_FILE", "APP_ROOT", "TLS_VERSION", "TLS_KEY", "TLS_CERTIFICATE",
        "VERIFY_CLIENT_TLS_CERTIFICATE", "CLIENT_TLS_CERTIFICATE_CA", "ALLOWED_NETWORKS"})
    ::unsetenv(name);
  std::vector<std::string> ours;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string assignment = *entry;
    // Two say where this test's programs are, and whom it started.
    if (assignment.starts_with("UNINTERRUPTIBLE_") && !assignment.starts_with("UNINTERRUPTIBLE_BIN=") &&
        !assignment.starts_with("UNINTERRUPTIBLE_TEST_"))
      ours.push_back(assignment.substr(0, assignment.find('=')));
  }
  for (const std::string& name : ours) ::unsetenv(name.c_str());
}

std::string serves_on(const std::string& log) {
  const std::string mark = " serves on ";
  const std::string line = wait_for_line(log, mark);
  return line.substr(line.find(mark) + mark.size());
}

std::string at_host(const std::string& target, const std::string& host) {
  return "tcp://" + host + target.substr(target.rfind(':'));
}

std::string refusal_of(Process& process) {
  const std::optional<Exit> exit = process.wait_exit();
  if (exit != exited(2))
    throw std::runtime_error("it was not refused: " + (exit ? to_string(*exit) : std::string("still runs")));
  if (const std::string output = process.standard_output(); output.find(" serves ") != std::string::npos)
    throw std::runtime_error("it served:\n" + output);
  return process.standard_error();
}

std::vector<std::string> command_line_of(pid_t pid) {
  std::vector<std::string> words;
  std::istringstream text(read_file("/proc/" + std::to_string(pid) + "/cmdline"));
  for (std::string word; std::getline(text, word, '\0');) words.push_back(word);
  return words;
}

pid_t parent_of(pid_t pid) {
  for (const std::string& line : split_lines(read_file("/proc/" + std::to_string(pid) + "/status"))) {
    if (line.starts_with("PPid:")) return static_cast<pid_t>(std::stol(line.substr(5)));
  }
  return 0;
}

int descriptors_of_socket(pid_t pid, const std::string& inode) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd")) {
    std::error_code gone;  // closed in the meantime
    if (std::filesystem::read_symlink(entry.path(), gone).string() == "socket:[" + inode + "]") ++count;
  }
  return count;
}

std::string listener_inode(const std::string& target) {
  char port[8];
  std::snprintf(port, sizeof port, ":%04X", std::stoi(target.substr(target.rfind(':') + 1)));
  for (const std::string& line : split_lines(read_file("/proc/net/tcp"))) {
    std::istringstream fields(line);
    std::string number, local, remote, state, skipped, inode;
    fields >> number >> local >> remote >> state;
    if (state != "0A" || !local.ends_with(port)) continue;
    for (int field = 0; field < 5; ++field) fields >> skipped;
    fields >> inode;
    return inode;
  }
  throw std::runtime_error("nobody listens on " + target);
}

pid_t answering(const std::string& target) {
  const std::string answer = Client(target).ask("PID?").value_or("");
  try {
    return static_cast<pid_t>(std::stol(answer));
  } catch (const std::exception&) {
    throw std::runtime_error("no pid, but '" + answer + "'");
  }
}

}  // namespace testing
