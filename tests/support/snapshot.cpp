#include "support/snapshot.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "support/files.hpp"

namespace testing {

namespace {
std::string kind_of(const std::string& link) {
  if (link.starts_with("anon_inode:")) {
    std::string kind = link.substr(11);
    std::erase_if(kind, [](char c) { return c == '[' || c == ']'; });
    return kind;
  }
  const std::size_t colon = link.find(":[");
  return link.substr(0, colon);
}

std::size_t status_number(const std::string& status, const std::string& field) {
  const std::size_t found = status.find(field + ":");
  return found == std::string::npos ? 0 : std::stoul(status.substr(found + field.size() + 1));
}
}  // namespace

std::size_t memory_slack_kib() {
  const char* sanitizers = std::getenv("UNINTERRUPTIBLE_SANITIZE");
  return (sanitizers != nullptr && *sanitizers != '\0' ? 64 : 3) * std::size_t{1024};
}

Snapshot Snapshot::of(pid_t pid) {
  const std::string root = "/proc/" + std::to_string(pid);
  Snapshot result;
  for (const auto& entry : std::filesystem::directory_iterator(root + "/fd")) {
    std::error_code closed_meanwhile;
    const auto link = std::filesystem::read_symlink(entry.path(), closed_meanwhile);
    if (!closed_meanwhile) ++result.fds[kind_of(link.string())];
  }
  const std::string status = read_file(root + "/status");
  result.threads = status_number(status, "Threads");
  result.resident_kib = status_number(status, "VmRSS");
  result.mappings = split_lines(read_file(root + "/maps")).size();
  std::string environment = read_file(root + "/environ");
  std::replace(environment.begin(), environment.end(), '\n', ' ');
  std::replace(environment.begin(), environment.end(), '\0', '\n');
  result.environment = split_lines(environment);
  std::sort(result.environment.begin(), result.environment.end());
  return result;
}

int Snapshot::descriptors() const {
  int sum = 0;
  for (const auto& [kind, count] : fds) sum += count;
  return sum;
}

std::string difference(const Snapshot& before, const Snapshot& after) {
  std::string text;
  std::set<std::string> kinds;
  for (const auto& [kind, count] : before.fds) kinds.insert(kind);
  for (const auto& [kind, count] : after.fds) kinds.insert(kind);
  const auto count_in = [](const Snapshot& snapshot, const std::string& kind) {
    const auto found = snapshot.fds.find(kind);
    return found == snapshot.fds.end() ? 0 : found->second;
  };
  for (const std::string& kind : kinds) {
    const int was = count_in(before, kind);
    const int is = count_in(after, kind);
    if (was != is) text += kind + " descriptors: " + std::to_string(was) + " -> " + std::to_string(is) + "\n";
  }
  if (before.threads != after.threads) {
    text += "threads: " + std::to_string(before.threads) + " -> " + std::to_string(after.threads) + "\n";
  }
  std::vector<std::string> changed;
  std::set_symmetric_difference(before.environment.begin(), before.environment.end(),
                                after.environment.begin(), after.environment.end(),
                                std::back_inserter(changed));
  for (const std::string& entry : changed) text += "environment: " + entry + "\n";
  return text;
}

}  // namespace testing
