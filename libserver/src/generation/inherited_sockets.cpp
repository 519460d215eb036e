#include "generation/inherited_sockets.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "generation/offer.hpp"
#include "net/listener.hpp"
#include "uninterruptible/configuration.hpp"

namespace uninterruptible {

namespace {

constexpr int first_descriptor = 3;  // SD_LISTEN_FDS_START

std::optional<std::string> take_variable(const char* name) {
  const char* const found = std::getenv(name);
  if (found == nullptr) return std::nullopt;
  std::string value(found);
  ::unsetenv(name);
  return value;
}

[[noreturn]] void refuse(const char* variable, const std::string& value, const std::string& reason) {
  throw ConfigurationError(std::string(variable) + " " + quote_text(value) + ": " + reason +
                           ". It is set by a service manager for the process it starts; unset LISTEN_PID, "
                           "LISTEN_FDS and LISTEN_FDNAMES to start by hand");
}

std::uint64_t number_in(const char* variable, const std::string& value, std::uint64_t highest) {
  if (value.empty()) refuse(variable, value, "is set but empty");
  const auto number = parse_number(value, 1, highest);
  if (!number) refuse(variable, value, "must be a whole number from 1 to " + std::to_string(highest));
  return *number;
}

/// By position; a socket without a name has an empty one.
std::vector<std::string> names_in(const std::optional<std::string>& value, std::size_t count) {
  if (!value) return std::vector<std::string>(count);
  if (value->empty()) refuse("LISTEN_FDNAMES", *value, "is set but empty");
  std::vector<std::string> names;
  for (std::size_t start = 0; start <= value->size();) {
    const std::size_t end = std::min(value->find(':', start), value->size());
    names.push_back(value->substr(start, end - start));
    start = end + 1;
  }
  if (names.size() != count) {
    refuse("LISTEN_FDNAMES", *value,
           "has " + std::to_string(names.size()) + " names for " + std::to_string(count) + " sockets");
  }
  return names;
}

std::string described(const std::string& name, const std::string& address) {
  return name.empty() ? escape_text(address) : escape_text(address) + " (fd://" + escape_text(name) + ")";
}

}  // namespace

InheritedSockets InheritedSockets::take(bool by_restart) {
  const std::optional<std::string> pid = take_variable("LISTEN_PID");
  const std::optional<std::string> fds = take_variable("LISTEN_FDS");
  const std::optional<std::string> fdnames = take_variable("LISTEN_FDNAMES");
  ::unsetenv("LISTEN_PIDFDID");

  InheritedSockets inherited;
  if (by_restart) {
    inherited.why_none_ =
        "the generation before handed no such socket over, and a service manager passes its sockets at a "
        "start, not at a restart: stop the service and start it again";
    return inherited;
  }
  if (!pid || !fds) {
    inherited.why_none_ =
        "no sockets were passed to this process (LISTEN_PID and LISTEN_FDS are not both set): start it by "
        "its socket unit, or give it an address to bind itself";
    return inherited;
  }
  constexpr std::uint64_t highest_pid = 0x7FFF'FFFF;
  if (number_in("LISTEN_PID", *pid, highest_pid) != static_cast<std::uint64_t>(::getpid())) {
    inherited.why_none_ = "the sockets of LISTEN_FDS are meant for process " + *pid + ", this is process " +
                          std::to_string(::getpid()) +
                          ": a wrapper between the service manager and this program must exec it";
    return inherited;
  }
  const auto count = static_cast<std::size_t>(number_in("LISTEN_FDS", *fds, most_listeners));
  const std::vector<std::string> names = names_in(fdnames, count);

  net::BindAddress any;
  any.kind = net::BindAddress::Kind::inherited;
  for (std::size_t i = 0; i < count; ++i) {
    const int fd = first_descriptor + static_cast<int>(i);
    const std::string reason = net::refuse_received(fd, any);
    if (reason.empty()) continue;
    refuse("LISTEN_FDS", *fds,
           "descriptor " + std::to_string(fd) + " is no socket to accept from: " + reason +
               ". Socket units need ListenStream= and Accept=no");
  }
  // Only now: what was refused may be anybody's, and closing it could hit a stranger's.
  for (std::size_t i = 0; i < count; ++i) {
    Socket& socket = inherited.sockets_.emplace_back();
    socket.fd.reset(first_descriptor + static_cast<int>(i));
    socket.name = names[i];
    socket.address = net::bound_address(socket.fd.get());
    ::fcntl(socket.fd.get(), F_SETFD, FD_CLOEXEC);
  }
  return inherited;
}

UniqueFd InheritedSockets::claim(const net::BindAddress& bind) {
  if (sockets_.empty()) return {};
  binds_.push_back(bind.text);
  const bool by_name = bind.kind == net::BindAddress::Kind::inherited;
  if (bind.kind == net::BindAddress::Kind::tcp && bind.port == 0) return {};
  for (Socket& socket : sockets_) {
    if (!socket.fd) continue;
    const bool is_meant =
        by_name ? socket.name == bind.name : net::refuse_received(socket.fd.get(), bind).empty();
    if (!is_meant) continue;
    socket.bind = bind.text;
    return std::move(socket.fd);
  }
  return {};
}

std::string InheritedSockets::why_none(const net::BindAddress& bind) const {
  if (sockets_.empty()) return why_none_;
  std::string of_the_name;
  std::string all;
  for (const Socket& socket : sockets_) {
    const auto add = [&socket](std::string& list) {
      list += (list.empty() ? "" : ", ") + described(socket.name, socket.address);
      if (!socket.bind.empty()) list += " taken by bind " + quote_text(socket.bind);
    };
    add(all);
    if (socket.name == bind.name) add(of_the_name);
  }
  if (!of_the_name.empty()) return "every passed socket of this name is taken already: " + of_the_name;
  return "no socket was passed under this name (FileDescriptorName= in the socket unit). Passed were: " + all;
}

void InheritedSockets::require_all_claimed() const {
  std::vector<std::string> problems;
  std::string binds;
  for (const std::string& bind : binds_) binds += (binds.empty() ? "" : ", ") + quote_text(bind);
  for (const Socket& socket : sockets_) {
    if (!socket.fd) continue;
    problems.push_back(
        "LISTEN_FDS: the passed socket " + described(socket.name, socket.address) +
        " belongs to none of the binds (" + (binds.empty() ? "there are none" : binds) +
        "), and its clients would wait for ever. Add " +
        (socket.name.empty() ? "a bind of exactly its address" : "fd://" + escape_text(socket.name)) +
        ", or take it out of the socket unit");
  }
  if (!problems.empty()) throw ConfigurationError(std::move(problems));
}

std::string InheritedSockets::claimed_text() const {
  std::string text;
  for (const Socket& socket : sockets_) {
    if (socket.fd) continue;
    text += (text.empty() ? "" : ", ") + described(socket.name, socket.address);
  }
  return text;
}

}  // namespace uninterruptible
