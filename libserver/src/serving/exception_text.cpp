#include "serving/exception_text.hpp"

#include <cxxabi.h>

#include <cerrno>
#include <cstdlib>
#include <exception>
#include <memory>
#include <system_error>
#include <typeinfo>

namespace uninterruptible {

namespace {
std::string current_type() {
  const std::type_info* const type = abi::__cxa_current_exception_type();
  if (type == nullptr) return "a foreign exception";
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(type->name(), nullptr, nullptr, &status), &std::free);
  return name ? name.get() : type->name();
}
}  // namespace

std::string describe_current_exception() {
  const std::string type = current_type();
  try {
    throw;
  } catch (const std::exception& exception) {
    return type + ": " + exception.what();
  } catch (...) {
    return "something of type " + type;
  }
}

bool peer_is_the_cause() {
  try {
    throw;
  } catch (const std::system_error& error) {
    if (error.code().category() != std::generic_category() &&
        error.code().category() != std::system_category()) {
      return false;
    }
    switch (error.code().value()) {
      case ECONNRESET:
      case EPIPE:
      case ETIMEDOUT:
      case ECONNABORTED:
      case EHOSTUNREACH:
      case ENETUNREACH:
      case EPROTO: return true;
      default: return false;
    }
  } catch (...) {
    return false;
  }
}

}  // namespace uninterruptible
