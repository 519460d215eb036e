#include "settings/pem_file.hpp"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

#include "base/text.hpp"
#include "base/unique_fd.hpp"

namespace uninterruptible {

PemFile read_pem_file(const std::string& path) {
  constexpr std::size_t most = 1U << 20U;
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  struct stat found {};
  if (!file || ::fstat(file.get(), &found) != 0) throw std::runtime_error(errno_text(errno));
  if (!S_ISREG(found.st_mode)) throw std::runtime_error("is not a regular file");
  PemFile read;
  read.others_can_read = (found.st_mode & S_IROTH) != 0;
  // It may be a private key: no copies of it are left behind.
  read.text.reserve(std::min(static_cast<std::size_t>(found.st_size), most) + 1);
  std::array<char, 16 * 1024> part;
  while (true) {
    const ssize_t got = ::read(file.get(), part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw std::runtime_error(errno_text(errno));
    if (got == 0) break;
    read.text.append(part.data(), static_cast<std::size_t>(got));
    ::explicit_bzero(part.data(), part.size());
    if (read.text.size() > most) throw std::runtime_error("is larger than 1 MiB");
  }
  if (read.text.empty()) throw std::runtime_error("is empty");
  return read;
}

}  // namespace uninterruptible
