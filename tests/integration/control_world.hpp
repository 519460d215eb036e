#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <QtGlobal>
#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "base/deadline.hpp"
#include "base/unique_fd.hpp"
#include "cli/fake_backend.hpp"
#include "control/endpoint.hpp"
#include "support/temp_dir.hpp"
#include "sys/poller.hpp"
#include "uninterruptible/control.hpp"

/// An endpoint over a fake backend, and clients whose every byte the test sees, all on one thread.
namespace control_world {

using namespace uninterruptible;
using namespace uninterruptible::control;
using namespace std::chrono_literals;
using testing::FakeBackend;

inline constexpr auto patience = 20s;

inline sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

/// A client whose bytes the test sees: sends and reads lines without waiting.
class RawClient {
 public:
  explicit RawClient(const std::string& path)
      : socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    const sockaddr_un address = address_of(path);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      qFatal("connect");
  }
  /// How much of it went.
  std::size_t write(std::string_view bytes) const {
    const ssize_t count = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return count < 0 ? 0 : static_cast<std::size_t>(count);
  }
  void read(std::size_t at_most = ~std::size_t{0}) {
    char buffer[65536];
    while (!ended && at_most > 0) {
      const ssize_t count = ::recv(socket.get(), buffer, std::min(sizeof buffer, at_most), 0);
      if (count < 0 && errno == EAGAIN) return;
      if (count <= 0) {
        ended = true;
        error = count < 0 ? errno : 0;
        return;
      }
      text.append(buffer, static_cast<std::size_t>(count));
      at_most -= static_cast<std::size_t>(count);
    }
  }
  std::optional<std::string> line() {
    const std::size_t end = text.find('\n');
    if (end == std::string::npos) return std::nullopt;
    std::string first = text.substr(0, end);
    text.erase(0, end + 1);
    return first;
  }

  UniqueFd socket;
  std::string text;
  bool ended = false;
  int error = 0;  ///< errno of the end; 0 where it was an orderly one
};

struct World {
  World() : endpoint(std::make_unique<Endpoint>(poller, backend)) {
    const sockaddr_un address = address_of(path);
    if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener.get(), 64) != 0) {
      qFatal("listen");
    }
    endpoint->serve(listener.get());
  }
  template <typename Condition>
  bool pump_until(Condition condition, std::chrono::milliseconds limit = patience) {
    const Deadline deadline = Deadline::after(limit);
    while (!condition()) {
      if (deadline.passed()) return false;
      poller.dispatch();
      std::this_thread::sleep_for(200us);
    }
    return true;
  }
  std::string next_line(RawClient& client) {
    std::optional<std::string> line;
    const bool came = pump_until([&] {
      client.read();
      line = client.line();
      return line.has_value() || client.ended;
    });
    return came && line ? *line : std::string("(no line)");
  }
  bool pump_until_ended(RawClient& client) {
    return pump_until([&] {
      client.read();
      return client.ended;
    });
  }
  /// Drives a session over a raw client until an event of that kind comes; others are dropped.
  template <typename T>
  std::optional<T> next(Session& session, RawClient& client) {
    std::optional<T> found;
    pump_until([&] {
      session.sent(client.write(session.output()));
      client.read();
      session.feed(client.text);
      client.text.clear();
      while (!found) {
        auto event = session.next_event();
        if (!event) break;
        if (const auto* error = std::get_if<ProtocolError>(&*event)) qWarning("%s", error->message.c_str());
        if (auto* wanted = std::get_if<T>(&*event)) found = std::move(*wanted);
      }
      return found.has_value() || client.ended;
    });
    return found;
  }

  testing::TempDir directory;
  std::string path = directory / "s";
  UniqueFd listener{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  sys::Poller poller;
  FakeBackend backend;
  std::unique_ptr<Endpoint> endpoint;
};

}  // namespace control_world
