#include "generation/listeners.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/text.hpp"
#include "uninterruptible/configuration.hpp"

namespace uninterruptible {

namespace {

ConfigurationError refusal(const std::string& address, const std::string& reason) {
  return ConfigurationError("bind '" + escape_text(address) + "': " + reason);
}

void adopt(const std::string& address, int fd, const net::ListenOptions& options) {
  try {
    net::adopt_listener(fd, options);
  } catch (const std::system_error& problem) {
    throw refusal(address, problem.what());
  }
}

}  // namespace

UniqueFd duplicate(int fd) {
  UniqueFd copy(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
  if (!copy)
    throw std::system_error(errno, std::generic_category(),
                            "cannot duplicate descriptor " + std::to_string(fd));
  return copy;
}

void Listeners::take_offered(std::vector<Offer::Socket> offered) {
  offered_ = std::move(offered);
  offered_claimed_.assign(offered_.size(), false);
}

int Listeners::listen(const std::string& address, const net::ListenOptions& options, Deadline patience) {
  if (held_.size() >= most_listeners) {
    throw refusal(address, "a server can have at most " + std::to_string(most_listeners) +
                               " listeners, since all of them travel in one packet");
  }
  Held held;
  try {
    held.address = net::parse_bind(address);
  } catch (const std::invalid_argument& problem) {
    throw refusal(address, problem.what());
  }
  if (!claim_offered(held, options) && !claim_inherited(held, options)) open(held, options, patience);
  held_.push_back(std::move(held));
  return held_.back().fd;
}

bool Listeners::claim_offered(Held& held, const net::ListenOptions& options) {
  const std::string& address = held.address.text;
  for (std::size_t i = 0; i < offered_.size(); ++i) {
    if (offered_claimed_[i] || offered_[i].text != address) continue;
    Offer::Socket& offered = offered_[i];
    if (const std::string reason =
            net::refuse_received(offered.socket.get(), held.address, net::HostNames::as_bound);
        !reason.empty()) {
      throw refusal(address, "the socket that was handed over is not what was said: " + reason);
    }
    adopt(address, offered.socket.get(), options);
    offered_claimed_[i] = true;
    claimed_.push_back(i);
    held.path.lock = std::move(offered.lock);
    held.path.path = held.address.path;
    held.path.device = offered.device;
    held.path.inode = offered.inode;
    held.taken_over = true;
    held.fd = offered.socket.release();
    return true;
  }
  return false;
}

bool Listeners::claim_inherited(Held& held, const net::ListenOptions& options) {
  UniqueFd socket = inherited_.claim(held.address);
  if (!socket) {
    if (held.address.kind != net::BindAddress::Kind::inherited) return false;
    throw refusal(held.address.text, inherited_.why_none(held.address));
  }
  adopt(held.address.text, socket.get(), options);
  held.taken_over = true;
  held.fd = socket.release();
  return true;
}

/// Leaves a socket that is bound to nothing in the place of the one that will come.
void Listeners::await_gem(Held& held) const {
  const std::string& address = held.address.text;
  const auto other = std::find_if(held_.begin(), held_.end(), [](const Held& one) { return one.awaited; });
  if (other != held_.end()) {
    throw refusal(address,
                  "others listen here and on '" + escape_text(other->address.text) +
                      "', but the Ruby server that this process is to replace hands one socket over");
  }
  if (const std::string reason = gem_->why_not(held.address); !reason.empty()) throw refusal(address, reason);
  const bool is_path = held.address.kind == net::BindAddress::Kind::unix_path;
  held.fd = ::socket(is_path ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (held.fd < 0) throw refusal(address, "cannot make a socket: " + errno_text(errno));
  held.taken_over = true;
  held.awaited = true;
}

std::optional<std::string> Listeners::fetch_from_gem(const net::ListenOptions& options, Deadline deadline,
                                                     const GemPredecessor::Meanwhile& meanwhile) {
  const auto awaited = std::find_if(held_.begin(), held_.end(), [](const Held& one) { return one.awaited; });
  if (awaited == held_.end()) {
    std::string binds;
    for (const Held& held : held_)
      binds += (binds.empty() ? "" : ", ") + ("'" + escape_text(held.address.text) + "'");
    gem_->refuse("none of the binds (" + (binds.empty() ? "there are none" : binds) +
                 ") is the address of the Ruby server that this process is to replace" +
                 gem_->where_it_listens() + ". It has not been asked for its socket and goes on serving");
  }
  const std::optional<GemPredecessor::HandedOver> came = gem_->fetch(deadline, meanwhile);
  if (!came) return std::nullopt;
  const std::string process = "process " + std::to_string(came->pid);
  const std::string& address = awaited->address.text;
  if (const std::string reason = net::refuse_received(came->socket.get(), awaited->address);
      !reason.empty()) {
    gem_->refuse("what " + process + " handed over is not the socket of bind '" + escape_text(address) +
                 "': " + reason + ". By now it does not accept any more, and has to be started again");
  }
  adopt(address, came->socket.get(), options);
  if (::dup3(came->socket.get(), awaited->fd, O_CLOEXEC) < 0)
    throw refusal(address, "the socket cannot be put in its place: " + errno_text(errno));
  awaited->awaited = false;
  gem_.reset();
  return "took over from the Ruby server (" + process + "): " + net::bound_address(awaited->fd);
}

void Listeners::open(Held& held, const net::ListenOptions& options, Deadline patience) const {
  const bool is_path = held.address.kind == net::BindAddress::Kind::unix_path;
  if (gem_ && is_path && sys::is_held_by_stranger(held.address.path)) return await_gem(held);
  while (true) {
    try {
      net::Listener opened = net::open_listener(held.address, options);
      held.path.lock = std::move(opened.lock);
      held.path.path = held.address.path;
      held.path.device = opened.device;
      held.path.inode = opened.inode;
      held.fd = opened.socket.release();
      return;
    } catch (const std::system_error& problem) {
      const bool in_use = problem.code().value() == EADDRINUSE;
      if (gem_ && in_use && !is_path) return await_gem(held);
      if (!in_use || patience.passed()) throw ConfigurationError(problem.what());
      ::poll(nullptr, 0, 10);
    }
  }
}

void Listeners::drop_unclaimed() {
  for (std::size_t i = 0; i < offered_.size(); ++i) {
    Offer::Socket& offered = offered_[i];
    if (offered_claimed_[i] || !offered.lock) continue;
    sys::UnixListener path;
    path.lock = std::move(offered.lock);
    path.device = offered.device;
    path.inode = offered.inode;
    path.path = net::parse_bind(offered.text).path;
    sys::unlink_unix(path);
  }
  offered_.clear();
  offered_claimed_.clear();
}

std::vector<Offer::Socket> Listeners::duplicate() const {
  std::vector<Offer::Socket> all;
  for (const Held& held : held_) {
    if (const std::string reason = net::refuse_received(held.fd, held.address, net::HostNames::as_bound);
        !reason.empty()) {
      throw std::system_error(EBADF, std::generic_category(),
                              "the listener of '" + held.address.text + "' is not what it was: " + reason);
    }
    Offer::Socket socket;
    socket.text = held.address.text;
    socket.socket = uninterruptible::duplicate(held.fd);
    if (held.path.lock) socket.lock = uninterruptible::duplicate(held.path.lock.get());
    socket.device = held.path.device;
    socket.inode = held.path.inode;
    all.push_back(std::move(socket));
  }
  return all;
}

void Listeners::unlink_paths() noexcept {
  for (const Held& held : held_) {
    if (held.path.lock && !held.dropped) sys::unlink_unix(held.path);
  }
}

std::vector<const Listeners::Held*> Listeners::added_paths() const {
  std::vector<const Held*> added;
  for (const Held& held : held_) {
    if (held.path.lock && !held.taken_over) added.push_back(&held);
  }
  return added;
}

std::vector<std::string> Listeners::lost_paths() const {
  std::vector<std::string> lost;
  for (const Held& held : held_) {
    struct stat found {};
    const bool ours = held.path.lock && ::lstat(held.path.path.c_str(), &found) == 0 &&
                      found.st_dev == held.path.device && found.st_ino == held.path.inode;
    if (held.path.lock && !ours) lost.push_back(held.path.path);
  }
  return lost;
}

void Listeners::unlink_added_paths() noexcept {
  for (const Held* const held : added_paths()) sys::unlink_unix(held->path);
}

void remove_abandoned(const std::string& path, std::uint64_t device, std::uint64_t inode) noexcept {
  sys::UnixListener identity;
  identity.path = path;
  identity.device = device;
  identity.inode = inode;
  identity.lock.reset(::open((path + ".lock").c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (identity.lock && ::flock(identity.lock.get(), LOCK_EX | LOCK_NB) == 0) sys::unlink_unix(identity);
}

}  // namespace uninterruptible
