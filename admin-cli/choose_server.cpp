#include "choose_server.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <numeric>

#include "base/text.hpp"
#include "base/unique_fd.hpp"
#include "outcome.hpp"
#include "ssh_address.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

using control::Target;

constexpr std::string_view scheme = "unix:";
constexpr std::string_view suffix = ".sock";

std::string name_of(const std::string& path) {
  std::string name = path.substr(path.rfind('/') + 1);
  if (name.size() > suffix.size() && name.ends_with(suffix)) name.resize(name.size() - suffix.size());
  return name;
}

/// A socket that a server which is gone has left behind.
bool is_stale(const Target& target) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (target.path.size() >= sizeof address.sun_path) return false;
  target.path.copy(address.sun_path, sizeof address.sun_path - 1);
  const UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return probe && ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
         errno == ECONNREFUSED;
}

std::string listed(const std::vector<Target>& targets) {
  std::string text;
  for (const Target& target : targets) text += "\n  " + shown(target.name) + "  " + shown(target.path);
  return text;
}

/// Directories that this user may not look into, since the server looked for may be there.
std::string unreadable_directories() {
  std::string text;
  for (const std::string& directory : control::control_directories()) {
    if (::access(directory.c_str(), F_OK) == 0 && ::access(directory.c_str(), R_OK | X_OK) != 0) {
      text += " (" + shown(directory) + " cannot be read by this user)";
    }
  }
  return text;
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& words) {
  std::string best;
  std::size_t best_distance = 1 + std::max<std::size_t>(word.size() / 3, 1);
  for (const std::string& candidate : words) {
    // Levenshtein's distance, one row at a time.
    std::vector<std::size_t> row(candidate.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < word.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i + 1;
      for (std::size_t j = 0; j < candidate.size(); ++j) {
        const std::size_t replaced = diagonal + (word[i] == candidate[j] ? 0 : 1);
        diagonal = row[j + 1];
        row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
      }
    }
    if (row.back() < best_distance) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

Target choose_server(const std::optional<std::string>& named) {
  if (named && named->empty()) {
    throw Stop(ExitCode::usage, "the server's name is empty", "-s NAME, or unset UNINTERRUPTIBLE_SERVER");
  }
  if (named && named->starts_with(ssh_scheme)) {
    static_cast<void>(SshAddress::parse(*named));
    return {*named, *named};
  }
  if (named && named->starts_with(scheme)) return {name_of(*named), named->substr(scheme.size())};
  if (named && named->find('/') != std::string::npos) return {name_of(*named), *named};

  std::vector<Target> all = control::discover();
  std::vector<Target> fitting;
  std::copy_if(all.begin(), all.end(), std::back_inserter(fitting),
               [&](const Target& target) { return !named || target.name == *named; });
  if (fitting.size() > 1) {
    std::vector<Target> living;
    std::copy_if(fitting.begin(), fitting.end(), std::back_inserter(living),
                 [](const Target& target) { return !is_stale(target); });
    if (!living.empty()) fitting = std::move(living);
  }
  if (fitting.size() == 1) return fitting.front();
  if (fitting.size() > 1) {
    throw Stop(
        ExitCode::usage,
        "several servers " + std::string(named ? "have this name" : "run here") + ":" + listed(fitting),
        named ? "-s PATH" : "-s NAME");
  }
  if (!named) throw Stop(ExitCode::no_server, "no server was found" + unreadable_directories());
  std::vector<std::string> names;
  for (const Target& target : all) names.push_back(target.name);
  const std::string similar = nearest(*named, names);
  throw Stop(ExitCode::no_server, "there is no server '" + shown(*named) + "'" + unreadable_directories(),
             similar.empty() ? "'uninterruptiblectl list' shows the servers of this machine"
                             : "-s " + shown(similar));
}

}  // namespace uninterruptible::cli
