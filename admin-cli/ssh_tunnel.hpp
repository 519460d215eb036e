#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/deadline.hpp"
#include "base/unique_fd.hpp"
#include "dialed_stream.hpp"
#include "ssh_address.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::cli {

/// The user's own ssh with dial-stdio at its far end, which makes one connection to the server after the
/// other. It asks for passwords on the terminal by itself. Ends with this object.
class SshTunnel {
 public:
  /// The one that leads there. There is one for each address, so that nobody is asked for a password twice;
  /// one that has ended is replaced. Starts ssh, or throws NoConnection.
  [[nodiscard]] static std::shared_ptr<SshTunnel> to(const control::Target& target);

  explicit SshTunnel(const control::Target& target);
  SshTunnel(const SshTunnel&) = delete;
  SshTunnel& operator=(const SshTunnel&) = delete;
  ~SshTunnel();

  /// Begins a connection: what follows is its greeting. What the one before it has sent is dropped.
  void begin();
  /// To be polled and sent to; does not block.
  [[nodiscard]] int fd() const noexcept { return stream_.get(); }
  /// What has come of this connection, empty when there is nothing.
  [[nodiscard]] std::string receive();
  /// More has been read already than was received: there is nothing to wait for.
  [[nodiscard]] bool input_waits() const noexcept { return dialed_.input_waits(); }
  /// This connection has ended, be it that another one has begun.
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  /// ssh has ended, and with it all connections.
  [[nodiscard]] bool closed() const noexcept { return closed_; }
  /// When the greeting must have come: never where a person may have to be asked for a password first.
  [[nodiscard]] Deadline greeting_deadline() const;
  /// After an end without a greeting: throws NoConnection with what ssh or the far side said, and what helps.
  [[noreturn]] void explain_end();

 private:
  /// ssh's exit status, waiting a moment for it.
  std::optional<int> exit_status();
  std::string said();

  control::Target target_;
  SshAddress address_;
  bool batch_;
  UniqueFd stream_;
  UniqueFd errors_;
  pid_t ssh_ = -1;
  DialedStream dialed_;
  std::uint64_t connection_ = 0;
  bool ended_ = false;   // the connection
  bool closed_ = false;  // the stream, and with it all connections
};

}  // namespace uninterruptible::cli
