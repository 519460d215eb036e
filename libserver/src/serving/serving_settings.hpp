#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "net/networks.hpp"
#include "tls/context.hpp"
#include "uninterruptible/configuration.hpp"

namespace uninterruptible {

/// What Server itself follows of a Configuration, with environment and defaults applied and everything
/// checked.
struct ServingSettings {
  std::shared_ptr<const tls::Context> tls;  ///< null: TCP addresses are served as they are
  net::Networks networks;                   ///< empty: all
  std::string networks_text;                ///< the same for people: `10.0.0.0/8, ::1/128`
  int max_connections = 0;                  ///< 0: no limit
  int max_connections_per_address = 0;      ///< 0: no limit
  std::chrono::milliseconds handshake_timeout{30'000};
  std::chrono::milliseconds idle_timeout{0};     ///< 0: no limit
  std::chrono::milliseconds request_timeout{0};  ///< 0: no limit
  std::vector<std::string> warnings;             ///< what works, and yet should be known
};

/// Checks all of a Configuration, also what Generation follows, so that one ConfigurationError names every
/// problem before anything is bound, written or disturbed.
[[nodiscard]] ServingSettings resolve_serving_settings(const Configuration& configuration);

}  // namespace uninterruptible
