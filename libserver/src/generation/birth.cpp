#include "generation/birth.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "base/text.hpp"
#include "generation/doorway.hpp"
#include "sys/packet.hpp"
#include "sys/process.hpp"
#include "sys/unix_path.hpp"
#include "uninterruptible/configuration.hpp"

namespace uninterruptible {

namespace {

constexpr std::size_t token_length = 32;
constexpr std::size_t descriptor_width = 5;
constexpr std::size_t number_width = 20;
constexpr std::size_t path_width = sys::longest_unix_path;

[[noreturn]] void refuse(const std::string& reason) {
  throw ConfigurationError(std::string(birth_variable) + ": " + reason +
                           ". It is set by a restart for the process it starts; unset it to start by hand");
}

/// What was meant for this one process: ours, and what systemd addresses to a pid.
bool is_personal(std::string_view variable) {
  const std::string_view name = variable.substr(0, variable.find('='));
  return name == birth_variable || name == "LISTEN_FDS" || name == "LISTEN_PID" || name == "LISTEN_FDNAMES" ||
         name == "LISTEN_PIDFDID" || name == "WATCHDOG_PID" || name == "WATCHDOG_USEC";
}

std::string padded(std::uint64_t number, std::size_t width) {
  const std::string digits = std::to_string(number);
  return std::string(width - digits.size(), '0') + digits;
}

/// Whether a descriptor is the one that the old generation made for this process.
bool is_channel(const BirthNote& note) {
  struct stat found {};
  return sys::is_packet_socket(note.descriptor) && ::fstat(note.descriptor, &found) == 0 &&
         found.st_ino == note.inode;
}

/// The pidfd of who made the other end, so that a channel that is closed can be told from a parent that died.
UniqueFd open_parent(int channel) {
  ucred peer{};
  socklen_t length = sizeof peer;
  if (::getsockopt(channel, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0 || peer.pid <= 0) return {};
  try {
    return sys::open_pidfd(peer.pid);
  } catch (const std::system_error&) {
    return {};
  }
}

}  // namespace

std::string format_birth_note(const BirthNote& note) {
  return "1:" + padded(static_cast<std::uint64_t>(note.descriptor), descriptor_width) + ":" + note.token +
         ":" + padded(note.generation, number_width) + ":" + padded(note.inode, number_width) + ":" +
         std::string(path_width - note.path.size(), '/') + note.path;
}

std::optional<BirthNote> parse_birth_note(std::string_view value) {
  const auto take = [&](std::size_t width) {
    const std::string_view part = value.substr(0, width);
    value.remove_prefix(std::min(width + 1, value.size()));
    return part;
  };
  constexpr std::size_t length =
      1 + 1 + descriptor_width + 1 + token_length + 1 + number_width + 1 + number_width + 1 + path_width;
  if (value.size() != length) return std::nullopt;
  for (const std::size_t at : {std::size_t{1}, 2 + descriptor_width, 3 + descriptor_width + token_length,
                               4 + descriptor_width + token_length + number_width,
                               5 + descriptor_width + token_length + 2 * number_width}) {
    if (value[at] != ':') return std::nullopt;
  }
  if (take(1) != "1") return std::nullopt;
  const auto descriptor = parse_number(take(descriptor_width), 3, 99'999);
  const std::string_view token = take(token_length);
  const auto generation = parse_number(take(number_width), 1, ~0ULL);
  const auto inode = parse_number(take(number_width), 0, ~0ULL);
  const std::string_view path = take(path_width);
  constexpr std::string_view digits = "0123456789abcdef";
  if (!descriptor || token.find_first_not_of(digits) != std::string_view::npos) return std::nullopt;
  if (!generation || !inode || path[0] != '/') return std::nullopt;
  const std::size_t begin = path.find_first_not_of('/');
  return BirthNote{static_cast<int>(*descriptor), std::string(token), *generation, *inode,
                   begin == std::string_view::npos ? std::string() : std::string(path.substr(begin - 1))};
}

std::optional<Birth> take_birth() {
  const char* const found = std::getenv(birth_variable);
  if (found == nullptr) return std::nullopt;
  const std::string value(found);
  ::unsetenv(birth_variable);

  const std::optional<BirthNote> note = parse_birth_note(value);
  if (!note) refuse("'" + escape_text(value, 200) + "' is not of the form expected");
  Birth birth;
  birth.token = note->token;
  birth.parent_generation = note->generation;
  if (is_channel(*note)) {
    birth.channel.reset(note->descriptor);
    ::fcntl(note->descriptor, F_SETFD, FD_CLOEXEC);
  } else {
    const std::string problem =
        "descriptor " + std::to_string(note->descriptor) +
        " is not the socket of the generation that waits (a wrapper closed or replaced "
        "it), and ";
    if (note->path.empty()) refuse(problem + "there is no path beside it");
    try {
      birth.channel = enter_doorway(note->path);
    } catch (const std::exception& error) {
      refuse(problem + error.what());
    }
  }
  birth.parent = open_parent(birth.channel.get());
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

std::vector<std::string> child_environment(const std::vector<std::string>& found, const BirthNote& note) {
  std::vector<std::string> environment;
  for (const std::string& variable : found) {
    if (!is_personal(variable)) environment.push_back(variable);
  }
  environment.push_back(std::string(birth_variable) + "=" + format_birth_note(note));
  return environment;
}

std::vector<std::string> current_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable)
    variables.emplace_back(*variable);
  return variables;
}

}  // namespace uninterruptible
