#pragma once

#include <cstddef>
#include <string_view>

namespace uninterruptible::net {

/// The bytes of one connection: the same calls for a plain socket and for TLS. No call waits; each says what
/// must happen on the descriptor before it is worth trying again. Used by one thread at a time. Failures
/// throw std::system_error.
class Stream {
 public:
  enum class Wants { nothing, to_read, to_write };
  struct Result {
    std::size_t bytes = 0;
    Wants wants = Wants::nothing;
  };

  Stream() = default;
  virtual ~Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Takes the next step of what comes before the first byte of the program's (TLS: the handshake); wants
  /// nothing once that is done.
  virtual Wants begin() { return Wants::nothing; }
  /// What is there, at most `size` bytes, which is not 0. No bytes and no wish: the peer has finished
  /// writing.
  virtual Result read(char* to, std::size_t size) = 0;
  /// Takes as much as there is room for. After a wish it is called again with the same bytes, or more.
  virtual Result write(std::string_view bytes) = 0;
  /// Says that nothing more will be written; reading goes on.
  virtual Wants finish_writing() = 0;
};

/// A socket as it is; the descriptor is borrowed.
class PlainStream : public Stream {
 public:
  explicit PlainStream(int fd) noexcept : fd_(fd) {}
  Result read(char* to, std::size_t size) override;
  Result write(std::string_view bytes) override;
  Wants finish_writing() override;

 private:
  int fd_;
};

}  // namespace uninterruptible::net
