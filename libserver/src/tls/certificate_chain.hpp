#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tls/pointers.hpp"

namespace uninterruptible::tls {

/// Reads every certificate of a PEM text, in its order. Other blocks and comments are skipped. Throws
/// std::invalid_argument saying what is wrong: none there, one that cannot be read, too many (100).
[[nodiscard]] std::vector<CertificatePtr> read_certificates(const std::string& pem);

/// Reads the private key of a PEM text. Throws std::invalid_argument; an encrypted key is refused, since
/// nobody is there to be asked for its passphrase.
[[nodiscard]] KeyPtr read_key(std::string_view pem);

/// Subject of a certificate on one line (RFC 2253), e.g. `CN=echo.example,O=Example`.
[[nodiscard]] std::string subject_of(const X509* certificate);

/// What clients may stumble over: a certificate that is not valid (any more, yet), or soon will not be, and a
/// chain whose parts do not follow on one another.
[[nodiscard]] std::vector<std::string> judge_chain(const std::vector<CertificatePtr>& chain);

/// `2027-03-01T12:00:00Z`, of the moment a certificate ends.
[[nodiscard]] std::string end_of(const X509* certificate);

}  // namespace uninterruptible::tls
