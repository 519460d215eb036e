#include "sys/listening_sockets.hpp"

#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>

namespace uninterruptible::sys {

namespace {

using Inodes = std::set<std::uint64_t>;

std::string proc(pid_t pid, std::string_view name) {
  return "/proc/" + std::to_string(pid) + "/" + std::string(name);
}

/// Of the sockets that the process has open.
Inodes sockets_of(pid_t pid) {
  Inodes inodes;
  std::error_code error;
  for (std::filesystem::directory_iterator it(proc(pid, "fd"), error), end; !error && it != end;
       it.increment(error)) {
    std::error_code gone;
    const std::string target = std::filesystem::read_symlink(it->path(), gone).string();
    std::uint64_t inode = 0;
    if (!gone && std::sscanf(target.c_str(), "socket:[%" SCNu64 "]", &inode) == 1) inodes.insert(inode);
  }
  return inodes;
}

void add_inet(const std::string& table, const Inodes& inodes, std::vector<ListeningSocket>& found) {
  constexpr unsigned listening = 0x0A;  // TCP_LISTEN
  std::ifstream file(table);
  for (std::string line; std::getline(file, line);) {
    char host[33];
    unsigned port = 0;
    unsigned state = 0;
    std::uint64_t inode = 0;
    if (std::sscanf(line.c_str(),
                    " %*u: %32[0-9A-F]:%4x %*[0-9A-F]:%*x %2x %*x:%*x %*x:%*x %*x %*u %*u %" SCNu64, host,
                    &port, &state, &inode) != 4 ||
        state != listening || !inodes.contains(inode))
      continue;
    // The address as numbers of 32 bits in this machine's byte order, whatever that is.
    std::array<std::uint32_t, 4> words{};
    const std::size_t count = std::strlen(host) / 8;
    for (std::size_t i = 0; i < count; ++i) std::sscanf(host + 8 * i, "%8" SCNx32, &words[i]);
    ListeningSocket& socket = found.emplace_back();
    if (count == 1) {
      auto& v4 = reinterpret_cast<sockaddr_in&>(socket.address);
      v4.sin_family = AF_INET;
      v4.sin_port = htons(static_cast<std::uint16_t>(port));
      v4.sin_addr.s_addr = words[0];
      socket.length = sizeof v4;
    } else {
      auto& v6 = reinterpret_cast<sockaddr_in6&>(socket.address);
      v6.sin6_family = AF_INET6;
      v6.sin6_port = htons(static_cast<std::uint16_t>(port));
      std::memcpy(&v6.sin6_addr, words.data(), sizeof v6.sin6_addr);
      socket.length = sizeof v6;
    }
  }
}

void add_unix(const std::string& table, const Inodes& inodes, std::vector<ListeningSocket>& found) {
  constexpr unsigned accepts = 0x10000;  // __SO_ACCEPTCON
  std::ifstream file(table);
  for (std::string line; std::getline(file, line);) {
    unsigned flags = 0;
    unsigned type = 0;
    std::uint64_t inode = 0;
    int path_at = 0;
    if (std::sscanf(line.c_str(), "%*x: %*x %*x %x %x %*x %" SCNu64 " %n", &flags, &type, &inode, &path_at) !=
            3 ||
        (flags & accepts) == 0 || type != SOCK_STREAM || path_at == 0 || !inodes.contains(inode))
      continue;
    const std::string_view path = std::string_view(line).substr(static_cast<std::size_t>(path_at));
    sockaddr_un address{};
    if (path.empty() || path.front() == '@' || path.size() >= sizeof address.sun_path) continue;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    ListeningSocket& socket = found.emplace_back();
    std::memcpy(&socket.address, &address, sizeof address);
    socket.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
  }
}

}  // namespace

std::vector<ListeningSocket> listening_sockets_of(pid_t pid) {
  std::vector<ListeningSocket> found;
  const Inodes inodes = sockets_of(pid);
  if (inodes.empty()) return found;
  // The process's own tables: it may be in another network namespace.
  add_inet(proc(pid, "net/tcp"), inodes, found);
  add_inet(proc(pid, "net/tcp6"), inodes, found);
  add_unix(proc(pid, "net/unix"), inodes, found);
  return found;
}

std::string unix_path_of(const ListeningSocket& socket) {
  if (socket.address.ss_family != AF_UNIX) return {};
  return reinterpret_cast<const sockaddr_un&>(socket.address).sun_path;
}

pid_t parent_of(pid_t pid) {
  std::ifstream file(proc(pid, "stat"));
  std::string line;
  if (!std::getline(file, line)) return 0;
  const std::size_t name_end = line.rfind(')');  // the name before may hold anything
  int parent = 0;
  if (name_end == std::string::npos || std::sscanf(line.c_str() + name_end, ") %*c %d", &parent) != 1)
    return 0;
  return parent;
}

}  // namespace uninterruptible::sys
