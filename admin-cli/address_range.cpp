#include "address_range.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <string>

#include "base/text.hpp"

namespace uninterruptible::cli {

namespace {

constexpr unsigned bits_before_ipv4 = 96;

/// `192.0.2.7` of `192.0.2.7:80`, `fe80::1` of `[fe80::1%eth0]:80`.
std::string_view address_of(std::string_view peer) {
  if (peer.starts_with('[')) {
    peer = peer.substr(1, peer.find(']') - 1);
    return peer.substr(0, peer.find('%'));
  }
  return peer.substr(0, peer.rfind(':'));
}

}  // namespace

std::optional<AddressRange::Bytes> AddressRange::bytes_of(std::string_view address) {
  const std::string text(address);
  Bytes bytes{};
  if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
  bytes[10] = bytes[11] = 0xFF;
  if (::inet_pton(AF_INET, text.c_str(), bytes.data() + bits_before_ipv4 / 8) == 1) return bytes;
  return std::nullopt;
}

std::optional<AddressRange> AddressRange::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  const auto bytes = bytes_of(address);
  if (!bytes) return std::nullopt;
  AddressRange range;
  range.bytes_ = *bytes;
  if (slash == std::string_view::npos) return range;
  const unsigned before = address.find(':') == std::string_view::npos ? bits_before_ipv4 : 0;
  const auto bits = parse_number(text.substr(slash + 1), 0, 128 - before);
  if (!bits) return std::nullopt;
  range.bits_ = before + static_cast<unsigned>(*bits);
  return range;
}

bool AddressRange::holds(std::string_view peer) const {
  const auto other = bytes_of(address_of(peer));
  if (!other) return false;
  const unsigned whole = bits_ / 8;
  if (!std::equal(bytes_.begin(), bytes_.begin() + whole, other->begin())) return false;
  const unsigned rest = bits_ % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xFFU << (8 - rest));
  return ((bytes_[whole] ^ (*other)[whole]) & mask) == 0;
}

}  // namespace uninterruptible::cli
