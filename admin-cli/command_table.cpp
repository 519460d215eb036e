#include "command_table.hpp"

#include <stdexcept>

namespace uninterruptible::cli {

namespace {

constexpr std::string_view columns = "id generation state peer local label age idle in out";

constexpr Option everywhere[] = {{"-h,--help"},
                                 {"--version"},
                                 {"-s,--server", Offer::servers},
                                 {"--json"},
                                 {"--color", Offer::words, "auto always never"}};
constexpr Option list_options[] = {{"-q"}};
constexpr Option status_options[] = {{"--watch"}};
constexpr Option top_options[] = {{"--interval", Offer::anything},
                                  {"-n,--count", Offer::anything},
                                  {"--rows", Offer::anything},
                                  {"--by", Offer::words, "rate age idle in out"}};
constexpr Option connection_options[] = {{"--generation", Offer::anything},
                                         {"--state", Offer::words, "open closing"},
                                         {"--peer", Offer::anything},
                                         {"--older", Offer::anything},
                                         {"--idle", Offer::anything},
                                         {"--columns", Offer::list, columns},
                                         {"--sort", Offer::words, columns},
                                         {"--no-header"},
                                         {"-q"},
                                         {"--no-trunc"},
                                         {"--watch"}};
constexpr Option restart_options[] = {{"--timeout", Offer::anything},
                                      {"--trial", Offer::anything},
                                      {"--drain", Offer::anything},
                                      {"--rehearse,--check"},
                                      {"--queue"},
                                      {"--one-at-a-time"},
                                      {"--until", Offer::words, "final drained"}};
constexpr Option history_options[] = {{"--limit", Offer::anything}};
constexpr Option close_options[] = {{"--generation", Offer::anything},
                                    {"--peer", Offer::anything},
                                    {"--idle", Offer::anything},
                                    {"--older", Offer::anything},
                                    {"--now,--cut"},
                                    {"--yes"}};
constexpr Option shutdown_options[] = {{"--timeout", Offer::anything}, {"--no-wait"}, {"--now"}, {"--yes"}};
constexpr Option extend_options[] = {{"--generation", Offer::anything}};
constexpr Option event_options[] = {{"--connections"},
                                    {"--log", Offer::words, "debug info warn error fatal"}};
constexpr Option wait_options[] = {{"--timeout", Offer::anything}};

constexpr Command table[] = {
    {"list", "Show the servers of this machine", false, list_options},
    {"status", "Show a server's generations (the default)", true, status_options},
    {"connections", "Show the open connections of all generations", true, connection_options},
    {"counters", "Show what each generation has counted, and the sum", true},
    {"top", "Follow generations, rates and the busiest connections", true, top_options},
    {"restart", "Replace the server by a new copy and wait until that is in charge", true, restart_options},
    {"cancel", "Give up the restart that is going on, before it is final, and wait for that", true},
    {"history", "Show the restarts so far, and what became of connections", true, history_options,
     Offer::anything},
    {"close", "Close connections politely, or cut them", true, close_options, Offer::ids},
    {"shutdown", "Let connections finish, then end the server, and wait for that", true, shutdown_options},
    {"extend-drain", "Let draining generations take longer before they are cut off", true, extend_options,
     Offer::words, "none"},
    {"log-level",
     "Show or set the log level of all generations",
     true,
     {},
     Offer::words,
     "debug info warn error fatal"},
    {"events", "Follow a server over its restarts, a line for each event", true, event_options},
    {"wait", "Wait until a server is live, drained or gone", true, wait_options, Offer::words,
     "live drained gone"},
    {"doctor", "Find out why a server cannot be reached, and what is going to trouble it", true},
    {"completion", "Write a shell's completion script", false, {}, Offer::words, "bash zsh fish"},
    {"help", "Show the help of a command", false, {}, Offer::commands},
    {"version", "Show the version", false}};

}  // namespace

std::span<const Command> commands() { return table; }

std::span<const Option> common_options() { return everywhere; }

const Command& command_named(std::string_view name) {
  for (const Command& command : table) {
    if (command.name == name) return command;
  }
  throw std::logic_error("there is no command '" + std::string(name) + "'");
}

std::vector<std::string> parts_of(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    if (end != 0) parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

}  // namespace uninterruptible::cli
