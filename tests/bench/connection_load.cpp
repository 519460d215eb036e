// Clients that do nothing but connect, send a line, and read until the end.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

bool one_connection(const sockaddr_in& address) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  constexpr char line[] = "how are you\n";
  constexpr std::size_t length = sizeof line - 1;
  std::array<char, 256> reply{};
  std::size_t received = 0;
  bool good = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
              ::send(fd, line, length, MSG_NOSIGNAL) == static_cast<ssize_t>(length);
  while (good) {
    const ssize_t got = ::recv(fd, reply.data() + received, reply.size() - received, 0);
    if (got <= 0) {
      good = got == 0;
      break;
    }
    received += static_cast<std::size_t>(got);
  }
  ::close(fd);
  return good && received == length && std::memcmp(reply.data(), line, length) == 0;
}

}  // namespace

/// connection_load PORT THREADS SECONDS: prints connections answered a second, and how many were not.
int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: connection_load PORT THREADS SECONDS\n", stderr);
    return 2;
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(argv[1])));
  const double seconds = std::atof(argv[3]);
  std::atomic<long> answered{0};
  std::atomic<long> failed{0};
  const Clock::time_point begun = Clock::now();
  const auto end = begun + std::chrono::duration<double>(seconds);
  {
    std::vector<std::jthread> threads(static_cast<std::size_t>(std::atoi(argv[2])));
    for (auto& thread : threads) {
      thread = std::jthread([&] {
        while (Clock::now() < end) ++(one_connection(address) ? answered : failed);
      });
    }
  }
  const double took = std::chrono::duration<double>(Clock::now() - begun).count();
  std::printf("%.1f %ld\n", static_cast<double>(answered.load()) / took, failed.load());
}
