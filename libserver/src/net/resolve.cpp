#include "net/resolve.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace uninterruptible::net {

Addresses resolve(const BindAddress& address) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_protocol = IPPROTO_TCP;
  hints.ai_flags = AI_NUMERICSERV;
  if (is_numeric_host(address.host)) hints.ai_flags |= AI_NUMERICHOST;
  addrinfo* found = nullptr;
  const int result =
      ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
  if (result != 0) {
    const int error = result == EAI_SYSTEM ? errno : EADDRNOTAVAIL;
    throw std::system_error(
        error, std::generic_category(),
        "cannot resolve the host of " + address.text + " (" + ::gai_strerror(result) + ")");
  }
  return Addresses(found);
}

}  // namespace uninterruptible::net
