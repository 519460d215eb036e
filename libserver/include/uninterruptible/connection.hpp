#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace uninterruptible {

/// One accepted client, owned: it is closed when this object goes, politely, so that a reply still on its way
/// is never destroyed. Movable. Used by one thread at a time.
///
/// Failures of the peer throw std::system_error (connection reset, timed out); inside handle_request that
/// ends this connection only. On an address that speaks TLS the handshake is done before a handler sees the
/// connection; all calls are the same then. A TLS stream that ends without the peer's goodbye throws
/// (ECONNABORTED), since what came may be cut short, and what breaks TLS's rules throws too (EPROTO). After a
/// write that timed out nothing more can be written to such a client.
class Connection {
 public:
  class Impl;

  /// What was agreed with a client that speaks TLS.
  struct Tls {
    std::string version;       ///< e.g. `TLSv1.3`
    std::string cipher;        ///< e.g. `TLS_AES_256_GCM_SHA384`
    std::string peer_subject;  ///< of the verified client certificate, e.g. `CN=alice` (RFC 2253), else empty
    std::string server_name;   ///< the name the client asked for (SNI), else empty
  };

  Connection() noexcept;
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();
  explicit Connection(std::unique_ptr<Impl> impl) noexcept;  ///< for the library

  /// False for the empty connection that Server::accept() gives when this generation will never accept again.
  [[nodiscard]] explicit operator bool() const noexcept;

  /// Reads what is there, at least one byte, waiting for it if need be; 0 at the end of the stream (the peer
  /// finished sending, or this connection was asked to close). Throws on a reset or when the read timeout
  /// passes.
  std::size_t read(std::span<std::byte> buffer);
  /// One line without its end (LF or CR LF). The rest before the end of the stream counts as a line; empty
  /// when nothing is left. Throws std::length_error when the line is longer than `longest` bytes.
  [[nodiscard]] std::optional<std::string> read_line(std::size_t longest = 65536);

  /// Writes all of it, waiting as long as the peer needs or the write timeout allows. SIGPIPE never occurs.
  void write(std::string_view bytes);
  /// Writes the text and LF, in one piece.
  void write_line(std::string_view text);
  /// Says that nothing more will be written; reading goes on.
  void finish_writing();

  /// Longest time that one call of read() or read_line(), or one of write() or write_line(), may take; 0
  /// (default) for no limit. What was read of a line before the timeout is kept for the next call.
  void set_read_timeout(std::chrono::milliseconds timeout) noexcept;
  void set_write_timeout(std::chrono::milliseconds timeout) noexcept;

  /// Address of the client: `192.0.2.17:51544`, `[2001:db8::9]:40112`, `unix:` and its path or uid.
  [[nodiscard]] const std::string& peer() const noexcept;
  /// The address of this server it came in by, as configured.
  [[nodiscard]] const std::string& local() const noexcept;
  /// What TLS has agreed on; nothing on a plain connection.
  [[nodiscard]] std::optional<Tls> tls() const;
  /// `7-412`: generation and number, the same as in log, CLI and GUI.
  [[nodiscard]] std::string id() const;
  /// A text that operators see beside this connection, e.g. `user=alice`.
  void set_label(std::string_view text);

  /// For a handler that serves several requests in one call: counts one, in the counter `requests` that
  /// operators see. Every call of handle_request() has counted one when it begins, and the first
  /// count_request() in it is that one; so call it once for each request, and none counts twice. Of a
  /// connection that no handle_request() serves, every call counts. Never blocks.
  void count_request() noexcept;

  /// True once this generation drains or this connection was asked to close: finish, do not begin anew.
  [[nodiscard]] bool draining() const noexcept;
  /// The descriptor, borrowed: for poll(2) or socket options. Never close it, and with TLS never read or
  /// write it.
  [[nodiscard]] int native_handle() const noexcept;

 private:
  friend class Server;
  std::unique_ptr<Impl> impl_;
};

}  // namespace uninterruptible
