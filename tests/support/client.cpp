#include "support/client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace testing {

namespace {
[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

Address parse(const std::string& target) {
  Address result;
  if (target.starts_with("unix://")) {
    auto& address = reinterpret_cast<sockaddr_un&>(result.storage);
    address.sun_family = AF_UNIX;
    target.copy(address.sun_path, sizeof address.sun_path - 1, 7);
    result.length = sizeof address;
    return result;
  }
  const std::size_t colon = target.rfind(':');
  const bool is_ip = target.starts_with("tcp://") || target.starts_with("tls://");
  if (!is_ip || colon < 6) throw std::invalid_argument("not an address: " + target);
  const auto port = htons(static_cast<in_port_t>(std::stoi(target.substr(colon + 1))));
  std::string host = target.substr(6, colon - 6);
  if (host.starts_with("[")) {
    auto& address = reinterpret_cast<sockaddr_in6&>(result.storage);
    address.sin6_family = AF_INET6;
    address.sin6_port = port;
    host = host.substr(1, host.size() - 2);
    if (::inet_pton(AF_INET6, host.c_str(), &address.sin6_addr) != 1) throw std::invalid_argument(target);
    result.length = sizeof address;
  } else {
    auto& address = reinterpret_cast<sockaddr_in&>(result.storage);
    address.sin_family = AF_INET;
    address.sin_port = port;
    if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) throw std::invalid_argument(target);
    result.length = sizeof address;
  }
  return result;
}
}  // namespace

Client::Client(const std::string& target, std::chrono::milliseconds limit, const std::string& authority) {
  const Address address = parse(target);
  fd_ = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd_ < 0) fail("socket");
  const timeval time{.tv_sec = limit.count() / 1000, .tv_usec = limit.count() % 1000 * 1000};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address.storage), address.length) != 0) {
    const int error = errno;
    ::close(fd_);
    throw std::system_error(error, std::generic_category(), "connect to " + target);
  }
  if (target.starts_with("tls://")) tls_ = std::make_unique<ClientTls>(fd_, authority);
}

Client::Client(Client&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), tls_(std::move(other.tls_)), buffer_(std::move(other.buffer_)) {}

Client::~Client() {
  if (fd_ < 0) return;
  try {
    if (tls_) tls_->say_goodbye();
  } catch (const std::system_error&) {  // the server is gone
  }
  ::close(fd_);
}

ClientTls& Client::tls() {
  if (!tls_) throw std::logic_error("no TLS is spoken here");
  return *tls_;
}

void Client::send(std::string_view bytes) {
  if (tls_) return tls_->send(bytes);
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      fail("send");
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void Client::send_line(std::string_view line) { send(std::string(line) + "\n"); }

std::size_t Client::receive() {
  char bytes[16384];
  if (tls_) {
    const std::size_t got = tls_->receive(bytes, sizeof bytes);
    buffer_.append(bytes, got);
    return got;
  }
  for (;;) {
    const ssize_t got = ::recv(fd_, bytes, sizeof bytes, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("receive");
    buffer_.append(bytes, static_cast<std::size_t>(got));
    return static_cast<std::size_t>(got);
  }
}

std::optional<std::string> Client::read_line() {
  std::size_t end = 0;
  while ((end = buffer_.find('\n')) == std::string::npos) {
    if (receive() == 0) return std::nullopt;
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  return line;
}

std::optional<std::string> Client::ask(std::string_view line) {
  send_line(line);
  return read_line();
}

std::string Client::read_all() {
  while (receive() > 0) {
  }
  return std::exchange(buffer_, {});
}

bool Client::at_end() { return buffer_.empty() && receive() == 0; }

void Client::half_close() {
  if (tls_) tls_->say_goodbye();
  ::shutdown(fd_, SHUT_WR);
}

void Client::reset() {
  tls_.reset();
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(std::exchange(fd_, -1));
}

int Client::local_port() const {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  if (::getsockname(fd_, reinterpret_cast<sockaddr*>(&storage), &length) != 0) fail("getsockname");
  if (storage.ss_family == AF_INET) return ntohs(reinterpret_cast<sockaddr_in&>(storage).sin_port);
  if (storage.ss_family == AF_INET6) return ntohs(reinterpret_cast<sockaddr_in6&>(storage).sin6_port);
  return 0;
}

bool is_refused(const std::string& target) {
  try {
    const Client client(target);
    return false;
  } catch (const std::system_error& error) {
    if (error.code().value() == ECONNREFUSED || error.code().value() == ENOENT) return true;
    if (error.code().value() == ECONNRESET) return false;
    throw;
  }
}

}  // namespace testing
