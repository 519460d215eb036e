#pragma once

#include <sys/types.h>

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QStringList>
#include <string_view>

namespace uninterruptible::admin {

/// Why there is no stream of bytes (any more).
struct TransportEnd {
  enum class Cause {
    Closed,      ///< was open and was ended, or there is nothing at the address
    Refused,     ///< a socket file behind which nobody listens
    NoAccess,    ///< this user may not open it
    Distrusted,  ///< it is not to be trusted, and nothing was sent
    Unreachable  ///< what leads there failed, as an ssh that could not log in
  } cause = Cause::Closed;
  QString text;  ///< from the system or the program that carried it
};

/// A stream of bytes to a server: a unix socket, or the user's own ssh.
/// Threads: lives in the I/O thread. Never blocks.
class LinkTransport : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  /// Begins to connect; `opened` or `ended` follows.
  virtual void open() = 0;
  /// Ends at once; no signal comes after that until the next open().
  virtual void close() = 0;
  [[nodiscard]] virtual bool isIdle() const = 0;
  [[nodiscard]] virtual QByteArray readAll() = 0;
  /// Takes as many bytes as it can; what it took leaves without further calls.
  virtual qint64 write(std::string_view bytes) = 0;
  /// Process at the other end on this machine; 0 if that is not known.
  [[nodiscard]] virtual pid_t peer() const { return 0; }
  /// What the program that carries the stream had to say, by lines; for people.
  [[nodiscard]] virtual QStringList output() const { return {}; }
  /// After `moved` the same stream goes on with the next generation's greeting.
  [[nodiscard]] virtual bool followsByItself() const { return false; }
  /// Whether what readAll() gives next comes from another connection to the server, which knows nothing of
  /// what was said before. To be asked after each readAll(), and with that this side is taken to know.
  [[nodiscard]] virtual bool beginsAnew() { return false; }

 Q_SIGNALS:
  void opened();
  void readyRead();
  /// Comes once, from the event loop and never from inside a call, when all that was sent can be read.
  void ended(const uninterruptible::admin::TransportEnd& end);
};

}  // namespace uninterruptible::admin
