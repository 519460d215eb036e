#include "tls/context.hpp"

#include <openssl/err.h>
#include <openssl/sha.h>

#include <array>
#include <new>
#include <stdexcept>

#include "tls/certificate_chain.hpp"
#include "tls/error_text.hpp"

namespace uninterruptible::tls {

namespace {

constexpr int level_of_tls1_1 = 0;

int number_of(Version version) noexcept {
  switch (version) {
    case Version::tls1_1: return TLS1_1_VERSION;
    case Version::tls1_2: return TLS1_2_VERSION;
    case Version::tls1_3: return TLS1_3_VERSION;
  }
  return TLS1_2_VERSION;
}

const char* text_of(Version version) noexcept {
  switch (version) {
    case Version::tls1_1: return "TLSv1_1";
    case Version::tls1_2: return "TLSv1_2";
    case Version::tls1_3: return "TLSv1_3";
  }
  return "";
}

}  // namespace

/// The steps of make(); each adds to the problems what it finds wrong, so that all are named at once.
class Context::Making {
 public:
  Making(const ContextOptions& options, std::vector<Problem>& problems)
      : options_(options), problems_(problems), context_(SSL_CTX_new(TLS_server_method())) {
    if (!context_) throw std::runtime_error("TLS cannot be set up: " + take_error_text());
  }

  std::shared_ptr<const Context> run() {
    const std::size_t before = problems_.size();
    set_rules();
    const KeyPtr key = read_key_option();
    const std::vector<CertificatePtr> chain =
        read_certificates_option("tls_certificate", options_.certificate);
    if (!chain.empty()) use_chain(chain, key.get());
    if (options_.client_ca) demand_client_certificates(*options_.client_ca);
    set_session_id_context();
    if (problems_.size() != before) return nullptr;

    const std::shared_ptr<Context> made(new Context());
    made->context_ = std::shared_ptr<SSL_CTX>(std::move(context_));
    made->warnings_ = judge_chain(chain);
    made->certificate_ = {subject_of(chain.front().get()), end_of(chain.front().get())};
    made->rules_ = std::string(text_of(options_.oldest)) + " or newer" +
                   (options_.client_ca ? ", client certificates demanded" : "");
    return made;
  }

 private:
  void problem(const char* option, const std::string& reason) { problems_.push_back({option, reason}); }

  /// Said explicitly, since the system's openssl.cnf may say something else.
  void set_rules() {
    SSL_CTX* const context = context_.get();
    if (options_.security_level) SSL_CTX_set_security_level(context, *options_.security_level);
    SSL_CTX_set_min_proto_version(context, number_of(options_.oldest));
    SSL_CTX_set_max_proto_version(context, 0);
    SSL_CTX_set_options(context,
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_clear_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION |
                                       SSL_OP_NO_TLSv1_2 | SSL_OP_NO_TLSv1_3);
    SSL_CTX_set_max_early_data(context, 0);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    const int level = SSL_CTX_get_security_level(context);
    if (options_.oldest == Version::tls1_1 && level > level_of_tls1_1) {
      problem("tls_version",
              "OpenSSL 3 speaks TLS 1.1 at security level 0 only, and the level is " + std::to_string(level) +
                  ": set tls_security_level to 0 as well if such clients must be served (it weakens all of "
                  "TLS), or ask for TLSv1_2");
    }
  }

  KeyPtr read_key_option() {
    try {
      return read_key(options_.key);
    } catch (const std::invalid_argument& error) {
      problem("tls_key", error.what());
      return nullptr;
    }
  }

  std::vector<CertificatePtr> read_certificates_option(const char* option, const std::string& pem) {
    try {
      return read_certificates(pem);
    } catch (const std::invalid_argument& error) {
      problem(option, error.what());
      return {};
    }
  }

  void use_chain(const std::vector<CertificatePtr>& chain, EVP_PKEY* key) {
    SSL_CTX* const context = context_.get();
    ERR_clear_error();
    if (SSL_CTX_use_certificate(context, chain.front().get()) != 1) {
      return problem("tls_certificate", refusal("certificate 1"));
    }
    for (std::size_t i = 1; i < chain.size(); ++i) {
      if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) {
        return problem("tls_certificate", refusal("certificate " + std::to_string(i + 1)));
      }
    }
    if (key == nullptr) return;
    if (X509_check_private_key(chain.front().get(), key) != 1) return name_mismatch(chain, key);
    ERR_clear_error();
    if (SSL_CTX_use_PrivateKey(context, key) != 1) problem("tls_key", refusal("the key"));
  }

  void name_mismatch(const std::vector<CertificatePtr>& chain, EVP_PKEY* key) {
    for (std::size_t i = 1; i < chain.size(); ++i) {
      if (X509_check_private_key(chain[i].get(), key) != 1) continue;
      ERR_clear_error();
      return problem("tls_certificate", "the certificate that belongs to tls_key is number " +
                                            std::to_string(i + 1) + "; it must come first");
    }
    ERR_clear_error();
    problem("tls_key", "does not belong to the certificate of tls_certificate (" +
                           subject_of(chain.front().get()) + ")");
  }

  std::string refusal(const std::string& what) {
    const unsigned long error = ERR_peek_error();
    const int reason = ERR_GET_REASON(error);
    const bool is_weak = ERR_GET_LIB(error) == ERR_LIB_SSL &&
                         (reason == SSL_R_EE_KEY_TOO_SMALL || reason == SSL_R_CA_KEY_TOO_SMALL ||
                          reason == SSL_R_CA_MD_TOO_WEAK || reason == SSL_R_DH_KEY_TOO_SMALL);
    return what + " is refused: " + take_error_text() +
           (is_weak ? " for security level " + std::to_string(SSL_CTX_get_security_level(context_.get())) +
                          "; make a stronger one, or lower tls_security_level knowingly"
                    : "");
  }

  void demand_client_certificates(const std::string& pem) {
    X509_STORE* const store = SSL_CTX_get_cert_store(context_.get());
    for (const CertificatePtr& signer : read_certificates_option("client_tls_certificate_ca", pem)) {
      ERR_clear_error();
      if (X509_STORE_add_cert(store, signer.get()) != 1 ||
          SSL_CTX_add_client_CA(context_.get(), signer.get()) != 1) {
        return problem("client_tls_certificate_ca", refusal(subject_of(signer.get())));
      }
    }
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }

  /// Without one a session that a client resumes fails where client certificates are demanded. It is made of
  /// who may sign them, so that a session from before a change of the CA does not count after it.
  void set_session_id_context() {
    const std::string text = options_.name + '\0' + options_.client_ca.value_or("");
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    static_assert(SHA256_DIGEST_LENGTH <= SSL_MAX_SID_CTX_LENGTH);
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    SSL_CTX_set_session_id_context(context_.get(), digest.data(), digest.size());
  }

  const ContextOptions& options_;
  std::vector<Problem>& problems_;
  ContextPtr context_;
};

std::shared_ptr<const Context> Context::make(const ContextOptions& options, std::vector<Problem>& problems) {
  return Making(options, problems).run();
}

}  // namespace uninterruptible::tls
