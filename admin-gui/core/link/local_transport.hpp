#pragma once

#include <QLocalSocket>

#include "core/link/link_transport.hpp"

namespace uninterruptible::admin {

/// A control socket of this machine. Checks whom it speaks with before anything is sent.
class LocalTransport : public LinkTransport {
  Q_OBJECT

 public:
  explicit LocalTransport(QString path, QObject* parent = nullptr);

  void open() override;
  void close() override;
  [[nodiscard]] bool isIdle() const override;
  [[nodiscard]] QByteArray readAll() override;
  qint64 write(std::string_view bytes) override;
  [[nodiscard]] pid_t peer() const override;

 private:
  void checkPeer();
  void endLater(TransportEnd end);

  const QString path_;
  QLocalSocket socket_{this};
  int attempt_ = 0;  ///< tells reports of an older connection from those of this one
};

}  // namespace uninterruptible::admin
