#include "tls/error_text.hpp"

#include <openssl/err.h>

namespace uninterruptible::tls {

std::string take_error_text() {
  const char* details = nullptr;
  int flags = 0;
  // The first error of the queue is the cause, the later ones are who met it on the way up.
  const unsigned long error = ERR_get_error_all(nullptr, nullptr, nullptr, &details, &flags);
  std::string text = "OpenSSL gives no reason";
  if (error != 0) {
    const char* const reason = ERR_reason_error_string(error);
    text = reason != nullptr ? reason : "OpenSSL error " + std::to_string(error);
    if ((flags & ERR_TXT_STRING) != 0 && details != nullptr && *details != '\0') {
      text += std::string(" (") + details + ")";
    }
  }
  ERR_clear_error();
  return text;
}

}  // namespace uninterruptible::tls
