#include "ssh_address.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/text.hpp"
#include "outcome.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

constexpr const char* form = "ssh://[USER@]HOST[:PORT][/NAME or /PATH]";

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
  throw Stop(ExitCode::usage, "'" + shown(text) + "' is no address of a server: " + why, form);
}

/// Letters, digits and what hosts and users are made of otherwise: nothing that a shell or ssh's own
/// configuration (a ProxyCommand with %h) could take for more than a name.
bool is_plain(std::string_view text, std::string_view also) {
  return !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           also.find(c) != std::string_view::npos;
  });
}

/// One word of the far shell, whatever it is made of.
std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

}  // namespace

SshAddress SshAddress::parse(std::string_view text) {
  SshAddress address;
  std::string_view rest = text;
  rest.remove_prefix(std::min(rest.size(), ssh_scheme.size()));
  const std::size_t slash = rest.find('/');
  if (slash != std::string_view::npos) {
    // A name, or with a further slash the path as a URL has it.
    const std::string_view behind = rest.substr(slash + 1);
    const bool is_path = behind.find('/') != std::string_view::npos;
    if (is_path && behind.front() != '/') address.server = "/";
    address.server += behind;
    rest = rest.substr(0, slash);
  }
  if (address.server.starts_with('-')) refuse(text, "a server's name does not begin with '-'");
  if (std::any_of(address.server.begin(), address.server.end(),
                  [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; })) {
    refuse(text, "it has a control character");
  }
  const std::size_t at = rest.rfind('@');
  if (at != std::string_view::npos) {
    address.user = rest.substr(0, at);
    rest.remove_prefix(at + 1);
    if (!is_plain(address.user, "._-+@\\")) refuse(text, "the user's name is not one");
  }
  if (rest.starts_with('[')) {
    const std::size_t end = rest.find(']');
    if (end == std::string_view::npos) refuse(text, "a bracket is open");
    address.host = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    if (!is_plain(address.host, ":.%_-")) refuse(text, "the host is not one");
    if (!rest.empty() && rest.front() != ':') refuse(text, "after the host only a port may come");
  } else {
    const std::size_t colon = rest.find(':');
    address.host = rest.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon);
    if (!is_plain(address.host, "._-")) refuse(text, "the host is not one");
  }
  if (!rest.empty()) {
    address.port = rest.substr(1);
    if (!parse_number(address.port, 1, 65'535)) refuse(text, "a port is a number from 1 to 65535");
  }
  return address;
}

std::vector<std::string> SshAddress::arguments(bool batch) const {
  std::vector<std::string> all = {"-T", "-o", "ConnectTimeout=10"};
  if (batch) all.insert(all.end(), {"-o", "BatchMode=yes"});
  if (!port.empty()) all.insert(all.end(), {"-p", port});
  if (!user.empty()) all.insert(all.end(), {"-l", user});
  std::string command = "uninterruptiblectl dial-stdio";
  if (!server.empty()) command += " -- " + in_quotes(server);
  all.insert(all.end(), {"--", host, command});
  return all;
}

std::string SshAddress::by_hand() const {
  return "ssh " + (port.empty() ? std::string() : "-p " + port + " ") +
         (user.empty() ? std::string() : user + "@") + host;
}

std::vector<std::string> ssh_program() {
  const char* const named = std::getenv("UNINTERRUPTIBLE_SSH");
  if (named == nullptr) return {"ssh"};
  std::optional<std::vector<std::string>> words = split_command(named);
  if (!words || words->empty()) {
    throw Stop(ExitCode::usage, "UNINTERRUPTIBLE_SSH is empty, or has an open quote",
               "a program, or unset UNINTERRUPTIBLE_SSH");
  }
  return std::move(*words);
}

}  // namespace uninterruptible::cli
