#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace uninterruptible::cli {

/// One address or a network, IPv4 or IPv6. IPv4 within IPv6 (`::ffff:192.0.2.7`) is IPv4.
class AddressRange {
 public:
  /// Reads `192.0.2.7`, `192.0.2.0/24` or `2001:db8::/32`; empty when it is none of these.
  static std::optional<AddressRange> parse(std::string_view text);

  /// Whether a peer, written with its port as the server does, is in it. Peers without an address are not.
  [[nodiscard]] bool holds(std::string_view peer) const;

 private:
  using Bytes = std::array<std::uint8_t, 16>;

  /// IPv4 in its IPv6 form, so that there is one kind.
  static std::optional<Bytes> bytes_of(std::string_view address);

  Bytes bytes_{};
  unsigned bits_ = 128;
};

}  // namespace uninterruptible::cli
