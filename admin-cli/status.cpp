#include <time.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "choose_server.hpp"
#include "commands.hpp"
#include "counters.hpp"
#include "json_writer.hpp"
#include "link.hpp"
#include "record_json.hpp"
#include "screen.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

std::uint64_t connections_of(const control::ServerStatus& status) {
  return std::accumulate(status.generations.begin(), status.generations.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& one) { return sum + one.connections; });
}

void print_json(const control::ServerStatus& status, const std::string& path) {
  JsonWriter json;
  json.begin_object()
      .field("schema", 1)
      .field("name", status.name)
      .field("path", path)
      .field("generation", status.generation)
      .field("pid", status.pid)
      .field("connections", connections_of(status))
      .field("restart_step", status.restart_step)
      .field("binds", status.binds)
      .field("addresses", status.addresses)
      .field("start_command", status.start_command)
      .field("drain_timeout_ms", status.drain_timeout.count())
      .field("rollback_window_ms", status.rollback_window.count())
      .field("lost_paths", status.lost_paths);
  if (status.program_changed) json.field("program_changed", *status.program_changed);
  json.key("generations").begin_list();
  for (const control::GenerationStatus& one : status.generations) {
    json.begin_object();
    write_fields(json, one);
    json.end_object();
  }
  json.end_list().end_object();
  print_line(json.text());
}

std::string joined(const std::vector<std::string>& texts, const char* separator) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : separator) + shown(text);
  return all.empty() ? "-" : all;
}

std::string until(const std::optional<control::WallTime>& time) {
  if (!time) return "-";
  const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  return *time <= now ? "now" : "in " + format_duration(*time - now);
}

void print_counters(const control::ServerStatus& status) {
  const auto sums = sum_of_counters(status);
  if (sums.empty()) return;
  print_line("");
  Table table({{"COUNTER"}, {"COUNT", true}});
  for (const auto& [name, count] : sums) table.add({shown(name), std::to_string(count)});
  table.print();
}

/// "in 96 d 4 h" or "12 d 3 h ago", of a fact that is a time.
std::string distance(const std::string& name, const std::string& text) {
  std::tm time{};
  const char* const rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &time);
  if (!name.ends_with("_until") || rest == nullptr || *rest != '\0') return {};
  const auto left =
      std::chrono::system_clock::from_time_t(::timegm(&time)) - std::chrono::system_clock::now();
  const std::string far = format_duration(
      std::chrono::duration_cast<std::chrono::milliseconds>(left < left.zero() ? -left : left));
  return left < left.zero() ? " (" + far + " ago)" : " (in " + far + ")";
}

/// Generations that say the same share a row: what differs is what a restart has changed.
void print_facts(const control::ServerStatus& status) {
  std::map<std::pair<std::string, std::string>, std::string> generations_by_fact;
  for (const control::GenerationStatus& one : status.generations) {
    for (const auto& fact : one.facts) {
      std::string& generations = generations_by_fact[fact];
      generations += (generations.empty() ? "" : ", ") + std::to_string(one.generation);
    }
  }
  if (generations_by_fact.empty()) return;
  print_line("");
  Table table({{"FACT"}, {"GENERATION"}, {"STATED"}});
  for (const auto& [fact, generations] : generations_by_fact)
    table.add({shown(fact.first), generations, shown(fact.second) + distance(fact.first, fact.second)});
  table.print();
}

/// With a column for versions where one is stated.
void print_generations(const control::ServerStatus& status) {
  const bool versions = std::any_of(status.generations.begin(), status.generations.end(),
                                    [](const auto& one) { return !one.version.empty(); });
  std::vector<Table::Column> columns = {{"GENERATION", true},  {"PID", true},      {"STATE", false, true},
                                        {"CONNECTIONS", true}, {"ACCEPTED", true}, {"RUNS FOR"},
                                        {"DRAINS FOR"},        {"CUT OFF"}};
  if (versions) columns.push_back({"VERSION"});
  Table table(std::move(columns));
  for (const control::GenerationStatus& one : status.generations) {
    std::vector<std::string> cells = {std::to_string(one.generation),
                                      std::to_string(one.pid),
                                      shown(one.state),
                                      std::to_string(one.connections),
                                      std::to_string(one.accepted),
                                      age(one.started_at),
                                      one.draining_since ? age(*one.draining_since) : "-",
                                      until(one.cut_off_at)};
    if (versions) cells.push_back(one.version.empty() ? "-" : shown(one.version));
    table.add(std::move(cells));
  }
  table.print();
}

void print_text(const control::ServerStatus& status) {
  const auto limit = [](std::chrono::milliseconds value) {
    return value.count() == 0 ? "none" : format_duration(value);
  };
  print_line(shown(status.name) + ": generation " + std::to_string(status.generation) + " (pid " +
             std::to_string(status.pid) + "), " + std::to_string(connections_of(status)) + " connections");
  print_line("  listens at     " + joined(status.addresses.empty() ? status.binds : status.addresses, ", "));
  for (const std::string& path : status.lost_paths)
    print_line("  LOST           " + shown(path) +
               ": removed or replaced by another program; clients cannot find this server there until it is "
               "started anew");
  print_line("  start command  " + joined(status.start_command, " "));
  if (status.program_changed.value_or(false))
    print_line(
        "  CHANGED        the program on disk is not the one that runs: a restart would start the new one");
  print_line("  drain timeout  " + limit(status.drain_timeout));
  print_line("  trial          " + limit(status.rollback_window));
  if (!status.restart_step.empty())
    print_line("  restart        going on, step " + shown(status.restart_step));
  print_line("");
  print_generations(status);
  print_facts(status);
  print_counters(status);
}

}  // namespace

ExitCode status(const Request& request) {
  const control::Target target = choose_server(request.server);
  const auto print = [&] {
    const auto reply = ask_again_when_lost(target, Deadline::after(reply_limit), [](Link& link) {
      return link.reply<control::StatusReply>(link.session().request_status());
    });
    if (request.json) {
      print_json(reply.status, target.path);
    } else {
      print_text(reply.status);
    }
  };
  if (request.interval) {
    show_again(*request.interval, 0, request.json, print);
  } else {
    print();
  }
  return ExitCode::done;
}

}  // namespace uninterruptible::cli
