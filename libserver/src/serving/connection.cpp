#include "uninterruptible/connection.hpp"

#include <stdexcept>
#include <utility>

#include "serving/connection_impl.hpp"

namespace uninterruptible {

namespace {
Connection::Impl& held(const std::unique_ptr<Connection::Impl>& impl) {
  if (!impl) throw std::logic_error("the connection is empty");
  return *impl;
}
const std::string nowhere;
}  // namespace

Connection::Connection() noexcept = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;
Connection::Connection(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}

Connection::operator bool() const noexcept { return impl_ != nullptr; }

std::size_t Connection::read(std::span<std::byte> buffer) { return held(impl_).read(buffer); }
std::optional<std::string> Connection::read_line(std::size_t longest) {
  return held(impl_).read_line(longest);
}
void Connection::write(std::string_view bytes) { held(impl_).write(bytes); }
void Connection::finish_writing() { held(impl_).finish_writing(); }

void Connection::write_line(std::string_view text) {
  std::string line;
  line.reserve(text.size() + 1);
  line += text;
  line += '\n';
  held(impl_).write(line);
}

void Connection::set_read_timeout(std::chrono::milliseconds timeout) noexcept {
  if (impl_) impl_->set_read_timeout(timeout);
}
void Connection::set_write_timeout(std::chrono::milliseconds timeout) noexcept {
  if (impl_) impl_->set_write_timeout(timeout);
}

const std::string& Connection::peer() const noexcept { return impl_ ? impl_->origin().peer : nowhere; }
const std::string& Connection::local() const noexcept { return impl_ ? impl_->origin().local : nowhere; }
std::optional<Connection::Tls> Connection::tls() const {
  if (!impl_ || impl_->tls() == nullptr) return std::nullopt;
  tls::Stream::Facts facts = impl_->tls()->facts();
  Tls shown;
  shown.version = std::move(facts.version);
  shown.cipher = std::move(facts.cipher);
  shown.peer_subject = std::move(facts.peer_subject);
  shown.server_name = std::move(facts.server_name);
  return shown;
}
std::string Connection::id() const { return impl_ ? impl_->entry().id() : std::string(); }
void Connection::set_label(std::string_view text) { held(impl_).entry().set_label(text); }
void Connection::count_request() noexcept {
  if (impl_) impl_->count_request();
}
bool Connection::draining() const noexcept { return !impl_ || impl_->draining(); }
int Connection::native_handle() const noexcept { return impl_ ? impl_->fd() : -1; }

}  // namespace uninterruptible
