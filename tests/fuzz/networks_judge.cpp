// What the library says of rules and addresses, for networks.py to compare with what Python says. Line by
// line:
//   new            forgets all rules
//   rule HEX       adds the rule with these bytes; answers "refused" or "NETWORK 0|1" (1: it had host bits)
//   address HEX    4 or 16 bytes in network order; answers 0 or 1, whether it is in one of the networks
#include <netinet/in.h>

#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "net/networks.hpp"

namespace {

using uninterruptible::net::Networks;

std::string bytes_of(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return bytes;
}

std::string added(Networks& networks, const std::string& rule) {
  try {
    const Networks::Added network = networks.add(rule);
    return network.network + (network.host_bits ? " 1" : " 0");
  } catch (const std::invalid_argument&) {
    return "refused";
  }
}

bool contains(const Networks& networks, const std::string& bytes) {
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (bytes.size() == sizeof v4.sin_addr) {
    v4.sin_family = AF_INET;
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(&v4.sin_addr));
    return networks.contains(reinterpret_cast<const sockaddr*>(&v4), sizeof v4);
  }
  if (bytes.size() != sizeof v6.sin6_addr) throw std::runtime_error("an address has 4 or 16 bytes");
  v6.sin6_family = AF_INET6;
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(&v6.sin6_addr));
  return networks.contains(reinterpret_cast<const sockaddr*>(&v6), sizeof v6);
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  Networks networks;
  for (std::string line; std::getline(std::cin, line);) {
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string_view word = std::string_view(line).substr(0, space);
    const std::string bytes = bytes_of(std::string_view(line).substr(std::min(space + 1, line.size())));
    if (word == "new") {
      networks = Networks();
    } else if (word == "rule") {
      std::cout << added(networks, bytes) << '\n';
    } else if (word == "address") {
      std::cout << contains(networks, bytes) << '\n';
    } else {
      std::cerr << "what is '" << line << "'?\n";
      return 2;
    }
  }
  return 0;
}
