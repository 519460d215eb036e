#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "support/client_tls.hpp"
#include "support/eventually.hpp"

namespace testing {

/// One client connection, blocking with a limit on every wait. Failures throw std::system_error with the
/// errno; those of TLS are told in ClientTls.
class Client {
 public:
  /// `tcp://HOST:PORT`, `tls://HOST:PORT` (numeric host) or `unix:///PATH`. A TLS handshake takes place with
  /// the first byte that is sent or waited for. `authority`: a PEM file with those who may sign the server's
  /// certificate; empty: any will do.
  explicit Client(const std::string& target, std::chrono::milliseconds limit = patience,
                  const std::string& authority = {});
  Client(Client&& other) noexcept;
  Client& operator=(Client&&) = delete;
  ~Client();

  void send(std::string_view bytes);
  void send_line(std::string_view line);
  /// The next line without its newline; empty when the end comes first.
  [[nodiscard]] std::optional<std::string> read_line();
  /// Sends a line and returns the answer; empty when the end comes first.
  [[nodiscard]] std::optional<std::string> ask(std::string_view line);
  /// Everything until the end of the connection.
  [[nodiscard]] std::string read_all();
  /// Waits for the end; false when bytes come instead.
  [[nodiscard]] bool at_end();
  /// Ends the sending side, with a goodbye where TLS is spoken; replies can still be read.
  void half_close();
  /// Ends at once with a reset instead of an orderly end.
  void reset();

  [[nodiscard]] int fd() const noexcept { return fd_; }
  /// Port of this end; 0 on unix sockets.
  [[nodiscard]] int local_port() const;
  /// The TLS that is spoken here. Throws std::logic_error when there is none.
  [[nodiscard]] ClientTls& tls();

 private:
  std::size_t receive();

  int fd_ = -1;
  std::unique_ptr<ClientTls> tls_;
  std::string buffer_;
};

/// Whether a connection is refused (nobody listens) rather than accepted, queued, or reset because the
/// listener closes in that moment.
[[nodiscard]] bool is_refused(const std::string& target);

}  // namespace testing
