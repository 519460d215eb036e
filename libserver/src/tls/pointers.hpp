#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>

namespace uninterruptible::tls {

/// Frees what OpenSSL gave with the function that belongs to it.
template <auto Free>
struct Freeing {
  template <typename T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};

using BioPtr = std::unique_ptr<BIO, Freeing<&BIO_free_all>>;
using CertificatePtr = std::unique_ptr<X509, Freeing<&X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freeing<&EVP_PKEY_free>>;
using ContextPtr = std::unique_ptr<SSL_CTX, Freeing<&SSL_CTX_free>>;
using SessionPtr = std::unique_ptr<SSL, Freeing<&SSL_free>>;

}  // namespace uninterruptible::tls
