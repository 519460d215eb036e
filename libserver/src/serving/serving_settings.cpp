#include "serving/serving_settings.hpp"

#include <utility>

#include "settings/options.hpp"
#include "settings/settings.hpp"

namespace uninterruptible {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds shortest_handshake_timeout{10};
constexpr int most_connections = 1'000'000;

constexpr Options::Variable variables[] = {
    {"tls_key", "TLS_KEY"},
    {"tls_certificate", "TLS_CERTIFICATE"},
    {"tls_version", "TLS_VERSION"},
    {"tls_security_level", "UNINTERRUPTIBLE_TLS_SECURITY_LEVEL"},
    {"verify_client_tls_certificate", "VERIFY_CLIENT_TLS_CERTIFICATE"},
    {"client_tls_certificate_ca", "CLIENT_TLS_CERTIFICATE_CA"},
    {"handshake_timeout", "UNINTERRUPTIBLE_HANDSHAKE_TIMEOUT"},
    {"allowed_networks", "ALLOWED_NETWORKS"},
    {"max_connections", "UNINTERRUPTIBLE_MAX_CONNECTIONS"},
    {"max_connections_per_address", "UNINTERRUPTIBLE_MAX_CONNECTIONS_PER_ADDRESS"},
    {"idle_timeout", "UNINTERRUPTIBLE_IDLE_TIMEOUT"},
    {"request_timeout", "UNINTERRUPTIBLE_REQUEST_TIMEOUT"},
};

}  // namespace

ServingSettings resolve_serving_settings(const Configuration& configuration) {
  ServingSettings settings;
  Options options(variables);
  static_cast<void>(resolve_settings(configuration, Storey::server, options.problems()));
  options.duration("handshake_timeout", configuration.handshake_timeout, shortest_handshake_timeout,
                   settings.handshake_timeout);
  options.number("max_connections", configuration.max_connections, 1, most_connections,
                 settings.max_connections);
  options.number("max_connections_per_address", configuration.max_connections_per_address, 1,
                 most_connections, settings.max_connections_per_address);
  options.duration("idle_timeout", configuration.idle_timeout, milliseconds(0), settings.idle_timeout);
  options.duration("request_timeout", configuration.request_timeout, milliseconds(0),
                   settings.request_timeout);
  if (!options.problems().empty()) throw ConfigurationError(std::move(options.problems()));
  return settings;
}

}  // namespace uninterruptible
