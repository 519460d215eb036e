#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "net/stream.hpp"
#include "tls/context.hpp"

namespace uninterruptible::tls {

/// The handshake failed: what() says why.
class HandshakeError : public std::runtime_error {
 public:
  HandshakeError(const std::string& reason, bool certificate)
      : std::runtime_error(reason), certificate_(certificate) {}
  /// Whether the client's certificate was the reason: it showed none, or one that does not count.
  [[nodiscard]] bool certificate() const noexcept { return certificate_; }

 private:
  bool certificate_;
};

/// The server's end of one TLS connection. The peer's end of writing and a connection that was cut are told
/// apart: without the peer's goodbye (close_notify, RFC 8446 6.1) reading throws, since what came may be cut
/// short.
class Stream : public net::Stream {
 public:
  struct Facts {
    std::string version;       ///< e.g. `TLSv1.3`
    std::string cipher;        ///< e.g. `TLS_AES_256_GCM_SHA384`
    std::string peer_subject;  ///< of the verified client certificate (RFC 2253); empty without one
    std::string server_name;   ///< what the client asked for (SNI); empty when it did not
  };

  /// The descriptor is borrowed. Throws std::bad_alloc, std::runtime_error.
  Stream(std::shared_ptr<const Context> context, int fd);
  ~Stream() override;

  /// The handshake's next step. Throws HandshakeError.
  Wants begin() override;
  Result read(char* to, std::size_t size) override;
  Result write(std::string_view bytes) override;
  Wants finish_writing() override;
  /// Says goodbye in TLS and leaves the socket open; nothing to say before the handshake is done, after a
  /// failure, or again.
  Wants say_goodbye();

  /// Empty before the handshake is done.
  [[nodiscard]] Facts facts() const;

 private:
  class Session;
  std::unique_ptr<Session> session_;
};

}  // namespace uninterruptible::tls
