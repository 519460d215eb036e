#include "support/client_tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace testing {

namespace {

void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) throw std::system_error(errno, std::generic_category(), "send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string take_all(BIO* bio) {
  std::string bytes(BIO_ctrl_pending(bio), '\0');
  if (!bytes.empty()) BIO_read(bio, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

std::system_error failure(const std::string& what) {
  const unsigned long error = ERR_peek_error();
  ERR_clear_error();
  if (ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
    return {ECONNABORTED, std::generic_category(), what + ": the end came without a TLS goodbye"};
  const char* const reason = ERR_reason_error_string(error);
  return {EPROTO, std::generic_category(), what + ": TLS: " + (reason != nullptr ? reason : "no reason")};
}

}  // namespace

ClientTls::ClientTls(int fd, const std::string& authority)
    : fd_(fd), context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free), ssl_(nullptr, SSL_free) {
  if (!authority.empty()) {
    if (SSL_CTX_load_verify_locations(context_.get(), authority.c_str(), nullptr) != 1)
      throw std::invalid_argument("no certificates in " + authority);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  }
  ssl_.reset(SSL_new(context_.get()));
  // What goes through memory is sent and received here, with the socket's limits and without SIGPIPE.
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_connect_state(ssl_.get());
}

ClientTls::~ClientTls() = default;

void ClientTls::send_pending() {
  const std::string held_back = std::exchange(held_back_, {});
  send_all(fd_, held_back + take_all(SSL_get_wbio(ssl_.get())));
}

void ClientTls::receive_pending() {
  char bytes[16384];
  ssize_t got = 0;
  do {
    got = ::recv(fd_, bytes, sizeof bytes, 0);
  } while (got < 0 && errno == EINTR);
  if (got < 0) throw std::system_error(errno, std::generic_category(), "receive");
  BIO* const input = SSL_get_rbio(ssl_.get());
  if (got > 0) {
    BIO_write(input, bytes, static_cast<int>(got));
  } else {
    BIO_set_mem_eof_return(input, 0);  // from now on an empty buffer is the end
  }
}

/// Calls it until it is done (true), or the server has said goodbye (false).
template <typename Operation>
bool ClientTls::drive(const char* what, Operation&& operation) {
  while (true) {
    ERR_clear_error();
    const int outcome = operation();
    const int verdict = SSL_get_error(ssl_.get(), outcome);
    if (verdict == SSL_ERROR_SSL || verdict == SSL_ERROR_SYSCALL) {
      failed_ = true;
      const std::system_error problem = failure(what);
      try {
        send_pending();                     // the alert that tells the server why
      } catch (const std::system_error&) {  // it is gone: the first problem is the one to tell
      }
      throw problem;
    }
    send_pending();
    if (outcome == 1) return true;
    if (verdict == SSL_ERROR_ZERO_RETURN) return false;
    receive_pending();
  }
}

void ClientTls::resume(const ClientTls& other) {
  if (SSL_set_session(ssl_.get(), SSL_get_session(other.ssl_.get())) != 1) throw failure("session");
}

bool ClientTls::resumed() const { return SSL_session_reused(ssl_.get()) == 1; }

void ClientTls::send_half_hello() {
  ERR_clear_error();
  SSL_do_handshake(ssl_.get());
  const std::string hello = take_all(SSL_get_wbio(ssl_.get()));
  held_back_ = hello.substr(hello.size() / 2);
  send_all(fd_, std::string_view(hello).substr(0, hello.size() / 2));
}

void ClientTls::handshake() {
  if (SSL_is_init_finished(ssl_.get()) == 1) return;
  if (!held_back_.empty()) send_pending();
  drive("handshake", [this] { return SSL_do_handshake(ssl_.get()); });
}

void ClientTls::send(std::string_view bytes) {
  handshake();
  std::size_t sent = 0;
  drive("send", [&] { return SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent); });
}

std::size_t ClientTls::receive(char* to, std::size_t size) {
  handshake();
  std::size_t got = 0;
  drive("receive", [&] { return SSL_read_ex(ssl_.get(), to, size, &got); });
  return got;
}

void ClientTls::say_goodbye() {
  if (failed_ || SSL_is_init_finished(ssl_.get()) != 1) return;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  send_pending();
}

std::string ClientTls::server_subject() {
  handshake();
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> text(BIO_new(BIO_s_mem()), BIO_free_all);
  const X509* const certificate = SSL_get0_peer_certificate(ssl_.get());
  X509_NAME_print_ex(text.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
  return take_all(text.get());
}

}  // namespace testing
