#include "serving/serving_settings.hpp"

#include <string.h>

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/text.hpp"
#include "settings/options.hpp"
#include "settings/pem_file.hpp"
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

std::optional<tls::Version> version_from(std::string_view text) {
  if (text == "TLSv1_1") return tls::Version::tls1_1;
  if (text == "TLSv1_2") return tls::Version::tls1_2;
  if (text == "TLSv1_3") return tls::Version::tls1_3;
  return std::nullopt;
}

/// One pass over what only Server follows.
class ServingResolution {
 public:
  explicit ServingResolution(const Configuration& configuration)
      : configuration_(configuration), options_(variables) {}

  ServingSettings run() {
    const Settings base = resolve_settings(configuration_, Storey::server, options_.problems());
    options_.duration("handshake_timeout", configuration_.handshake_timeout, shortest_handshake_timeout,
                      settings_.handshake_timeout);
    options_.number("max_connections", configuration_.max_connections, 1, most_connections,
                    settings_.max_connections);
    options_.number("max_connections_per_address", configuration_.max_connections_per_address, 1,
                    most_connections, settings_.max_connections_per_address);
    options_.duration("idle_timeout", configuration_.idle_timeout, milliseconds(0), settings_.idle_timeout);
    options_.duration("request_timeout", configuration_.request_timeout, milliseconds(0),
                      settings_.request_timeout);
    networks(base);
    tls(base);
    if (!options_.problems().empty()) throw ConfigurationError(std::move(options_.problems()));
    return std::move(settings_);
  }

 private:
  /// A text of PEM blocks, and how it is named in problems; its content is shown nowhere.
  struct Pem {
    Pem(Found where, std::string content) : found(std::move(where)), text(std::move(content)) {}
    Pem(Pem&&) noexcept = default;
    Pem& operator=(Pem&&) = delete;
    ~Pem() { ::explicit_bzero(text.data(), text.size()); }

    Found found;
    std::string text;
  };

  /// Whether a TCP address may be among the binds: what a passed socket is shows when it is there.
  static bool may_have_tcp(const Settings& base) {
    return base.binds.empty() || std::any_of(base.binds.begin(), base.binds.end(), [](const auto& bind) {
             return bind.kind != net::BindAddress::Kind::unix_path;
           });
  }

  void networks(const Settings& base) {
    std::vector<Found> entries;
    if (configuration_.allowed_networks) {
      for (const std::string& entry : *configuration_.allowed_networks)
        entries.push_back({"allowed_networks", entry});
    } else if (const auto found = options_.environment("allowed_networks")) {
      for (const std::string& entry : split_list(found->value, ','))
        entries.push_back({"allowed_networks", entry, found->variable});
    }
    for (const Found& entry : entries) {
      try {
        const auto added = settings_.networks.add(entry.value);
        settings_.networks_text += (settings_.networks_text.empty() ? "" : ", ") + added.network;
        if (added.host_bits) {
          settings_.warnings.push_back("allowed_networks '" + escape_text(entry.value, 100) +
                                       "' has bits set behind its prefix; taken as " + added.network);
        }
      } catch (const std::invalid_argument& error) {
        options_.problem(entry, error.what());
      }
    }
    if (!entries.empty() && !may_have_tcp(base))
      options_.problem(entries.front(), "applies to TCP addresses, and there are only unix ones");
  }

  std::optional<Pem> file(Found found) {
    try {
      PemFile read = read_pem_file(found.value);
      if (read.others_can_read && found.option == "tls_key") {
        settings_.warnings.push_back("tls_key " + escape_text(found.value, 200) +
                                     " can be read by every user of this machine; chmod 600 it");
      }
      return Pem{std::move(found), std::move(read.text)};
    } catch (const std::exception& error) {
      options_.problem(found, error.what());
      return std::nullopt;
    }
  }

  /// Set as text by the program, or as the name of a file by the environment.
  std::optional<Pem> pem(const char* option, const std::optional<std::string>& value, bool& is_set) {
    const std::optional<Found> found = options_.environment(option);
    is_set = value || found;
    if (!value) return found ? file(*found) : std::nullopt;
    Found shown{option, "PEM text of " + std::to_string(value->size()) + " bytes"};
    if (!value->empty()) return Pem{std::move(shown), *value};
    options_.problem(shown, "is empty");
    return std::nullopt;
  }

  /// What asks for something that needs TLS is an error without: who sets it relies on it.
  void refuse_without_tls(const char* option, bool is_set) {
    if (is_set) options_.problem(std::string(option) + ": needs TLS; set tls_key and tls_certificate");
  }

  void tls(const Settings& base) {
    bool has_key = false;
    bool has_certificate = false;
    const std::optional<Pem> key = pem("tls_key", configuration_.tls_key, has_key);
    const std::optional<Pem> certificate =
        pem("tls_certificate", configuration_.tls_certificate, has_certificate);
    if (has_key != has_certificate) {
      options_.problem(has_key ? "tls_key: is set, but tls_certificate is not; TLS needs both"
                               : "tls_certificate: is set, but tls_key is not; TLS needs both");
    }
    const bool wanted = has_key || has_certificate;
    if (wanted && !may_have_tcp(base)) {
      options_.problem(std::string(has_key ? "tls_key" : "tls_certificate") +
                       ": TLS applies to TCP addresses, and there are only unix ones");
    }

    tls::ContextOptions options;
    options.name = base.name;
    version(options, wanted);
    security_level(options, wanted);
    const std::optional<Pem> ca = client_ca(options, wanted);
    if (!key || !certificate) return;
    options.key = key->text;
    options.certificate = certificate->text;
    std::vector<tls::Problem> problems;
    settings_.tls = tls::Context::make(options, problems);
    const std::map<std::string, const Pem*> named{{"tls_key", &*key},
                                                  {"tls_certificate", &*certificate},
                                                  {"client_tls_certificate_ca", ca ? &*ca : nullptr}};
    for (const tls::Problem& problem : problems) {
      const auto pem = named.find(problem.option);
      if (pem != named.end() && pem->second != nullptr) {
        options_.problem(pem->second->found, problem.reason);
      } else {
        options_.problem(problem.option + ": " + problem.reason);
      }
    }
    if (!settings_.tls) return;
    const auto& warnings = settings_.tls->warnings();
    settings_.warnings.insert(settings_.warnings.end(), warnings.begin(), warnings.end());
  }

  void version(tls::ContextOptions& options, bool wanted) {
    const std::optional<Found> found = options_.text("tls_version", configuration_.tls_version);
    if (!found) return;
    if (const auto version = version_from(found->value)) {
      options.oldest = *version;
    } else {
      options_.problem(*found, "must be TLSv1_1, TLSv1_2 or TLSv1_3");
    }
    // Unlike options that a server's safety rests on: the gem's own example sets it beside no key.
    if (!wanted) {
      settings_.warnings.push_back(
          "tls_version is set, and neither tls_key nor tls_certificate: TCP addresses are served without "
          "TLS");
    }
  }

  void security_level(tls::ContextOptions& options, bool wanted) {
    int level = -1;
    options_.number("tls_security_level", configuration_.tls_security_level, 0, 5, level);
    if (level < 0) return;
    options.security_level = level;
    if (!wanted) refuse_without_tls("tls_security_level", true);
  }

  std::optional<Pem> client_ca(tls::ContextOptions& options, bool wanted) {
    bool verify = false;
    const bool is_said = configuration_.verify_client_tls_certificate.has_value() ||
                         options_.environment("verify_client_tls_certificate").has_value();
    const std::size_t problems = options_.problems().size();
    options_.boolean("verify_client_tls_certificate", configuration_.verify_client_tls_certificate, verify);
    const bool says_no = is_said && !verify && options_.problems().size() == problems;
    const std::optional<Found> path =
        options_.path("client_tls_certificate_ca", configuration_.client_tls_certificate_ca);
    if (path && says_no) {
      options_.problem(*path,
                       "demands client certificates, and verify_client_tls_certificate says not to; "
                       "unset one of them");
    }
    if (verify && !path) {
      options_.problem(
          "verify_client_tls_certificate: needs client_tls_certificate_ca, the file with those who "
          "may sign client certificates");
    }
    if (!wanted) {
      refuse_without_tls("verify_client_tls_certificate", verify);
      refuse_without_tls("client_tls_certificate_ca", path.has_value());
    }
    if (!path) return std::nullopt;
    std::optional<Pem> read = file(*path);
    if (read) options.client_ca = read->text;
    return read;
  }

  const Configuration& configuration_;
  Options options_;
  ServingSettings settings_;
};

}  // namespace

ServingSettings resolve_serving_settings(const Configuration& configuration) {
  return ServingResolution(configuration).run();
}

}  // namespace uninterruptible
