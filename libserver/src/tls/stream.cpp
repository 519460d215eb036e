#include "tls/stream.hpp"

#include <openssl/err.h>
#include <sys/socket.h>

#include <cerrno>
#include <new>
#include <system_error>

#include "base/fault_point.hpp"
#include "base/text.hpp"
#include "tls/certificate_chain.hpp"
#include "tls/error_text.hpp"
#include "tls/socket_bio.hpp"

namespace uninterruptible::tls {

/// One SSL object and the rules for calling it: the thread's queue of errors is cleared before each call, and
/// after a failure nothing is said any more (SSL_shutdown(3)).
class Stream::Session {
 public:
  Session(std::shared_ptr<const Context> context, int fd)
      : context_(std::move(context)), socket_{fd}, ssl_(SSL_new(context_->get())) {
    if (!ssl_ || fault_point("tls.session")) throw std::runtime_error("TLS connection: " + take_error_text());
    BIO* const bio = make_socket_bio(socket_).release();
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_accept_state(ssl_.get());
  }

  Wants handshake() {
    if (SSL_is_init_finished(ssl_.get()) == 1) return Wants::nothing;
    forget_errors();
    const int outcome = SSL_do_handshake(ssl_.get());
    if (outcome == 1) return Wants::nothing;
    const Wants wants = wants_after(outcome);
    if (wants != Wants::nothing) return wants;
    failed_ = true;
    throw handshake_error();
  }

  Result read(char* to, std::size_t size) {
    forget_errors();
    std::size_t got = 0;
    const int outcome = SSL_read_ex(ssl_.get(), to, size, &got);
    if (outcome == 1) return {got, Wants::nothing};
    if (SSL_get_error(ssl_.get(), outcome) == SSL_ERROR_ZERO_RETURN) return {};
    return {0, wants_or_throw(outcome, "read")};
  }

  Result write(std::string_view bytes) {
    forget_errors();
    std::size_t sent = 0;
    const int outcome = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent);
    if (outcome == 1) return {sent, Wants::nothing};
    return {0, wants_or_throw(outcome, "write")};
  }

  Wants say_goodbye() {
    if (failed_ || SSL_is_init_finished(ssl_.get()) != 1) return Wants::nothing;
    if ((SSL_get_shutdown(ssl_.get()) & SSL_SENT_SHUTDOWN) != 0 && !goodbye_waits_) return Wants::nothing;
    forget_errors();
    const int outcome = SSL_shutdown(ssl_.get());
    goodbye_waits_ = false;
    if (outcome >= 0) return Wants::nothing;
    const Wants wants = wants_after(outcome);
    goodbye_waits_ = wants == Wants::to_write;
    if (wants == Wants::nothing) failed_ = true;
    // What the peer says to a goodbye is read by who reads, not waited for here.
    return goodbye_waits_ ? wants : Wants::nothing;
  }

  [[nodiscard]] Facts facts() const {
    if (SSL_is_init_finished(ssl_.get()) != 1) return {};
    Facts facts;
    facts.version = SSL_get_version(ssl_.get());
    facts.cipher = SSL_get_cipher_name(ssl_.get());
    if (const char* const name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name)) {
      facts.server_name = name;
    }
    const X509* const peer = SSL_get0_peer_certificate(ssl_.get());
    if (peer != nullptr && SSL_get_verify_result(ssl_.get()) == X509_V_OK)
      facts.peer_subject = subject_of(peer);
    return facts;
  }

  [[nodiscard]] int fd() const noexcept { return socket_.fd; }

 private:
  /// An error that OpenSSL passed over must not name the next one.
  void forget_errors() noexcept {
    ERR_clear_error();
    socket_.error = 0;
  }

  [[nodiscard]] Wants wants_after(int outcome) const {
    switch (SSL_get_error(ssl_.get(), outcome)) {
      case SSL_ERROR_WANT_READ: return Wants::to_read;
      case SSL_ERROR_WANT_WRITE: return Wants::to_write;
      default: return Wants::nothing;
    }
  }

  Wants wants_or_throw(int outcome, const char* what) {
    const Wants wants = wants_after(outcome);
    if (wants != Wants::nothing) return wants;
    failed_ = true;
    if (socket_.error != 0) throw std::system_error(socket_.error, std::generic_category(), what);
    if (is_truncated()) {
      ERR_clear_error();
      throw std::system_error(
          ECONNABORTED, std::generic_category(),
          std::string(what) +
              ": the peer's stream ended without its TLS goodbye, what came may be cut short");
    }
    throw std::system_error(EPROTO, std::generic_category(),
                            std::string(what) + ": TLS: " + take_error_text());
  }

  static bool is_truncated() {
    const unsigned long error = ERR_peek_error();
    return error == 0 ||
           (ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING);
  }

  HandshakeError handshake_error() {
    if (socket_.error != 0) return {errno_text(socket_.error), false};
    if (is_truncated()) {
      ERR_clear_error();
      return {"the client left in the middle of it", false};
    }
    const unsigned long error = ERR_peek_error();
    const int reason = ERR_GET_LIB(error) == ERR_LIB_SSL ? ERR_GET_REASON(error) : 0;
    const bool certificate =
        reason == SSL_R_CERTIFICATE_VERIFY_FAILED || reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE;
    const long verdict = SSL_get_verify_result(ssl_.get());
    std::string text = take_error_text();
    if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED && verdict != X509_V_OK) {
      text += std::string(": ") + X509_verify_cert_error_string(verdict);
    }
    return {text, certificate};
  }

  const std::shared_ptr<const Context> context_;
  Socket socket_;
  SessionPtr ssl_;
  bool failed_ = false;
  bool goodbye_waits_ = false;
};

Stream::Stream(std::shared_ptr<const Context> context, int fd)
    : session_(std::make_unique<Session>(std::move(context), fd)) {}
Stream::~Stream() = default;

net::Stream::Wants Stream::begin() { return session_->handshake(); }
net::Stream::Result Stream::read(char* to, std::size_t size) { return session_->read(to, size); }
net::Stream::Result Stream::write(std::string_view bytes) { return session_->write(bytes); }
Stream::Facts Stream::facts() const { return session_->facts(); }

net::Stream::Wants Stream::say_goodbye() { return session_->say_goodbye(); }

net::Stream::Wants Stream::finish_writing() {
  const Wants wants = session_->say_goodbye();
  if (wants != Wants::nothing) return wants;
  if (::shutdown(session_->fd(), SHUT_WR) != 0 && errno != ENOTCONN) {
    throw std::system_error(errno, std::generic_category(), "finish_writing");
  }
  return Wants::nothing;
}

}  // namespace uninterruptible::tls
