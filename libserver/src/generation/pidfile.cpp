#include "generation/pidfile.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "base/fault_point.hpp"
#include "base/text.hpp"

namespace uninterruptible {

namespace {

constexpr int most_attempts = 100;

[[noreturn]] void fail(int error, const std::string& text) {
  throw std::system_error(error, std::generic_category(), text);
}

bool is_named(int fd, const std::string& path) noexcept {
  struct stat mine {};
  struct stat named {};
  return ::fstat(fd, &mine) == 0 && ::lstat(path.c_str(), &named) == 0 && mine.st_dev == named.st_dev &&
         mine.st_ino == named.st_ino;
}

UniqueFd open_existing(const std::string& path) {
  constexpr int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  UniqueFd fd(::open(path.c_str(), O_RDWR | flags));
  // A stale file of another user can still be locked and replaced where the directory is ours.
  if (!fd && errno == EACCES) fd.reset(::open(path.c_str(), O_RDONLY | flags));
  return fd;
}

std::string pid_in(int fd) {
  char text[32];
  const ssize_t length = ::pread(fd, text, sizeof text, 0);
  const std::string line =
      split_list(std::string_view(text, length > 0 ? static_cast<std::size_t>(length) : 0), '\n')[0];
  return parse_number(line, 1, 0x7FFF'FFFF) ? "process " + line : "another living process";
}

/// Opens and locks the file that is at the path now. Empty when there is none; throws when somebody else has
/// it.
UniqueFd lock_existing(const std::string& path) {
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    UniqueFd fd = open_existing(path);
    if (!fd) {
      if (errno == ENOENT) return {};
      if (errno == ELOOP)
        fail(ELOOP, "pidfile " + path + " is a symbolic link, which the rename would replace");
      fail(errno, "cannot open pidfile " + path);
    }
    struct stat found {};
    if (::fstat(fd.get(), &found) != 0) fail(errno, "cannot look at pidfile " + path);
    if (!S_ISREG(found.st_mode)) throw std::runtime_error("pidfile " + path + " is not a regular file");
    int locked = 0;
    while ((locked = ::flock(fd.get(), LOCK_EX | LOCK_NB)) != 0 && errno == EINTR) {
    }
    const int error = errno;
    // Until the lock was ours its owner may have put another file there: then this one says nothing.
    if (!is_named(fd.get(), path)) continue;
    if (locked == 0) return fd;
    if (error != EWOULDBLOCK) fail(error, "cannot lock pidfile " + path);
    throw std::runtime_error("pidfile " + path + " is held by " + pid_in(fd.get()) + ", which is alive");
  }
  throw std::runtime_error("pidfile " + path + " is replaced all the time");
}

void write_all(int fd, const std::string& text, const std::string& path) {
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = ::write(fd, text.data() + written, text.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) fail(count < 0 ? errno : ENOSPC, "cannot write pidfile " + path);
    written += static_cast<std::size_t>(count);
  }
}

}  // namespace

/// Removed at the end of the scope unless it was renamed.
struct Pidfile::TempFile {
  explicit TempFile(std::string file_name) : name(std::move(file_name)) {}
  TempFile(TempFile&& other) noexcept : name(std::exchange(other.name, {})), fd(std::move(other.fd)) {}
  TempFile& operator=(TempFile&&) = delete;
  ~TempFile() {
    if (fd && !name.empty()) ::unlink(name.c_str());
  }

  std::string name;
  UniqueFd fd;
};

Pidfile::Pidfile(std::string path) : path_(std::move(path)) {}

Pidfile::TempFile Pidfile::create_temp(pid_t pid) const {
  TempFile temp(path_ + "." + std::to_string(::getpid()) + ".tmp");
  const auto create = [&] {
    temp.fd.reset(::open(temp.name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  };
  create();
  if (!temp.fd && errno == EEXIST) {
    // Left by a crashed process that had our pid; one that lives (in another pid namespace) holds its lock.
    const UniqueFd left_over = lock_existing(temp.name);
    if (left_over) ::unlink(temp.name.c_str());
    create();
  }
  if (!temp.fd) fail(errno, "cannot create " + temp.name + " for pidfile " + path_);
  if (::flock(temp.fd.get(), LOCK_EX | LOCK_NB) != 0) fail(errno, "cannot lock " + temp.name);
  if (fault_point("pidfile.write")) fail(ENOSPC, "cannot write pidfile " + path_);
  write_all(temp.fd.get(), std::to_string(pid) + "\n", path_);
  return temp;
}

void Pidfile::claim() {
  if (path_.empty()) throw std::runtime_error("the path of the pidfile is empty");
  UniqueFd found = lock_existing(path_);
  // A rehearsal of write(), which comes when going back is harder.
  static_cast<void>(create_temp(::getpid()));
  claimed_ = std::move(found);
}

void Pidfile::write(pid_t pid) {
  if (fault_point("pidfile.replace")) fail(EIO, "cannot replace pidfile " + path_);
  TempFile temp = create_temp(pid);
  if (::rename(temp.name.c_str(), path_.c_str()) != 0) fail(errno, "cannot replace pidfile " + path_);
  temp.name.clear();
  held_ = std::move(temp.fd);
  claimed_.reset();
}

void Pidfile::remove() noexcept {
  if (held_ && is_named(held_.get(), path_)) ::unlink(path_.c_str());
  forget();
}

void Pidfile::forget() noexcept {
  held_.reset();
  claimed_.reset();
}

}  // namespace uninterruptible
