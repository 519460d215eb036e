#include "generation/birth.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "base/text.hpp"
#include "sys/packet.hpp"
#include "sys/process.hpp"
#include "uninterruptible/configuration.hpp"

namespace uninterruptible {

namespace {

constexpr std::size_t token_length = 32;

[[noreturn]] void refuse(std::string_view value, std::string_view reason) {
  throw ConfigurationError(std::string(birth_variable) + " '" + escape_text(value, 100) +
                           "': " + std::string(reason) +
                           ". It is set by a restart for the process it starts; unset it to start by hand");
}

/// What was meant for this one process: ours, and what systemd addresses to a pid.
bool is_personal(std::string_view variable) {
  const std::string_view name = variable.substr(0, variable.find('='));
  return name == birth_variable || name == "LISTEN_FDS" || name == "LISTEN_PID" || name == "LISTEN_FDNAMES" ||
         name == "WATCHDOG_PID" || name == "WATCHDOG_USEC";
}

}  // namespace

std::optional<Birth> take_birth() {
  const char* const found = std::getenv(birth_variable);
  if (found == nullptr) return std::nullopt;
  const std::string value(found);
  ::unsetenv(birth_variable);

  // 1:FFFF:TOKEN:GENERATION, each part of a fixed width
  const std::vector<std::string> parts = split_list(value, ':');
  if (parts.size() != 4 || parts[0] != "1" || parts[2].size() != token_length)
    refuse(value, "not of the form expected");
  const auto number = parse_number(parts[1], 3, 99'999);
  const auto generation = parse_number(parts[3], 1, ~0ULL);
  if (!number || !generation) refuse(value, "not of the form expected");
  const int fd = static_cast<int>(*number);
  if (!sys::is_packet_socket(fd)) {
    refuse(value, "descriptor " + std::to_string(fd) + " is not the socket of a generation that waits");
  }
  Birth birth{UniqueFd(fd), parts[2], *generation};
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  return birth;
}

std::string make_token() {
  unsigned char bytes[token_length / 2];
  if (::getrandom(bytes, sizeof bytes, 0) != static_cast<ssize_t>(sizeof bytes)) {
    throw std::system_error(errno, std::generic_category(), "getrandom");
  }
  std::string token;
  char digits[3];
  for (const unsigned char byte : bytes) {
    std::snprintf(digits, sizeof digits, "%02x", byte);
    token += digits;
  }
  return token;
}

std::vector<std::string> child_environment(const std::vector<std::string>& found, std::string_view token,
                                           std::uint64_t parent_generation) {
  std::vector<std::string> environment;
  for (const std::string& variable : found) {
    if (!is_personal(variable)) environment.push_back(variable);
  }
  char value[128];
  std::snprintf(value, sizeof value, "%s=1:%05d:%.*s:%020llu", birth_variable, sys::channel_number,
                static_cast<int>(token.size()), token.data(),
                static_cast<unsigned long long>(parent_generation));
  environment.emplace_back(value);
  return environment;
}

std::vector<std::string> current_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable)
    variables.emplace_back(*variable);
  return variables;
}

}  // namespace uninterruptible
