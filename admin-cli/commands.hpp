#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "outcome.hpp"
#include "uninterruptible/control.hpp"

/// The commands. Each writes its result to standard output and returns the exit status; errors are thrown as
/// Stop.
namespace uninterruptible::cli {

/// Which connections `connections` shows and how, as it stands on the command line.
struct ConnectionOptions {
  std::optional<std::string> generation{};
  std::optional<std::string> state{};
  std::optional<std::string> peer{};
  std::optional<std::string> older{};
  std::optional<std::string> idle{};
  std::optional<std::string> columns{};
  std::optional<std::string> sort{};
  bool header = true;
  bool cut = true;  ///< to the terminal's width
};

struct Request {
  std::optional<std::string> server;  ///< NAME, PATH, unix:PATH or ssh://...; the first of several
  std::vector<std::string> servers;   ///< all of several, for the command that takes them
  bool json = false;
  bool wait = true;                      ///< shutdown
  std::chrono::milliseconds timeout{0};  ///< restart, shutdown and wait; 0: none
  std::vector<std::string> ids;          ///< close
  control::RestartOptions restart;
  control::CloseFilter filter{};        ///< close
  bool now = false;                     ///< close and shutdown
  bool yes = false;                     ///< close and shutdown: nobody needs to be asked
  control::DrainExtension extension{};  ///< extend-drain
  std::string level;                    ///< log-level; empty: show it
  std::string word;                     ///< wait: the state; completion: the shell
  bool ids_only = false;                ///< connections; list: names
  bool with_connections = false;        ///< events
  std::string with_log{};               ///< events: lines from this level on; empty: none
  ConnectionOptions view{};             ///< connections
  bool one_at_a_time = false;           ///< restart: of all servers
  std::string until;                    ///< restart: final, drained, or empty for what suits the terminal
  /// status, connections and top: between two looks; empty: one look
  std::optional<std::chrono::milliseconds> interval{};
  std::uint64_t looks = 0;  ///< top: how many; 0: until it is ended
  std::uint64_t rows = 0;   ///< top: most connections that are shown; 0: what suits the terminal
  std::optional<std::uint64_t> number{};  ///< history: of one restart
  std::uint64_t limit = 1000;             ///< history: how many restarts
};

ExitCode list(const Request& request);
ExitCode status(const Request& request);
ExitCode connections(const Request& request);
ExitCode counters(const Request& request);
ExitCode restart(const Request& request);
ExitCode cancel(const Request& request);
ExitCode history(const Request& request);
ExitCode close(const Request& request);
ExitCode shut_down(const Request& request);
ExitCode extend_drain(const Request& request);
ExitCode log_level(const Request& request);
ExitCode events(const Request& request);
ExitCode wait_for(const Request& request);
ExitCode completion(const Request& request);
ExitCode version(const Request& request);
ExitCode top(const Request& request);
ExitCode doctor(const Request& request);
ExitCode dial_stdio(const Request& request);

}  // namespace uninterruptible::cli
