#pragma once

#include <memory>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

namespace testing {

/// The client's end of TLS on a connected socket whose waits have limits. Like Client, it throws
/// std::system_error: with the socket's errno, ECONNABORTED when the stream ends without a goodbye
/// (close_notify) and may be cut short, EPROTO for what TLS itself finds wrong.
class ClientTls {
 public:
  /// Borrows the descriptor. `authority` is a PEM file with those who may sign the server's certificate;
  /// empty: any certificate will do.
  ClientTls(int fd, const std::string& authority);
  ClientTls(const ClientTls&) = delete;
  ClientTls& operator=(const ClientTls&) = delete;
  ~ClientTls();

  /// Offers to resume the other's session, as clients do that come again. Before the handshake, and after the
  /// other has received something.
  void resume(const ClientTls& other);
  /// Whether the server has resumed it.
  [[nodiscard]] bool resumed() const;
  /// Sends the first half of the ClientHello; the rest goes with the handshake.
  void send_half_hello();
  /// Nothing to do when it is done already; everything below does it first.
  void handshake();
  void send(std::string_view bytes);
  /// 0 when the server has said goodbye.
  [[nodiscard]] std::size_t receive(char* to, std::size_t size);
  /// Ends the sending side; receiving goes on. Nothing is said before the handshake or after a failure.
  void say_goodbye();
  /// Subject of the server's certificate, e.g. `CN=localhost`.
  [[nodiscard]] std::string server_subject();

 private:
  void send_pending();
  void receive_pending();
  template <typename Operation>
  bool drive(const char* what, Operation&& operation);

  const int fd_;
  std::unique_ptr<ssl_ctx_st, void (*)(ssl_ctx_st*)> context_;
  std::unique_ptr<ssl_st, void (*)(ssl_st*)> ssl_;
  std::string held_back_;  ///< of the ClientHello
  bool failed_ = false;
};

}  // namespace testing
