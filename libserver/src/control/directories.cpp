#include "control/directories.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/text.hpp"

namespace uninterruptible::control {

std::string temp_control_directory() {
  const char* const temp = std::getenv("TMPDIR");
  const std::string folder = temp != nullptr && temp[0] == '/' ? temp : "/tmp";
  return folder + "/uninterruptible-" + std::to_string(::geteuid());
}

std::string user_run_directory() { return "/run/user/" + std::to_string(::geteuid()); }

bool is_directory(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool is_ours_or_roots(uid_t owner) { return owner == 0 || owner == ::geteuid(); }

std::string distrust(const std::string& directory) {
  struct stat status {};
  if (::lstat(directory.c_str(), &status) != 0) {
    return "the directory " + escape_text(directory) + " cannot be looked at: " + errno_text(errno);
  }
  const std::string what = "the directory " + escape_text(directory);
  if (S_ISLNK(status.st_mode)) {
    // Whoever owns a link decides where it leads, whatever the directory behind it looks like.
    if (!is_ours_or_roots(status.st_uid)) return what + " is a link of uid " + std::to_string(status.st_uid);
    if (::stat(directory.c_str(), &status) != 0) return what + " cannot be looked at: " + errno_text(errno);
  }
  if (!S_ISDIR(status.st_mode)) return what + " is no directory";
  if (!is_ours_or_roots(status.st_uid)) return what + " belongs to uid " + std::to_string(status.st_uid);
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) return what + " can be written to by others";
  return {};
}

}  // namespace uninterruptible::control
