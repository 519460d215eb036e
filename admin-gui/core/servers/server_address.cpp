#include "core/servers/server_address.hpp"

namespace uninterruptible::admin {

QString ServerAddress::argument() const {
  if (isLocal()) return path;
  const auto far = QStringLiteral("ssh://") + host;
  return name.isEmpty() ? far : far + QLatin1Char('/') + name;
}

std::optional<ServerAddress> ServerAddress::ofSsh(const QString& argument) {
  const QLatin1String scheme("ssh://");
  if (!argument.startsWith(scheme)) return {};
  const auto rest = argument.mid(scheme.size());
  const ServerAddress address{
      .name = rest.section(QLatin1Char('/'), 1), .path = {}, .host = rest.section(QLatin1Char('/'), 0, 0)};
  if (address.host.isEmpty() || address.host.startsWith(QLatin1Char('-'))) return {};
  return address;
}

}  // namespace uninterruptible::admin
