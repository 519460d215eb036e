#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <memory>

#include "base/unique_fd.hpp"
#include "net/networks.hpp"

namespace uninterruptible {

/// Who may come in: from which networks, how many at a time, and how many from one address. Any thread.
class Admission {
 public:
  struct Rules {
    net::Networks networks{};  ///< empty: all
    int most = 0;              ///< connections at a time; 0: no limit
    int most_per_address = 0;  ///< from one IPv4 address or one IPv6 /64 network; 0: no limit
  };

  enum class Verdict {
    welcome,
    denied,    ///< comes from none of the networks
    too_many,  ///< as many as may be are there from its address
  };

  class Ledger;

  /// Room for one connection, given back when this object goes; may outlive the Admission. Movable.
  class Place {
   public:
    Place() noexcept;
    Place(Place&&) noexcept;
    Place& operator=(Place&&) noexcept;
    ~Place();
    explicit operator bool() const noexcept { return ledger_ != nullptr; }

   private:
    friend class Admission;
    std::shared_ptr<Ledger> ledger_;
    bool taken_ = false;
    std::uint64_t address_ = 0;  ///< 0: counted at no address
  };

  /// Throws std::system_error.
  explicit Admission(Rules rules);

  /// Empty when there is no room.
  [[nodiscard]] Place reserve();
  [[nodiscard]] bool has_room() const;
  /// Whether all places are taken; those reserved may be given back at once.
  [[nodiscard]] bool is_full() const;
  /// Readable while there is room. Borrowed.
  [[nodiscard]] int room_fd() const noexcept;

  /// Judges a peer; if it is welcome, its place is taken and it is counted at its address. Only IPv4 and IPv6
  /// are judged: who may connect to a unix socket is a matter of its permissions.
  [[nodiscard]] Verdict judge(const sockaddr_storage& peer, socklen_t length, Place& place);

 private:
  net::Networks networks_;
  std::shared_ptr<Ledger> ledger_;
};

}  // namespace uninterruptible
