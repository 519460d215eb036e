#include "serving/admission.hpp"

#include <endian.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <system_error>
#include <unordered_map>
#include <utility>

namespace uninterruptible {

namespace {

/// What a limit for one address counts by: the IPv4 address, also of a peer on an IPv6 socket, or the upper
/// half of an IPv6 address, since whoever has one has all of its /64 network. Never 0.
std::uint64_t address_key(const sockaddr_storage& peer) noexcept {
  constexpr std::uint64_t is_v4 = 0xFFFF'0000'0000'0000;  // no global IPv6 address begins so
  if (peer.ss_family == AF_INET) {
    return is_v4 | reinterpret_cast<const sockaddr_in&>(peer).sin_addr.s_addr;
  }
  const in6_addr& address = reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    std::uint32_t v4 = 0;
    std::memcpy(&v4, address.s6_addr + 12, sizeof v4);
    return is_v4 | v4;
  }
  std::uint64_t upper = 0;
  std::memcpy(&upper, address.s6_addr, sizeof upper);
  return upper == 0 ? 1 : be64toh(upper);  // ::1 has none
}

}  // namespace

/// The counts, and an eventfd that is readable while there is room.
class Admission::Ledger {
 public:
  Ledger(int most, int most_per_address)
      : most_(most), most_per_address_(most_per_address), room_(::eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (!room_) throw std::system_error(errno, std::generic_category(), "eventfd");
  }

  bool enter() {
    const std::lock_guard lock(mutex_);
    if (most_ > 0 && present_ >= most_) return false;
    if (++present_ == most_) show_room(false);
    return true;
  }

  [[nodiscard]] bool has_room() const {
    const std::lock_guard lock(mutex_);
    return most_ == 0 || present_ < most_;
  }

  [[nodiscard]] bool is_full() const {
    const std::lock_guard lock(mutex_);
    return most_ > 0 && taken_ >= most_;
  }

  void take() {
    const std::lock_guard lock(mutex_);
    ++taken_;
  }

  void leave(bool taken, std::uint64_t address) noexcept {
    const std::lock_guard lock(mutex_);
    if (taken) --taken_;
    if (present_-- == most_) show_room(true);
    if (address == 0) return;
    const auto found = by_address_.find(address);
    if (--found->second == 0) by_address_.erase(found);
  }

  [[nodiscard]] bool counts_addresses() const noexcept { return most_per_address_ > 0; }

  bool enter_from(std::uint64_t address) {
    const std::lock_guard lock(mutex_);
    int& present = by_address_[address];
    if (present >= most_per_address_) return false;
    ++present;
    return true;
  }

  [[nodiscard]] int room_fd() const noexcept { return room_.get(); }

 private:
  void show_room(bool room) noexcept {
    std::uint64_t count = 1;
    [[maybe_unused]] const ssize_t done =
        room ? ::write(room_.get(), &count, sizeof count) : ::read(room_.get(), &count, sizeof count);
  }

  const int most_;
  const int most_per_address_;
  const UniqueFd room_;
  mutable std::mutex mutex_;
  int present_ = 0;  ///< places that are reserved or taken
  int taken_ = 0;
  std::unordered_map<std::uint64_t, int> by_address_;
};

Admission::Place::Place() noexcept = default;
Admission::Place::Place(Place&& other) noexcept
    : ledger_(std::move(other.ledger_)),
      taken_(std::exchange(other.taken_, false)),
      address_(std::exchange(other.address_, 0)) {}

Admission::Place& Admission::Place::operator=(Place&& other) noexcept {
  if (this != &other) {
    const Place before(std::move(*this));
    ledger_ = std::move(other.ledger_);
    taken_ = std::exchange(other.taken_, false);
    address_ = std::exchange(other.address_, 0);
  }
  return *this;
}

Admission::Place::~Place() {
  if (ledger_) ledger_->leave(taken_, address_);
}

Admission::Admission(Rules rules)
    : networks_(std::move(rules.networks)),
      ledger_(std::make_shared<Ledger>(rules.most, rules.most_per_address)) {}

Admission::Place Admission::reserve() {
  Place place;
  if (ledger_->enter()) place.ledger_ = ledger_;
  return place;
}

bool Admission::has_room() const { return ledger_->has_room(); }

bool Admission::is_full() const { return ledger_->is_full(); }

int Admission::room_fd() const noexcept { return ledger_->room_fd(); }

Admission::Verdict Admission::judge(const sockaddr_storage& peer, socklen_t length, Place& place) {
  if (peer.ss_family == AF_INET || peer.ss_family == AF_INET6) {
    if (!networks_.contains(reinterpret_cast<const sockaddr*>(&peer), length)) return Verdict::denied;
    if (ledger_->counts_addresses()) {
      const std::uint64_t address = address_key(peer);
      if (!ledger_->enter_from(address)) return Verdict::too_many;
      place.address_ = address;
    }
  }
  ledger_->take();
  place.taken_ = true;
  return Verdict::welcome;
}

}  // namespace uninterruptible
