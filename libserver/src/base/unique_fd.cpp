#include "base/unique_fd.hpp"

#include <unistd.h>

#include <cerrno>

namespace uninterruptible {

void UniqueFd::reset(int fd) noexcept {
  const int old = std::exchange(fd_, fd);
  if (old < 0) return;
  const int saved = errno;
  ::close(old);  // never retried on EINTR: on Linux the descriptor is gone either way, see close(2)
  errno = saved;
}

}  // namespace uninterruptible
