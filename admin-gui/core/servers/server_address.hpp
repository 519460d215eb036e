#pragma once

#include <QString>
#include <optional>

namespace uninterruptible::admin {

/// Where a server is: a control socket of this machine, or a name at the far side of an ssh.
struct ServerAddress {
  QString name;    ///< as shown; at a far side also what it is called there, empty for the only one
  QString path{};  ///< of the control socket; empty where it is reached by ssh
  QString host{};  ///< `[user@]host[:port]` or an alias of ssh's configuration; empty for this machine

  [[nodiscard]] bool isLocal() const { return host.isEmpty(); }
  /// What `uninterruptiblectl -s` takes.
  [[nodiscard]] QString argument() const;
  /// Of `ssh://[user@]host[:port][/name or /path]`; empty if it is nothing of that kind.
  [[nodiscard]] static std::optional<ServerAddress> ofSsh(const QString& argument);
  friend bool operator==(const ServerAddress&, const ServerAddress&) = default;
};

}  // namespace uninterruptible::admin
