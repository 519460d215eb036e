#include "generation/contest.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace uninterruptible {

namespace {

constexpr off_t places = 2;

/// A lock of this opening and no other, which a fork does not share: fcntl(2), open file description locks.
bool lock_bytes(int fd, short type, off_t first, off_t count) {
  struct flock range {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = first;
  range.l_len = count;
  return ::fcntl(fd, F_OFD_SETLK, &range) == 0;
}

}  // namespace

Contest::Contest() : memory_(::memfd_create("uninterruptible-accepting", MFD_CLOEXEC)) {
  if (!memory_) throw std::system_error(errno, std::generic_category(), "memfd_create");
  auto [seek, take] = sys::packet_pair();
  seek_ = std::move(seek);
  take_ = std::move(take);
}

Contest::Contest(UniqueFd memory, UniqueFd seek, UniqueFd take)
    : memory_(std::move(memory)), seek_(std::move(seek)), take_(std::move(take)) {}

UniqueFd Contest::open_anew() const {
  const std::string path = "/proc/self/fd/" + std::to_string(memory_.get());
  return UniqueFd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
}

void Contest::take_place() noexcept {
  if (place_) return;
  UniqueFd place = open_anew();
  for (off_t i = 0; place && i < places; ++i) {
    if (!lock_bytes(place.get(), F_WRLCK, i, 1)) continue;
    place_ = std::move(place);
    return;
  }
}

bool Contest::try_win() {
  leave_place();
  UniqueFd place = open_anew();
  if (!place || !lock_bytes(place.get(), F_WRLCK, 0, places) || !try_lock()) return false;
  lock_bytes(place.get(), F_UNLCK, 1, places - 1);
  place_ = std::move(place);
  return true;
}

bool Contest::try_lock() {
  if (own_) return true;
  UniqueFd own = open_anew();
  if (!own || ::flock(own.get(), LOCK_EX | LOCK_NB) != 0) return false;
  own_ = std::move(own);
  return true;
}

bool Contest::seek(const handoff::Message& attach, std::span<const int> descriptors) {
  return sys::send_packet(seek_.get(), handoff::encode(attach), descriptors) == sys::SendOutcome::sent;
}

}  // namespace uninterruptible
