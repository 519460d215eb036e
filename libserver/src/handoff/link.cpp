#include "handoff/link.hpp"

#include <sys/epoll.h>

#include <exception>

#include "base/fault_point.hpp"
#include "sys/process.hpp"

namespace uninterruptible::handoff {

namespace {
constexpr std::size_t most_waiting_bytes = 32UL * 1024 * 1024;
}

Link::Link(sys::Poller& poller, UniqueFd line, UniqueFd peer, Callbacks callbacks)
    : poller_(poller), line_(std::move(line)), callbacks_(std::move(callbacks)) {
  line_token_ =
      poller_.watch(line_.get(), sys::Poller::Rank::link, [this](std::uint32_t events) { on_line(events); });
  if (peer) watch_peer(std::move(peer));
}

Link::~Link() { silence(); }

void Link::silence() {
  silent_ = true;
  if (line_token_ != 0) poller_.forget(line_token_);
  if (peer_token_ != 0) poller_.forget(peer_token_);
  line_token_ = peer_token_ = 0;
}

void Link::set_reading(bool on) {
  reading_ = on;
  if (line_token_ != 0) poller_.want(line_token_, reading_, !waiting_.empty());
}

void Link::watch_peer(UniqueFd peer) {
  if (peer_token_ != 0) poller_.forget(peer_token_);
  peer_ = std::move(peer);
  peer_token_ = poller_.watch(peer_.get(), sys::Poller::Rank::death, [this](std::uint32_t) { on_death(); });
}

bool Link::send(const Message& message, std::span<const int> descriptors) {
  if (line_ended_ || silent_) return false;
  const std::string name(to_text(message.kind));
  if (fault_point("before." + name)) return false;
  std::string bytes = encode(message);
  try {
    const auto outcome =
        waiting_.empty() ? sys::send_packet(line_.get(), bytes, descriptors) : sys::SendOutcome::full;
    if (outcome == sys::SendOutcome::gone) return false;
    if (outcome == sys::SendOutcome::full) {
      if (!descriptors.empty() || waiting_bytes_ + bytes.size() > most_waiting_bytes) return false;
      waiting_bytes_ += bytes.size();
      waiting_.push_back(std::move(bytes));
      poller_.want(line_token_, reading_, true);
    }
  } catch (const std::exception& problem) {
    callbacks_.damaged(*this, "cannot send " + name + ": " + problem.what());
    return false;
  }
  fault_point("sent." + name);
  return true;
}

void Link::send_waiting() {
  while (!waiting_.empty()) {
    const auto outcome = sys::send_packet(line_.get(), waiting_.front());
    if (outcome == sys::SendOutcome::full) return;
    waiting_bytes_ -= waiting_.front().size();
    waiting_.pop_front();
  }
  poller_.want(line_token_, reading_, false);
}

void Link::on_line(std::uint32_t events) {
  if ((events & static_cast<std::uint32_t>(EPOLLOUT)) != 0) send_waiting();
  read_all();
}

void Link::read_all() {
  while (reading_ && !silent_ && !line_ended_) {
    sys::Received received = sys::receive_packet(line_.get());
    switch (received.outcome) {
      case sys::ReceiveOutcome::nothing: return;
      case sys::ReceiveOutcome::damaged:
        callbacks_.damaged(*this, "a packet was cut short, or its descriptors were lost on the way");
        break;
      case sys::ReceiveOutcome::end:
        line_ended_ = true;
        poller_.forget(line_token_);
        line_token_ = 0;
        // The death itself is what counts, not the end of the line: the kernel closes a dying process's
        // sockets one by one, and its listening sockets are among the later ones.
        if (!peer_) die();
        return;
      case sys::ReceiveOutcome::packet:
        if (std::optional<Message> message = decode(received.packet.bytes)) {
          fault_point("got." + std::string(to_text(message->kind)));
          callbacks_.message(*this, std::move(*message), std::move(received.packet));
        } else {
          callbacks_.damaged(*this, "a packet is not a message of this protocol");
        }
        break;
    }
  }
}

void Link::on_death() {
  if (!sys::has_ended(peer_.get())) return;
  read_all();
  if (!silent_) die();
}

void Link::die() {
  if (dead_) return;
  dead_ = true;
  if (peer_token_ != 0) poller_.forget(peer_token_);
  peer_token_ = 0;
  callbacks_.died(*this);
}

}  // namespace uninterruptible::handoff
