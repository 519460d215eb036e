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
  ServerAddress address{
      .name = rest.section(QLatin1Char('/'), 1), .path = {}, .host = rest.section(QLatin1Char('/'), 0, 0)};
  // With a further slash it is a path, as a URL has it.
  const bool isPath = address.name.contains(QLatin1Char('/'));
  if (isPath && !address.name.startsWith(QLatin1Char('/'))) address.name.prepend(QLatin1Char('/'));
  if (address.host.isEmpty() || address.host.startsWith(QLatin1Char('-'))) return {};
  return address;
}

}  // namespace uninterruptible::admin
