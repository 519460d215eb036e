#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uninterruptible::net {

/// Networks that peers may come from. IPv4 peers on an IPv6 socket (`::ffff:10.1.2.3`) are IPv4 to it, and so
/// are rules within `::ffff:0:0/96`: that one is all of IPv4. Other IPv6 rules, `::/0` among them, never
/// match an IPv4 peer.
class Networks {
 public:
  /// An entry that was understood.
  struct Added {
    std::string network;    ///< as it is matched: `10.0.0.0/8`
    bool host_bits{false};  ///< the entry had bits set behind its prefix, which do not count
  };

  /// Adds `ADDRESS/PREFIX` or a bare address, IPv4 or IPv6; blanks around it are trimmed. Netmasks, zones,
  /// host names and numbers with leading zeros are refused. Throws std::invalid_argument whose text is the
  /// reason alone.
  Added add(std::string_view entry);

  [[nodiscard]] bool empty() const noexcept { return v4_.empty() && v6_.empty(); }

  /// Whether a peer's address is in one of the networks, or there are none at all. Allocates nothing. A
  /// family other than AF_INET and AF_INET6 is in no network.
  [[nodiscard]] bool contains(const sockaddr* address, socklen_t length) const noexcept;

 private:
  /// Addresses in order, as numbers. Networks are nested or apart, never half over each other.
  template <typename Address>
  class Ranges {
   public:
    void add(const Address& first, const Address& last);
    [[nodiscard]] bool contains(const Address& address) const noexcept;
    [[nodiscard]] bool empty() const noexcept { return ranges_.empty(); }

   private:
    /// The first range that begins behind the address.
    [[nodiscard]] auto behind(const Address& address) const noexcept;

    std::vector<std::pair<Address, Address>> ranges_;  ///< sorted, apart from each other
  };
  using V4 = std::uint32_t;
  using V6 = std::pair<std::uint64_t, std::uint64_t>;  ///< upper and lower half

  Ranges<V4> v4_;
  Ranges<V6> v6_;
};

}  // namespace uninterruptible::net
