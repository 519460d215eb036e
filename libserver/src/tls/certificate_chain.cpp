#include "tls/certificate_chain.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <new>
#include <stdexcept>

#include "tls/error_text.hpp"

namespace uninterruptible::tls {

namespace {

constexpr std::size_t most_certificates = 100;
constexpr int days_of_warning = 14;

BioPtr reader(std::string_view text) {
  BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (!bio) throw std::bad_alloc();
  return bio;
}

/// Whether the queue's error only says that no further PEM block was found.
bool found_no_block() { return ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE; }

/// What the text is when it is not what was asked for.
std::string guess(std::string_view text) {
  if (!text.empty() && text.front() == '\x30') return "; it looks like DER: convert it to PEM with openssl";
  if (text.find("-----BEGIN CERTIFICATE") != std::string::npos) return "; it holds a certificate";
  if (text.find("PRIVATE KEY-----") != std::string::npos) return "; it holds a private key";
  return "";
}

int refuse_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

std::string day_of(const ASN1_TIME* time) {
  std::tm broken{};
  std::array<char, 32> text{};
  if (ASN1_TIME_to_tm(time, &broken) != 1 ||
      std::strftime(text.data(), text.size(), "%Y-%m-%d", &broken) == 0) {
    return "an unreadable date";
  }
  return text.data();
}

}  // namespace

std::vector<CertificatePtr> read_certificates(const std::string& pem) {
  std::vector<CertificatePtr> chain;
  const BioPtr bio = reader(pem);
  ERR_clear_error();
  while (CertificatePtr next{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
    if (chain.size() == most_certificates) {
      throw std::invalid_argument("has more than " + std::to_string(most_certificates) + " certificates");
    }
    chain.push_back(std::move(next));
  }
  if (!found_no_block()) {
    throw std::invalid_argument("certificate " + std::to_string(chain.size() + 1) +
                                " cannot be read: " + take_error_text());
  }
  ERR_clear_error();
  if (chain.empty()) throw std::invalid_argument("has no certificate in PEM form" + guess(pem));
  return chain;
}

KeyPtr read_key(std::string_view pem) {
  const BioPtr bio = reader(pem);
  bool asked = false;
  ERR_clear_error();
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse_passphrase, &asked));
  if (key) return key;
  if (asked) {
    ERR_clear_error();
    throw std::invalid_argument(
        "is encrypted, and a server that restarts by itself cannot ask for the passphrase; "
        "decrypt it with 'openssl pkey -in KEY -out PLAIN_KEY' and guard the file by its mode");
  }
  if (found_no_block() || pem.find("PRIVATE KEY-----") == std::string::npos) {
    ERR_clear_error();
    throw std::invalid_argument("has no private key in PEM form" + guess(pem));
  }
  throw std::invalid_argument("the private key cannot be read: " + take_error_text());
}

std::string subject_of(const X509* certificate) {
  const BioPtr text(BIO_new(BIO_s_mem()));
  if (!text) throw std::bad_alloc();
  X509_NAME_print_ex(text.get(), X509_get_subject_name(certificate), 0,
                     XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  char* start = nullptr;
  const long size = BIO_get_mem_data(text.get(), &start);
  return size > 0 ? std::string(start, static_cast<std::size_t>(size)) : std::string();
}

std::vector<std::string> judge_chain(const std::vector<CertificatePtr>& chain) {
  std::vector<std::string> warnings;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const X509* const one = chain[i].get();
    const std::string name = "certificate " + std::to_string(i + 1) + " (" + subject_of(one) + ")";
    const ASN1_TIME* const first = X509_get0_notBefore(one);
    const ASN1_TIME* const last = X509_get0_notAfter(one);
    int days = 0;
    int seconds = 0;
    if (X509_cmp_current_time(first) > 0) {
      warnings.push_back(name + " is not valid before " + day_of(first) + ": clients will refuse it");
    } else if (X509_cmp_current_time(last) < 0) {
      warnings.push_back(name + " expired on " + day_of(last) + ": clients will refuse it");
    } else if (ASN1_TIME_diff(&days, &seconds, nullptr, last) == 1 && days < days_of_warning) {
      warnings.push_back(name + " expires on " + day_of(last));
    }
    if (i + 1 < chain.size() && X509_check_issued(chain[i + 1].get(), chain[i].get()) != X509_V_OK) {
      warnings.push_back(name + " is not signed by the certificate after it: clients may refuse the chain");
    }
  }
  ERR_clear_error();
  return warnings;
}

std::string end_of(const X509* certificate) {
  std::tm time{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &time) != 1) return "an unknown time";
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &time)};
}

}  // namespace uninterruptible::tls
