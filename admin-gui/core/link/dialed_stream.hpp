#pragma once

#include <QByteArray>

namespace uninterruptible::admin {

/// What comes from `uninterruptiblectl dial-stdio`: the control protocol, and beside it a line `dialed`
/// before each connection to the server but the first (docs/control-protocol.md, "From another machine"). A
/// plain value.
class DialedStream {
 public:
  void feed(const QByteArray& bytes) { buffer_ += bytes; }
  /// Bytes of the protocol, up to the beginning of another connection; what follows is for the next call.
  [[nodiscard]] QByteArray take();
  /// The connection whose beginning the last take() has come upon; 0: none.
  [[nodiscard]] quint64 begun() const noexcept { return begun_; }
  /// The line by which a client says that it knows of that connection.
  [[nodiscard]] static QByteArray acknowledgement(quint64 connection);

 private:
  QByteArray buffer_;
  bool inLine_ = false;  ///< the line that the buffer begins with was given away in part
  quint64 begun_ = 0;
};

}  // namespace uninterruptible::admin
