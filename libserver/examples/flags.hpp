#pragma once

#include <optional>
#include <string>

#include "uninterruptible/configuration.hpp"
#include "uninterruptible/connection.hpp"

namespace examples {

/// What the command line of an example says. Options that are not given stay unset, so that their environment
/// variables and defaults hold.
struct Flags {
  uninterruptible::Configuration configuration;
  bool lines = false;  ///< answer lines until the client ends, `PID?` with the process id, `TLS?` with what
                       ///< TLS agreed on
  bool log_requests = false;  ///< log every answered line at info
};

/// Who accepts: Server has options that a loop of one's own would have to follow itself.
enum class Serves { by_server, by_own_loop };

/// Reads the command line. For --help, and for a mistake in it, prints and ends the process (exit code 0 or
/// 2).
Flags parse_flags(int argc, char** argv, const std::string& description, Serves serves = Serves::by_server);

/// What an example answers to a line.
std::string answer_to(const std::string& line, const Flags& flags,
                      const std::optional<uninterruptible::Connection::Tls>& tls = {});

}  // namespace examples
