#include "sys/private_directory.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <system_error>

#include "base/text.hpp"

namespace uninterruptible::sys {

namespace {

constexpr std::string_view placeholder = "XXXXXX";  // mkdtemp(3) fills it in
constexpr mode_t only_us = 0700;
constexpr int most_names = 10'000;
/// A directory can be taken for an abandoned one in the moment before it is locked; so often by no accident.
constexpr int most_attempts = 10;

bool same_file(const struct stat& a, const struct stat& b) noexcept {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/// Why others could interfere with what lies in that directory; empty when they cannot.
std::string unfit(const std::string& base) {
  struct stat found {};
  if (::stat(base.c_str(), &found) != 0) return errno_text(errno);
  if (!S_ISDIR(found.st_mode)) return "not a directory";
  if (found.st_uid != 0 && found.st_uid != ::geteuid())
    return "belongs to uid " + std::to_string(found.st_uid);
  if ((found.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (found.st_mode & S_ISVTX) == 0)
    return "others can rename what is in it";
  return {};
}

UniqueFd open_directory(int at, const char* name) noexcept {
  return UniqueFd(::openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

bool is_named(const struct stat& mine, int at, const char* name) noexcept {
  struct stat named {};
  return ::fstatat(at, name, &named, AT_SYMLINK_NOFOLLOW) == 0 && same_file(mine, named);
}

struct Close {
  void operator()(DIR* directory) const noexcept { ::closedir(directory); }
};

/// Names in an open directory, at most so many.
std::vector<std::string> names_in(int directory, int most) {
  std::vector<std::string> names;
  UniqueFd again(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const std::unique_ptr<DIR, Close> stream(again ? ::fdopendir(again.get()) : nullptr);
  if (!stream) return names;
  static_cast<void>(again.release());
  while (most-- > 0) {
    const dirent* const entry = ::readdir(stream.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

void remove_if_abandoned(int base, const std::string& name, const std::vector<std::string>& contents) {
  const UniqueFd directory = open_directory(base, name.c_str());
  struct stat found {};
  if (!directory || ::fstat(directory.get(), &found) != 0) return;
  if (found.st_uid != ::geteuid() || (found.st_mode & 07777U) != only_us) return;
  if (::flock(directory.get(), LOCK_EX | LOCK_NB) != 0 || !is_named(found, base, name.c_str())) return;
  const std::vector<std::string> inside = names_in(directory.get(), static_cast<int>(contents.size()) + 3);
  const auto is_known = [&](const std::string& one) {
    return std::find(contents.begin(), contents.end(), one) != contents.end();
  };
  if (!std::all_of(inside.begin(), inside.end(), is_known)) return;
  for (const std::string& one : inside) ::unlinkat(directory.get(), one.c_str(), 0);
  ::unlinkat(base, name.c_str(), AT_REMOVEDIR);
}

}  // namespace

PrivateDirectory::PrivateDirectory(const Place& place) : contents_(place.contents) {
  std::string reasons;
  for (const std::string& base : place.bases) {
    std::string reason;
    if (base.size() + 1 + place.prefix.size() + placeholder.size() > place.longest) {
      reason = "its path is too long";
    } else {
      reason = unfit(base);
    }
    if (reason.empty()) {
      int error = EAGAIN;
      for (int attempt = 0; error == EAGAIN && attempt < most_attempts; ++attempt) {
        error = make_in(base, place.prefix);
      }
      if (error == 0) return;
      reason = error == EAGAIN ? "what is made there is removed at once" : errno_text(error);
    }
    reasons += (reasons.empty() ? "" : "; ") + escape_text(base, 200) + ": " + reason;
  }
  throw std::runtime_error(reasons.empty() ? "there is no place for it" : reasons);
}

/// 0, or an errno; EAGAIN when somebody took it for an abandoned one before it was locked.
int PrivateDirectory::make_in(const std::string& base, std::string_view prefix) {
  std::string name = base + "/" + std::string(prefix) + std::string(placeholder);
  if (::mkdtemp(name.data()) == nullptr) return errno;
  ::chmod(name.c_str(), only_us);  // the umask may have taken bits away
  UniqueFd lock = open_directory(AT_FDCWD, name.c_str());
  if (!lock || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    // Gone, or locked by one who is about to remove it.
    if (error == ENOENT || error == EWOULDBLOCK) return EAGAIN;
    ::rmdir(name.c_str());
    return error;
  }
  struct stat mine {};
  if (::fstat(lock.get(), &mine) != 0 || !is_named(mine, AT_FDCWD, name.c_str())) return EAGAIN;
  base_ = base;
  path_ = std::move(name);
  lock_ = std::move(lock);
  return 0;
}

PrivateDirectory::~PrivateDirectory() {
  for (const std::string& one : contents_) ::unlinkat(lock_.get(), one.c_str(), 0);
  struct stat mine {};
  if (::fstat(lock_.get(), &mine) == 0 && is_named(mine, AT_FDCWD, path_.c_str())) ::rmdir(path_.c_str());
}

void remove_abandoned_directories(const std::string& base, std::string_view prefix,
                                  const std::vector<std::string>& contents) noexcept {
  try {
    const UniqueFd directory(::open(base.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory) return;
    for (const std::string& name : names_in(directory.get(), most_names)) {
      if (name.size() == prefix.size() + placeholder.size() && name.starts_with(prefix))
        remove_if_abandoned(directory.get(), name, contents);
    }
  } catch (const std::exception&) {  // no memory for the names: the next restart looks again
  }
}

}  // namespace uninterruptible::sys
