#include "generation/doorway.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "base/text.hpp"

namespace uninterruptible {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view prefix = "uninterruptible-handoff-";
constexpr std::string_view socket_name = "/s";
constexpr std::size_t most_guests = 16;
constexpr auto pause_without_means = 100ms;
constexpr int queue = 128;
constexpr int most_arrivals = queue + 1;  ///< in one go: a full queue (Linux lets one more in)

bool is_ours_or_roots(uid_t user) { return user == 0 || user == ::geteuid(); }

std::vector<std::string> possible_contents() {
  const std::string name(socket_name.substr(1));
  return {name, name + ".lock"};
}

sys::UnixListener listen_in(const sys::PrivateDirectory& directory) {
  sys::UnixListenOptions options;
  options.backlog = queue;
  options.type = SOCK_SEQPACKET;
  options.mode = 0600;
  sys::UnixListener listener = sys::listen_unix(directory.path() + std::string(socket_name), options);
  sys::pass_credentials(listener.socket.get());  // for what is sent before it is accepted
  return listener;
}

std::string absolute(const std::vector<std::string>& environment, std::string_view name) {
  for (const std::string& variable : environment) {
    if (variable.size() > name.size() + 1 && variable.starts_with(name) && variable[name.size()] == '=' &&
        variable[name.size() + 1] == '/')
      return variable.substr(name.size() + 1);
  }
  return {};
}

ucred peer_of(int fd) {
  ucred peer{};
  peer.uid = static_cast<uid_t>(-1);
  socklen_t length = sizeof peer;
  ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length);
  return peer;
}

}  // namespace

Doorway::Doorway(sys::Poller& poller, std::vector<std::string> bases, Callbacks callbacks,
                 std::chrono::milliseconds longest_silence)
    : poller_(poller),
      callbacks_(std::move(callbacks)),
      longest_silence_(longest_silence),
      directory_(
          {std::move(bases), prefix, sys::longest_unix_path - socket_name.size(), possible_contents()}),
      listener_(listen_in(directory_)) {
  sys::remove_abandoned_directories(directory_.base(), prefix, possible_contents());
  listener_token_ = poller_.watch(listener_.socket.get(), sys::Poller::Rank::link,
                                  [this](std::uint32_t) { static_cast<void>(admit(most_guests)); });
}

Doorway::~Doorway() {
  if (strangers_ > 1) {
    callbacks_.warn(std::to_string(strangers_ - 1) +
                    " more came to the handoff path without the HELLO expected");
  }
  while (!guests_.empty()) show_out(guests_.begin()->first);
  if (pause_ != 0) poller_.cancel(pause_);
  poller_.forget(listener_token_);
}

void Doorway::look() {
  std::vector<Number> present;
  for (const auto& [number, guest] : guests_) present.push_back(number);
  for (const Number number : present) {
    if (hear(number)) return;
  }
  static_cast<void>(admit(guests_.size() + most_arrivals));
}

/// Lets in who waits, up to so many guests in all, and hears each at once. True when one of them was the one
/// awaited: this object may be gone. Bounded, since those who come again and again must not keep it from
/// returning.
bool Doorway::admit(std::size_t most) {
  for (int arrivals = 0; arrivals < most_arrivals && guests_.size() < most; ++arrivals) {
    UniqueFd line(::accept4(listener_.socket.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!line) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      if (errno != EAGAIN) rest();  // out of descriptors
      return false;
    }
    const ucred peer = peer_of(line.get());
    if (!is_ours_or_roots(peer.uid)) {
      report("process " + std::to_string(peer.pid) + " came to the handoff path as uid " +
             std::to_string(peer.uid) + ", which is neither this user nor root");
      continue;
    }
    const Number number = ++last_number_;
    try {
      welcome(std::move(line), peer.pid, number);
    } catch (const std::exception&) {  // out of memory, or of what epoll may watch
      show_out(number);
      rest();
      return false;
    }
    if (hear(number)) return true;
  }
  if (guests_.size() >= most_guests) open_to_more(false);
  return false;
}

void Doorway::welcome(UniqueFd line, pid_t pid, Number number) {
  sys::pass_credentials(line.get());
  Guest& guest = guests_[number];
  guest.line = std::move(line);
  guest.pid = pid;
  guest.watch = poller_.watch(guest.line.get(), sys::Poller::Rank::link,
                              [this, number](std::uint32_t) { static_cast<void>(hear(number)); });
  guest.timer = poller_.call_after(longest_silence_, [this, number] {
    report("process " + std::to_string(guests_[number].pid) + " came to the handoff path and said nothing");
    show_out(number);
  });
}

/// Not again and again while the means are missing.
void Doorway::rest() {
  if (pause_ != 0) return;
  open_to_more(false);
  pause_ = poller_.call_after(pause_without_means, [this] {
    pause_ = 0;
    open_to_more(true);
  });
}

/// True as for admit().
bool Doorway::hear(Number number) {
  const auto found = guests_.find(number);
  if (found == guests_.end()) return false;
  sys::Received received = sys::receive_packet(found->second.line.get());
  if (received.outcome == sys::ReceiveOutcome::nothing) return false;
  const pid_t pid = found->second.pid;
  if (received.packet.sender == 0) received.packet.sender = pid;
  const UniqueFd line = std::move(found->second.line);  // outlives the guest, and this object
  poller_.forget(std::exchange(found->second.watch, 0));
  show_out(number);
  if (received.outcome == sys::ReceiveOutcome::packet) {
    const auto said = callbacks_.said;
    if (said(received.packet, line.get())) return true;
  }
  report("process " + std::to_string(pid) + " came to the handoff path " +
         (received.outcome == sys::ReceiveOutcome::end
              ? "and left without a word"
              : "and said something that is not the HELLO expected"));
  return false;
}

void Doorway::show_out(Number number) {
  const auto found = guests_.find(number);
  if (found == guests_.end()) return;
  poller_.forget(found->second.watch);
  poller_.cancel(found->second.timer);
  guests_.erase(found);
  if (pause_ == 0 && guests_.size() < most_guests) open_to_more(true);
}

void Doorway::open_to_more(bool open) { poller_.want(listener_token_, open, false); }

void Doorway::report(const std::string& what) {
  if (++strangers_ == 1) callbacks_.warn(what + ": ignored");
}

std::vector<std::string> doorway_bases(const std::vector<std::string>& environment, uid_t user) {
  std::vector<std::string> bases;
  const auto add = [&](std::string base) {
    while (base.size() > 1 && base.back() == '/') base.pop_back();
    if (!base.empty() && std::find(bases.begin(), bases.end(), base) == bases.end())
      bases.push_back(std::move(base));
  };
  add(absolute(environment, "XDG_RUNTIME_DIR"));
  add("/run/user/" + std::to_string(user));
  if (user == 0) add("/run");
  add(absolute(environment, "TMPDIR"));
  add("/tmp");
  return bases;
}

UniqueFd enter_doorway(const std::string& path) {
  const auto fail = [&](const std::string& why) {
    throw std::runtime_error("the path " + escape_text(path) + " cannot be used: " + why);
  };
  const std::size_t slash = path.rfind('/');
  if (path.empty() || path[0] != '/' || slash == 0 || slash + 1 == path.size() ||
      path.size() > sys::longest_unix_path)
    fail("it names no socket in a directory");
  const std::string parent = path.substr(0, slash);
  const std::string name = path.substr(slash + 1);
  const auto check_owner = [&](const std::string& what, uid_t owner) {
    if (!is_ours_or_roots(owner)) {
      fail(what + " belongs to uid " + std::to_string(owner) + ", which is neither this user (" +
           std::to_string(::geteuid()) + ") nor root");
    }
  };

  const UniqueFd directory(::open(parent.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat found {};
  if (!directory || ::fstat(directory.get(), &found) != 0) {
    fail(errno == ENOENT ? "it is gone, as the restart that it is for has ended"
                         : "its directory: " + errno_text(errno));
  }
  check_owner("its directory", found.st_uid);
  if ((found.st_mode & (S_IWGRP | S_IWOTH)) != 0) fail("others can write to its directory");
  if (::fstatat(directory.get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) {
    fail(errno == ENOENT ? "it is gone, as the restart that it is for has ended" : errno_text(errno));
  }
  if (!S_ISSOCK(found.st_mode)) fail("it is not a socket");
  check_owner("it", found.st_uid);

  UniqueFd line(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!line) fail(errno_text(errno));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (::connect(line.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int error = errno;
    if (error == ECONNREFUSED) fail("nobody listens there any more");
    if (error == EPROTOTYPE) fail("it is a socket of another kind, not that of a generation that waits");
    if (error == EAGAIN) fail("too many wait there already");
    fail(errno_text(error));
  }
  check_owner("whoever listens there", peer_of(line.get()).uid);
  return line;
}

}  // namespace uninterruptible
