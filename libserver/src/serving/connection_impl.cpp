#include "serving/connection_impl.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "serving/settle.hpp"

namespace uninterruptible {

namespace {
constexpr std::size_t chunk = 16 * 1024;
constexpr std::chrono::seconds longest_goodbye{1};

[[noreturn]] void fail(int error, const char* what) {
  throw std::system_error(error, std::generic_category(), what);
}
}  // namespace

Connection::Impl::Impl(UniqueFd socket, Origin origin, Generation::Entry entry,
                       std::shared_ptr<const tls::Context> context, Admission::Place place,
                       ConnectionLimits limits)
    : place_(std::move(place)),
      limits_(limits),
      socket_(std::move(socket)),
      origin_(std::move(origin)),
      entry_(std::move(entry)) {
  if (context) {
    auto stream = std::make_unique<tls::Stream>(std::move(context), socket_.get());
    tls_ = stream.get();
    stream_ = std::move(stream);
  } else {
    stream_ = std::make_unique<net::PlainStream>(socket_.get());
  }
}

Connection::Impl::~Impl() {
  if (abandoned_) return;
  if (tls_ != nullptr && !half_written_) say_goodbye();
  settle_before_close(socket_.get(), entry_.closing());
}

void Connection::Impl::say_goodbye() noexcept {
  const Deadline deadline = Deadline::after(longest_goodbye);
  try {
    while (tls_->say_goodbye() == net::Stream::Wants::to_write && !deadline.passed()) {
      pollfd room{socket_.get(), POLLOUT, 0};
      ::poll(&room, 1, deadline.poll_timeout());
    }
  } catch (const std::exception&) {  // The peer is gone, or does not read.
  }
}

bool Connection::Impl::draining() const noexcept {
  return origin_.draining.stop_requested() || entry_.closing();
}

Deadline Connection::Impl::deadline_of(std::chrono::milliseconds timeout) noexcept {
  return timeout.count() > 0 ? Deadline::after(timeout) : Deadline::never();
}

/// Nothing can move now, and so the time without a byte begins.
void Connection::Impl::wait(net::Stream::Wants wants, const Deadline& deadline, const char* what) {
  Deadline idle = deadline_of(limits_.idle);
  int unacknowledged = output_queue(socket_.get());
  const short events = wants == net::Stream::Wants::to_write ? POLLOUT : POLLIN;
  pollfd set{socket_.get(), events, 0};
  while (true) {
    check_request(what);
    const int ready = ::poll(&set, 1, earliest(earliest(deadline, idle), request_until_).poll_timeout());
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) fail(errno, what);
    if (deadline.passed()) fail(ETIMEDOUT, what);
    if (!idle.passed()) continue;
    // A socket is writable again only when much of its queue is gone; bytes that moved meanwhile count.
    const int left = output_queue(socket_.get());
    if (left >= unacknowledged) exceed(Limit::idle, what);
    unacknowledged = left;
    idle = deadline_of(limits_.idle);
  }
}

void Connection::Impl::check_request(const char* what) {
  if (exceeded_ != Limit::none) exceed(exceeded_, what);
  if (request_until_.passed()) exceed(Limit::request, what);
}

void Connection::Impl::exceed(Limit limit, const char* what) {
  exceeded_ = limit;
  throw std::system_error(
      ETIMEDOUT, std::generic_category(),
      std::string(what) + (limit == Limit::idle ? ": idle_timeout" : ": request_timeout"));
}

std::size_t Connection::Impl::receive(char* to, std::size_t size, const Deadline& deadline) {
  while (true) {
    // A TCP socket goes on queueing input after SHUT_RD, so the wish to end must be asked for here.
    if (entry_.closing()) return 0;
    check_request("read");
    const net::Stream::Result got = stream_->read(to, size);
    if (got.wants == net::Stream::Wants::nothing) {
      entry_.count(got.bytes, 0);
      return got.bytes;
    }
    wait(got.wants, deadline, "read");
  }
}

std::size_t Connection::Impl::read(std::span<std::byte> buffer) {
  if (buffer.empty()) return 0;
  if (input_.empty()) {
    return receive(reinterpret_cast<char*>(buffer.data()), buffer.size(), deadline_of(read_timeout_));
  }
  const std::size_t count = std::min(buffer.size(), input_.size());
  std::copy_n(reinterpret_cast<const std::byte*>(input_.data()), count, buffer.data());
  input_.erase(0, count);
  searched_ -= std::min(searched_, count);
  return count;
}

bool Connection::Impl::fill(const Deadline& deadline) {
  const std::size_t before = input_.size();
  input_.resize(before + chunk);
  std::size_t got = 0;
  try {
    got = receive(input_.data() + before, chunk, deadline);
  } catch (...) {
    input_.resize(before);
    throw;
  }
  input_.resize(before + got);
  return got > 0;
}

std::string Connection::Impl::take(std::size_t length, std::size_t end_bytes) {
  std::string line = input_.substr(0, length - end_bytes);
  input_.erase(0, length);
  searched_ = 0;
  return line;
}

std::optional<std::string> Connection::Impl::read_line(std::size_t longest) {
  const Deadline deadline = deadline_of(read_timeout_);
  while (true) {
    const std::size_t end = input_.find('\n', searched_);
    const bool complete = end != std::string::npos;
    std::size_t length = complete ? end : input_.size();
    // A carriage return may be half of a line end that has not come yet.
    if (length > 0 && input_[length - 1] == '\r') --length;
    if (length > longest) throw std::length_error("line longer than " + std::to_string(longest) + " bytes");
    if (complete) return take(end + 1, end + 1 - length);
    searched_ = input_.size();
    if (fill(deadline)) continue;
    // What was cut short by our own ending is no line: half a request must not be taken for a whole one.
    if (input_.empty() || entry_.closing()) return std::nullopt;
    if (input_.size() > longest)
      throw std::length_error("line longer than " + std::to_string(longest) + " bytes");
    return take(input_.size(), 0);
  }
}

void Connection::Impl::write(std::string_view bytes) {
  const Deadline deadline = deadline_of(write_timeout_);
  // OpenSSL holds a record that is half sent, and would take other bytes for the rest of it.
  if (half_written_) fail(ETIMEDOUT, "write: an earlier one was given up in the middle");
  half_written_ = tls_ != nullptr;
  while (!bytes.empty()) {
    check_request("write");
    const net::Stream::Result sent = stream_->write(bytes);
    if (sent.wants != net::Stream::Wants::nothing) {
      wait(sent.wants, deadline, "write");
      continue;
    }
    entry_.count(0, sent.bytes);
    bytes.remove_prefix(sent.bytes);
  }
  half_written_ = false;
}

void Connection::Impl::finish_writing() {
  if (half_written_) fail(ETIMEDOUT, "finish_writing: a write was given up in the middle");
  const Deadline deadline = deadline_of(write_timeout_);
  while (true) {
    const net::Stream::Wants wants = stream_->finish_writing();
    if (wants == net::Stream::Wants::nothing) return;
    wait(wants, deadline, "finish_writing");
  }
}

}  // namespace uninterruptible
