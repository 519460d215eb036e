#pragma once

#include <string>

#include "support/sandbox.hpp"

namespace testing {

/// A key and a certificate signed with it, made by the openssl command.
struct Certificate {
  std::string key;   ///< path of the PEM file
  std::string file;  ///< path of the PEM file with the certificate

  /// Files `stem`.key and `stem`.crt in the sandbox; the same path again is a renewal.
  [[nodiscard]] static Certificate make(const Sandbox& sandbox, const std::string& stem = "tls",
                                        const std::string& common_name = "localhost");
  /// Makes it one that expired yesterday.
  void expire(const Sandbox& sandbox) const;
  void encrypt_key(const Sandbox& sandbox) const;
};

/// The same address with TLS: tls://HOST:PORT for tcp://HOST:PORT.
[[nodiscard]] std::string over_tls(std::string target);

}  // namespace testing
