#include "generation/contest.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace uninterruptible {

Contest::Contest() : memory_(::memfd_create("uninterruptible-accepting", MFD_CLOEXEC)) {
  if (!memory_) throw std::system_error(errno, std::generic_category(), "memfd_create");
  auto [seek, take] = sys::packet_pair();
  seek_ = std::move(seek);
  take_ = std::move(take);
}

Contest::Contest(UniqueFd memory, UniqueFd seek, UniqueFd take)
    : memory_(std::move(memory)), seek_(std::move(seek)), take_(std::move(take)) {}

bool Contest::try_lock() {
  if (own_) return true;
  const std::string path = "/proc/self/fd/" + std::to_string(memory_.get());
  UniqueFd own(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!own || ::flock(own.get(), LOCK_EX | LOCK_NB) != 0) return false;
  own_ = std::move(own);
  return true;
}

bool Contest::seek(const handoff::Message& attach, std::span<const int> descriptors) {
  return sys::send_packet(seek_.get(), handoff::encode(attach), descriptors) == sys::SendOutcome::sent;
}

}  // namespace uninterruptible
