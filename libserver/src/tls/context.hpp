#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct ssl_ctx_st;

namespace uninterruptible::tls {

enum class Version { tls1_1, tls1_2, tls1_3 };

/// What a server's TLS is made of. The texts are PEM.
struct ContextOptions {
  std::string_view key;
  std::string certificate;               ///< the server's own first, then who signed it, and so on
  Version oldest = Version::tls1_2;      ///< oldest version that clients may speak
  std::optional<int> security_level;     ///< unset: what OpenSSL is set up for
  std::optional<std::string> client_ca;  ///< set: clients must show a certificate signed by one of these
  std::string name;                      ///< sessions of servers with different names do not mix
};

/// What is wrong with one of the options, named as in Configuration.
struct Problem {
  std::string option;
  std::string reason;
};

/// Keys, certificates and rules of a server's TLS, unchanging once made, so that any thread may begin
/// connections with it. A restart makes a new one, from what the files hold then.
class Context {
 public:
  /// Null, with `problems` appended, when something cannot be used. Never prompts, never waits.
  [[nodiscard]] static std::shared_ptr<const Context> make(const ContextOptions& options,
                                                           std::vector<Problem>& problems);

  /// What an operator should know although it works: a certificate that expires, a chain out of order.
  [[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return warnings_; }
  /// One line: what is demanded of clients.
  [[nodiscard]] const std::string& rules() const noexcept { return rules_; }
  /// What clients are shown.
  struct Certificate {
    std::string subject;  ///< on one line, as RFC 2253 has it
    std::string until;    ///< the moment it ends, `2027-03-01T12:00:00Z`
  };
  [[nodiscard]] const Certificate& certificate() const noexcept { return certificate_; }

  /// OpenSSL's object, borrowed.
  [[nodiscard]] ssl_ctx_st* get() const noexcept { return context_.get(); }

 private:
  class Making;
  Context() = default;

  std::shared_ptr<ssl_ctx_st> context_;
  std::vector<std::string> warnings_;
  std::string rules_;
  Certificate certificate_;
};

}  // namespace uninterruptible::tls
