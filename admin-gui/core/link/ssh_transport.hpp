#pragma once

#include <QProcess>
#include <memory>

#include "core/link/dialed_stream.hpp"
#include "core/link/link_transport.hpp"

namespace uninterruptible::admin {

/// The user's own ssh (or what UNINTERRUPTIBLE_SSH names), with `uninterruptiblectl dial-stdio` at the far
/// side: no port, no library, the user's keys and configuration. What ssh asks it asks by its askpass
/// program; where there is none it must not ask.
class SshTransport : public LinkTransport {
  Q_OBJECT

 public:
  /// `name` is the server's at the far side, empty for the only one there.
  SshTransport(QString host, QString name, QObject* parent = nullptr);
  ~SshTransport() override;

  void open() override;
  void close() override;
  [[nodiscard]] bool isIdle() const override { return process_ == nullptr; }
  [[nodiscard]] QByteArray readAll() override;
  qint64 write(std::string_view bytes) override;
  [[nodiscard]] bool followsByItself() const override { return true; }
  [[nodiscard]] bool beginsAnew() override;
  [[nodiscard]] QStringList output() const override;

 private:
  void finish(int exitCode);
  void readErrors();

  const QString host_;
  const QString name_;
  std::unique_ptr<QProcess> process_;
  DialedStream stream_;
  bool opened_ = false;
  QByteArray errors_;  ///< what ssh and the far side said, the end of it
};

/// Arguments of ssh for such a server; `host` may end in a port.
[[nodiscard]] QStringList sshArguments(const QString& host, const QString& name, bool mayAsk);

}  // namespace uninterruptible::admin
