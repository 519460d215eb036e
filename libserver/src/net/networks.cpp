#include "net/networks.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>
#include <stdexcept>

namespace uninterruptible::net {

namespace {

constexpr unsigned v4_bits = 32;
constexpr unsigned v6_bits = 128;
constexpr unsigned mapped_bits = v6_bits - v4_bits;  ///< of ::ffff:0:0/96

[[noreturn]] void refuse(const std::string& reason) { throw std::invalid_argument(reason); }

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::uint64_t number_of(const unsigned char* bytes, std::size_t count) noexcept {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < count; ++i) number = number << 8U | bytes[i];
  return number;
}

bool is_mapped(const unsigned char* v6) noexcept {
  return IN6_IS_ADDR_V4MAPPED(reinterpret_cast<const in6_addr*>(v6));
}

/// An address in numbers, in network order.
struct Parsed {
  int family = AF_INET;
  unsigned char bytes[16]{};

  [[nodiscard]] unsigned bits() const noexcept { return family == AF_INET ? v4_bits : v6_bits; }
};

Parsed parse_address(std::string_view text) {
  Parsed parsed;
  parsed.family = text.find(':') == std::string_view::npos ? AF_INET : AF_INET6;
  const std::string copy(text);
  // Not what inet_aton() takes: no octal, no parts left out. A zero byte would end the text early.
  if (text.find('\0') == std::string_view::npos &&
      ::inet_pton(parsed.family, copy.c_str(), parsed.bytes) == 1) {
    return parsed;
  }
  if (text.empty()) refuse("the address is missing, as in 10.0.0.0/8 or 2001:db8::/32");
  if (text.find('%') != std::string_view::npos) refuse("a network has no zone");
  refuse("the address is neither IPv4, four decimal numbers without leading zeros, nor IPv6");
}

unsigned parse_prefix(std::string_view text, unsigned bits) {
  unsigned prefix = 0;
  bool good = !text.empty() && text.size() <= 3 && (text.front() != '0' || text.size() == 1);
  for (const char c : text) {
    good = good && c >= '0' && c <= '9';
    if (good) prefix = prefix * 10 + static_cast<unsigned>(c - '0');
  }
  if (!good || prefix > bits) {
    refuse("the prefix length must be a number from 0 to " + std::to_string(bits) +
           " without leading zeros (netmasks are not taken)");
  }
  return prefix;
}

/// Clears the bits behind the prefix; whether one was set.
bool clear_host_bits(unsigned char* bytes, unsigned prefix, unsigned bits) noexcept {
  bool any = false;
  for (unsigned i = 0; i < bits / 8; ++i) {
    const unsigned kept = std::clamp<unsigned>(prefix, i * 8, i * 8 + 8) - i * 8;
    const auto mask = static_cast<unsigned char>(0xFF00U >> kept);
    any = any || (bytes[i] & ~mask) != 0;
    bytes[i] = static_cast<unsigned char>(bytes[i] & mask);
  }
  return any;
}

/// Ones from bit number `prefix` of 64 on.
constexpr std::uint64_t ones_behind(unsigned prefix) noexcept {
  return prefix >= 64 ? 0 : std::numeric_limits<std::uint64_t>::max() >> prefix;
}

std::string text_of(int family, const unsigned char* bytes, unsigned prefix) {
  char text[INET6_ADDRSTRLEN] = "";
  ::inet_ntop(family, bytes, text, sizeof text);
  return std::string(text) + "/" + std::to_string(prefix);
}

}  // namespace

template <typename Address>
auto Networks::Ranges<Address>::behind(const Address& address) const noexcept {
  return std::upper_bound(ranges_.begin(), ranges_.end(), address,
                          [](const Address& value, const auto& range) { return value < range.first; });
}

template <typename Address>
void Networks::Ranges<Address>::add(const Address& first, const Address& last) {
  auto begin = behind(first);
  if (begin != ranges_.begin() && std::prev(begin)->second >= last) return;
  if (begin != ranges_.begin() && std::prev(begin)->first == first) --begin;
  ranges_.insert(ranges_.erase(begin, behind(last)), {first, last});
}

template <typename Address>
bool Networks::Ranges<Address>::contains(const Address& address) const noexcept {
  const auto next = behind(address);
  return next != ranges_.begin() && std::prev(next)->second >= address;
}

Networks::Added Networks::add(std::string_view entry) {
  const std::string_view text = trimmed(entry);
  if (text.empty()) refuse("it is empty");
  const std::size_t slash = text.find('/');
  Parsed parsed = parse_address(text.substr(0, slash));
  unsigned prefix = parsed.bits();
  if (slash != std::string_view::npos) prefix = parse_prefix(text.substr(slash + 1), parsed.bits());

  Added added;
  added.host_bits = clear_host_bits(parsed.bytes, prefix, parsed.bits());
  if (parsed.family == AF_INET6 && prefix >= mapped_bits && is_mapped(parsed.bytes)) {
    parsed.family = AF_INET;
    std::memmove(parsed.bytes, parsed.bytes + mapped_bits / 8, v4_bits / 8);
    prefix -= mapped_bits;
  }
  added.network = text_of(parsed.family, parsed.bytes, prefix);
  if (parsed.family == AF_INET) {
    const auto first = static_cast<V4>(number_of(parsed.bytes, 4));
    v4_.add(first, first | static_cast<V4>(ones_behind(prefix + 32)));
  } else {
    const V6 first{number_of(parsed.bytes, 8), number_of(parsed.bytes + 8, 8)};
    v6_.add(first,
            {first.first | ones_behind(prefix), first.second | ones_behind(prefix > 64 ? prefix - 64 : 0)});
  }
  return added;
}

bool Networks::contains(const sockaddr* address, socklen_t length) const noexcept {
  if (empty()) return true;
  if (length < sizeof(sa_family_t)) return false;
  if (address->sa_family == AF_INET && length >= sizeof(sockaddr_in)) {
    return v4_.contains(ntohl(reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr));
  }
  if (address->sa_family != AF_INET6 || length < sizeof(sockaddr_in6)) return false;
  const unsigned char* const bytes = reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr.s6_addr;
  if (is_mapped(bytes)) return v4_.contains(static_cast<V4>(number_of(bytes + mapped_bits / 8, 4)));
  return v6_.contains({number_of(bytes, 8), number_of(bytes + 8, 8)});
}

}  // namespace uninterruptible::net
