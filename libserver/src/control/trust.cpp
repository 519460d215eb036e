#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include "base/text.hpp"
#include "control/directories.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::control {

namespace {

constexpr int most_links = 40;

std::string directory_of(const std::string& socket_path) {
  const std::size_t slash = socket_path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : socket_path.substr(0, slash);
}

/// Whether the search for servers comes here by itself, whatever name it was given.
bool is_searched_by_default(const struct stat& directory) {
  const char* const only = std::getenv("UNINTERRUPTIBLE_CONTROL_DIR");
  if (only != nullptr && only[0] != '\0') return false;
  for (const std::string& searched : control_directories()) {
    struct stat found {};
    if (::stat(searched.c_str(), &found) == 0 && found.st_dev == directory.st_dev &&
        found.st_ino == directory.st_ino) {
      return true;
    }
  }
  return false;
}

/// Goes the way to a directory, link by link, and says why somebody other than `owner`, this user and root
/// could have made it lead there.
class Way {
 public:
  explicit Way(uid_t owner) : owner_(owner) {}

  std::string distrust(const std::string& directory) {
    std::error_code problem;
    const std::string start = directory.front() == '/' ? "" : std::filesystem::current_path(problem).string();
    if (problem) return "the working directory is unknown";
    go(start + "/" + directory);
    std::string reason = distrust_step("/");
    int links = 0;
    while (reason.empty() && !ahead_.empty()) {
      const std::string name = ahead_.front();
      ahead_.pop_front();
      if (name == "..") {
        here_.resize(here_.empty() ? 0 : here_.rfind('/'));
        continue;
      }
      const std::string next = here_ + "/" + name;
      struct stat found {};
      if (::lstat(next.c_str(), &found) == 0 && S_ISLNK(found.st_mode)) {
        // It lies in a directory that has been looked at: only those who are trusted can have made it.
        if (++links > most_links || !follow(next)) return escape_text(next) + " leads nowhere";
        continue;
      }
      reason = distrust_step(next);
      here_ = next;
    }
    return reason;
  }

 private:
  void go(const std::string& path) {
    if (path.front() == '/') here_.clear();
    std::vector<std::string> names;
    std::istringstream parts(path);
    for (std::string name; std::getline(parts, name, '/');) {
      if (!name.empty() && name != ".") names.push_back(name);
    }
    ahead_.insert(ahead_.begin(), names.begin(), names.end());
  }

  bool follow(const std::string& link) {
    std::array<char, PATH_MAX> target{};
    const ssize_t size = ::readlink(link.c_str(), target.data(), target.size());
    if (size <= 0) return false;
    go(std::string(target.data(), static_cast<std::size_t>(size)));
    return true;
  }

  [[nodiscard]] std::string distrust_step(const std::string& directory) const {
    const std::string what = "the directory " + escape_text(directory);
    struct stat found {};
    if (::lstat(directory.c_str(), &found) != 0) return what + " cannot be looked at: " + errno_text(errno);
    if (!S_ISDIR(found.st_mode)) return what + " is no directory";
    if (!is_ours_or_roots(found.st_uid) && found.st_uid != owner_) {
      return what + " belongs to uid " + std::to_string(found.st_uid);
    }
    if ((found.st_mode & (S_IWGRP | S_IWOTH)) != 0) return what + " can be written to by others";
    return {};
  }

  const uid_t owner_;
  std::string here_;               // as it really is, without links; empty is the root
  std::deque<std::string> ahead_;  // names that are still to go
};

}  // namespace

std::string distrust_directory(const std::string& socket_path) {
  const std::string directory = directory_of(socket_path);
  const std::string reason = distrust(directory);
  struct stat found {};
  if (reason.empty() || ::stat(directory.c_str(), &found) != 0 || is_ours_or_roots(found.st_uid))
    return reason;
  // Another user's. Who named it means that user, if nobody else can have put it there.
  if (is_searched_by_default(found)) return reason;
  const std::string way = Way(found.st_uid).distrust(directory);
  return way.empty() ? way : reason + ", and " + way;
}

std::string distrust_peer(int connected_fd, const std::string& socket_path) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(connected_fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    return "who listens at " + escape_text(socket_path) + " is unknown: " + errno_text(errno);
  }
  if (is_ours_or_roots(peer.uid)) return {};
  const std::string who = "uid " + std::to_string(peer.uid) + " listens at " + escape_text(socket_path);
  struct stat found {};
  if (::stat(socket_path.c_str(), &found) != 0 || found.st_uid != peer.uid)
    return who + " but does not own it";
  if (::stat(directory_of(socket_path).c_str(), &found) != 0) return who + " but its directory is gone";
  if (is_ours_or_roots(found.st_uid) || found.st_uid == peer.uid) return {};
  return who + " but its directory belongs to uid " + std::to_string(found.st_uid);
}

}  // namespace uninterruptible::control
