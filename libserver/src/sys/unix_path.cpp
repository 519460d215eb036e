#include "sys/unix_path.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

namespace uninterruptible::sys {

namespace {

/// A path or its lock can be replaced between two looks at it; so often only by an endless fight of two
/// programs.
constexpr int most_attempts = 100;

[[noreturn]] void fail(int error, const std::string& text) {
  throw std::system_error(error, std::generic_category(), text);
}

[[noreturn]] void fail_in_use(const std::string& path) {
  fail(EADDRINUSE, path + " is in use by a living server");
}

bool same_file(const struct stat& a, const struct stat& b) noexcept {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

std::string_view kind_of(mode_t mode) noexcept {
  if (S_ISREG(mode)) return "a regular file";
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISLNK(mode)) return "a symbolic link";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

std::string lock_path_of(const std::string& path) { return path + ".lock"; }

sockaddr_un address_of(const std::string& path) noexcept {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

void check_path(const std::string& path) {
  if (path.empty()) fail(EINVAL, "the path of a unix socket is empty");
  if (path.find('\0') != std::string::npos) fail(EINVAL, "the path of a unix socket contains a zero byte");
  if (path.back() == '/') fail(EINVAL, path + " ends with a slash and cannot name a socket");
  if (path.size() > longest_unix_path) {
    fail(ENAMETOOLONG, path + " has " + std::to_string(path.size()) +
                           " bytes; a unix socket's path can have " + std::to_string(longest_unix_path));
  }
}

/// The lock beside a path. Until keep() it is removed again if this object created it, so that a failure
/// leaves nothing behind.
class PathLock {
 public:
  explicit PathLock(const std::string& path) : name_(lock_path_of(path)) {
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
      if (!open()) continue;
      take(path);
      if (still_named()) return;
    }
    fail(EBUSY, name_ + " is removed and created again all the time");
  }
  ~PathLock() { remove_if_created(); }
  PathLock(const PathLock&) = delete;
  PathLock& operator=(const PathLock&) = delete;

  [[nodiscard]] UniqueFd keep() noexcept {
    created_ = false;
    return std::move(fd_);
  }

 private:
  /// False when the file came or went between the two looks.
  bool open() {
    constexpr int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    fd_.reset(::open(name_.c_str(), flags | O_CREAT | O_EXCL, 0600));
    created_ = static_cast<bool>(fd_);
    if (created_) return true;
    if (errno != EEXIST) fail(errno, "cannot create " + name_);
    fd_.reset(::open(name_.c_str(), flags));
    if (!fd_) {
      if (errno == ENOENT) return false;
      if (errno == ELOOP) fail(ELOOP, name_ + " is a symbolic link, not a lock file; move it away");
      fail(errno, "cannot open the lock file " + name_);
    }
    struct stat found {};
    if (::fstat(fd_.get(), &found) != 0) fail(errno, "cannot look at " + name_);
    if (!S_ISREG(found.st_mode)) {
      fail(EEXIST, name_ + " is " + std::string(kind_of(found.st_mode)) + ", not a lock file; move it away");
    }
    if (found.st_uid != ::geteuid()) {
      fail(EPERM, name_ + " belongs to uid " + std::to_string(found.st_uid) +
                      "; remove it if no server of that user uses it");
    }
    return true;
  }

  void take(const std::string& path) {
    while (::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) continue;
      const int error = errno;
      if (error != EWOULDBLOCK) remove_if_created();
      created_ = false;  // whoever was faster has the lock now, and with it the file
      if (error == EWOULDBLOCK) fail_in_use(path);
      fail(error, "cannot lock " + name_);
    }
  }

  /// The one who had the lock before may have removed the file: then this is a lock on nothing.
  [[nodiscard]] bool still_named() noexcept {
    struct stat mine {};
    struct stat named {};
    const bool still =
        ::fstat(fd_.get(), &mine) == 0 && ::lstat(name_.c_str(), &named) == 0 && same_file(mine, named);
    if (!still) created_ = false;
    return still;
  }

  void remove_if_created() noexcept {
    if (created_) ::unlink(name_.c_str());
    created_ = false;
    fd_.reset();
  }

  std::string name_;
  UniqueFd fd_;
  bool created_ = false;
};

/// Whether some process has a socket bound to this file. The probe is a datagram socket: connecting it to a
/// stream socket fails in one way where the socket lives (EPROTOTYPE, also while its queue is full or it does
/// not listen yet) and in another where it does not (ECONNREFUSED), and a living server never sees it.
bool is_alive(const std::string& path) {
  const UniqueFd probe(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe) fail(errno, "cannot create a socket to probe " + path);
  const sockaddr_un address = address_of(path);
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return true;
  if (errno == ECONNREFUSED || errno == ENOENT) return false;
  if (errno == EACCES) fail(EACCES, "cannot tell whether a server lives at " + path);
  return true;
}

/// Removes a stale socket from the path, or throws saying what else is there.
void clear_path(const std::string& path) {
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) {
      if (errno == ENOENT) return;
      fail(errno, "cannot look at " + path);
    }
    if (!S_ISSOCK(found.st_mode)) {
      fail(EEXIST, path + " is " + std::string(kind_of(found.st_mode)) +
                       ", not a socket; move it away or choose another path");
    }
    if (is_alive(path)) fail_in_use(path);
    // Programs that know nothing of the lock may have bound here since the first look.
    struct stat again {};
    if (::lstat(path.c_str(), &again) != 0 || !same_file(found, again)) continue;
    if (::unlink(path.c_str()) == 0 || errno == ENOENT) return;
    fail(errno, "cannot remove the stale socket " + path);
  }
  fail(EADDRINUSE, path + " is replaced all the time");
}

void remove_if_same(const std::string& path, dev_t device, ino_t inode) noexcept {
  struct stat found {};
  if (::lstat(path.c_str(), &found) == 0 && found.st_dev == device && found.st_ino == inode)
    ::unlink(path.c_str());
}

}  // namespace

UnixListener listen_unix(const std::string& path, const UnixListenOptions& options) {
  check_path(path);
  PathLock lock(path);
  clear_path(path);

  UnixListener listener;
  listener.path = path;
  const int type = options.type == 0 ? SOCK_STREAM : options.type;
  listener.socket.reset(::socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listener.socket) fail(errno, "cannot create a socket for " + path);
  if (options.mode && ::fchmod(listener.socket.get(), *options.mode) != 0) {
    fail(errno, "cannot set the mode of " + path);
  }
  const sockaddr_un address = address_of(path);
  if (::bind(listener.socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno == EADDRINUSE) fail_in_use(path);
    fail(errno, "cannot bind " + path);
  }

  struct stat bound {};
  if (::lstat(path.c_str(), &bound) != 0 || !S_ISSOCK(bound.st_mode)) {
    fail(EADDRINUSE, path + " was replaced by another program");
  }
  listener.device = bound.st_dev;
  listener.inode = bound.st_ino;
  try {
    // It cannot be connected to before listen(2), so that nothing is open meanwhile. bind(2) took the umask
    // off the descriptor's mode; what is missing is added here.
    set_unix_access(listener, options.mode, options.group);
    if (::listen(listener.socket.get(), options.backlog) != 0) fail(errno, "cannot listen at " + path);
  } catch (...) {
    remove_if_same(path, listener.device, listener.inode);
    throw;
  }
  listener.lock = lock.keep();
  return listener;
}

void set_unix_access(const UnixListener& listener, std::optional<mode_t> mode, std::optional<gid_t> group) {
  if (!mode && !group) return;
  const std::string& path = listener.path;
  const UniqueFd node(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat found {};
  if (!node || ::fstat(node.get(), &found) != 0) fail(errno, "cannot open " + path);
  if (found.st_dev != listener.device || found.st_ino != listener.inode) {
    fail(EADDRINUSE, path + " was replaced by another program");
  }
  if (group && found.st_gid != *group &&
      ::fchownat(node.get(), "", static_cast<uid_t>(-1), *group, AT_EMPTY_PATH) != 0) {
    fail(errno, "cannot give " + path + " to the group " + std::to_string(*group));
  }
  if (mode && (found.st_mode & 07777U) != *mode) {
    const std::string name = "/proc/self/fd/" + std::to_string(node.get());
    if (::chmod(name.c_str(), *mode) != 0) fail(errno, "cannot set the mode of " + path);
  }
}

bool is_held_by_stranger(const std::string& path) noexcept {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0 || !S_ISSOCK(found.st_mode)) return false;
  try {
    const UniqueFd lock(::open(lock_path_of(path).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (lock && ::flock(lock.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK) return false;
    return is_alive(path);
  } catch (const std::exception&) {
    return true;
  }
}

bool unlink_unix(const UnixListener& listener) noexcept {
  struct stat found {};
  const bool ours = ::lstat(listener.path.c_str(), &found) == 0 && found.st_dev == listener.device &&
                    found.st_ino == listener.inode && ::unlink(listener.path.c_str()) == 0;
  struct stat lock {};
  // Last, since a server that starts now may bind as soon as it can create a lock of its own.
  if (listener.lock && ::fstat(listener.lock.get(), &lock) == 0) {
    try {
      remove_if_same(lock_path_of(listener.path), lock.st_dev, lock.st_ino);
    } catch (...) {  // no memory for the name: the lock file stays, which harms nobody
    }
  }
  return ours;
}

}  // namespace uninterruptible::sys
