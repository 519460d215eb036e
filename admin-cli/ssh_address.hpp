#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uninterruptible::cli {

inline constexpr std::string_view ssh_scheme = "ssh://";

/// A server on another machine: `ssh://[USER@]HOST[:PORT][/NAME or /PATH]`.
struct SshAddress {
  std::string user;    ///< empty: ssh's choice
  std::string host;    ///< an IPv6 address without its brackets
  std::string port;    ///< empty: ssh's choice
  std::string server;  ///< a name, or the absolute path of a socket; empty: the only one there

  /// Throws Stop with code `usage` for what is no such address, also where ssh or the far shell could take a
  /// part of it for something else.
  [[nodiscard]] static SshAddress parse(std::string_view text);

  /// Arguments of ssh(1) that run dial-stdio there, the program itself left out. With `batch` nobody is asked
  /// for anything.
  [[nodiscard]] std::vector<std::string> arguments(bool batch) const;
  /// How a person says it to ssh: "ssh -p 2222 ops@host".
  [[nodiscard]] std::string by_hand() const;
};

/// The program that UNINTERRUPTIBLE_SSH names, with its first arguments; else ssh. Throws Stop with code
/// `usage` where the variable is empty or has an open quote.
[[nodiscard]] std::vector<std::string> ssh_program();

}  // namespace uninterruptible::cli
