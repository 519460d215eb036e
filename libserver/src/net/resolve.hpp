#pragma once

#include <netdb.h>

#include <memory>

#include "net/bind_address.hpp"

namespace uninterruptible::net {

struct FreeAddresses {
  void operator()(addrinfo* addresses) const noexcept { ::freeaddrinfo(addresses); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

/// The stream addresses of a tcp bind, in the resolver's order; never empty. An address in numbers is
/// answered at once; a host name may block as long as the system's resolver does. Throws std::system_error
/// naming the bind.
[[nodiscard]] Addresses resolve(const BindAddress& address);

}  // namespace uninterruptible::net
