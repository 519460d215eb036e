#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "base/deadline.hpp"
#include "base/unique_fd.hpp"
#include "net/stream.hpp"
#include "serving/admission.hpp"
#include "tls/stream.hpp"
#include "uninterruptible/connection.hpp"
#include "uninterruptible/generation.hpp"

namespace uninterruptible {

/// How long a connection may go on; 0: no limit.
struct ConnectionLimits {
  std::chrono::milliseconds idle{0};     ///< without a byte in either direction while one is waited for
  std::chrono::milliseconds request{0};  ///< from Connection::Impl::begin_request() on
};

/// The connection itself: every call tries first and polls only when the kernel says so.
class Connection::Impl {
 public:
  struct Origin {
    std::string peer;
    std::string local;
    std::stop_token draining{};
  };

  enum class Limit { none, idle, request };

  /// Takes the socket, blocking or not. An empty entry (a socket pair of a test) counts nowhere. With a
  /// context the connection speaks TLS, and begin() must succeed before anything is read or written.
  Impl(UniqueFd socket, Origin origin, Generation::Entry entry,
       std::shared_ptr<const tls::Context> context = nullptr, Admission::Place place = {},
       ConnectionLimits limits = {});
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  /// The next step of what comes before the first byte of the program's; never waits. Throws
  /// tls::HandshakeError.
  net::Stream::Wants begin() { return stream_->begin(); }

  /// The time for one request counts from here, and so does the request itself.
  void begin_request() noexcept {
    request_until_ = deadline_of(limits_.request);
    entry_.count_request();
    first_is_counted_ = true;
  }
  /// See Connection::count_request().
  void count_request() noexcept {
    if (!std::exchange(first_is_counted_, false)) entry_.count_request();
  }
  /// The limit that has ended this connection: every later call fails by it too.
  [[nodiscard]] Limit exceeded() const noexcept { return exceeded_; }
  [[nodiscard]] const ConnectionLimits& limits() const noexcept { return limits_; }
  /// No polite end: the socket is closed as it is.
  void abandon() noexcept { abandoned_ = true; }

  std::size_t read(std::span<std::byte> buffer);
  std::optional<std::string> read_line(std::size_t longest);
  void write(std::string_view bytes);
  void finish_writing();

  void set_read_timeout(std::chrono::milliseconds timeout) noexcept { read_timeout_ = timeout; }
  void set_write_timeout(std::chrono::milliseconds timeout) noexcept { write_timeout_ = timeout; }

  [[nodiscard]] const Origin& origin() const noexcept { return origin_; }
  [[nodiscard]] Generation::Entry& entry() noexcept { return entry_; }
  [[nodiscard]] const Generation::Entry& entry() const noexcept { return entry_; }
  [[nodiscard]] bool draining() const noexcept;
  [[nodiscard]] int fd() const noexcept { return socket_.get(); }
  /// Null on a plain connection.
  [[nodiscard]] const tls::Stream* tls() const noexcept { return tls_; }

 private:
  /// One recv, waiting until there is something; 0 at the end and once an ending was asked for.
  std::size_t receive(char* to, std::size_t size, const Deadline& deadline);
  /// Reads more into input_; false at the end of the stream.
  bool fill(const Deadline& deadline);
  /// Cuts the first `length` bytes off input_, less `end_bytes` of line end.
  std::string take(std::size_t length, std::size_t end_bytes);
  void say_goodbye() noexcept;
  void wait(net::Stream::Wants wants, const Deadline& deadline, const char* what);
  void check_request(const char* what);
  [[noreturn]] void exceed(Limit limit, const char* what);
  static Deadline deadline_of(std::chrono::milliseconds timeout) noexcept;

  Admission::Place place_;  // first, so that it is given back when all else is gone
  const ConnectionLimits limits_;
  Deadline request_until_ = Deadline::never();
  Limit exceeded_ = Limit::none;
  bool abandoned_ = false;
  bool first_is_counted_ = false;  ///< by begin_request(), and no other was counted yet
  bool half_written_ = false;      ///< TLS: a write ended in the middle, and nothing can follow it
  UniqueFd socket_;                // before entry_: an entry must go before its descriptor is closed
  std::unique_ptr<net::Stream> stream_;
  tls::Stream* tls_ = nullptr;  ///< the same stream, where it is one
  Origin origin_;
  std::string input_;         ///< read from the kernel, not yet by the handler
  std::size_t searched_ = 0;  ///< bytes of input_ known to hold no line end
  std::chrono::milliseconds read_timeout_{0};
  std::chrono::milliseconds write_timeout_{0};
  Generation::Entry entry_;
};

}  // namespace uninterruptible
