#include "history_view.hpp"

#include <algorithm>
#include <cstring>
#include <ctime>
#include <optional>

#include "base/text.hpp"
#include "json_writer.hpp"
#include "record_json.hpp"
#include "restart_report.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

using control::RestartLedger;
using control::RestartRecord;

std::string when(control::WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  char text[32];
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &local));
}

std::string asked_by(const RestartRecord& restart) {
  if (restart.asker_uid) return "uid " + std::to_string(*restart.asker_uid);
  return shown(restart.asker);
}

std::string count(const std::optional<std::uint64_t>& number) {
  return number ? std::to_string(*number) : "-";
}

std::string connections(std::uint64_t number) {
  return std::to_string(number) + (number == 1 ? " connection" : " connections");
}

void line(const std::string& name, const std::string& text) {
  print_line("  " + name + std::string(name.size() < 14 ? 14 - name.size() : 1, ' ') + text);
}

/// "3.1 s before the request": of a moment that is measured from it.
std::string from_the_request(std::chrono::microseconds moment) {
  if (moment.count() < 0) return format_short(-moment) + " before the request";
  return format_short(moment) + " after the request";
}

std::string generation(std::uint64_t number, pid_t pid) {
  return std::to_string(number) + (pid != 0 ? " (pid " + std::to_string(pid) + ")" : "");
}

std::string how_it_ended(const RestartRecord& restart) {
  if (restart.exit_status) return "exited with status " + std::to_string(*restart.exit_status);
  const char* const name = ::sigabbrev_np(restart.term_signal.value_or(0));
  return "was ended by signal " + std::to_string(restart.term_signal.value_or(0)) +
         (name != nullptr ? std::string(" (SIG") + name + ")" : "");
}

/// Empty where nothing is known.
std::string queue_text(const control::ListenerLedger& listener) {
  std::string text;
  if (listener.queued) {
    text = std::to_string(*listener.queued) + " queued at commit";
    if (listener.queue_limit) text += " (limit " + std::to_string(*listener.queue_limit) + ")";
  }
  if (listener.turned_away)
    text += (text.empty() ? "" : ", ") + std::to_string(*listener.turned_away) + " turned away";
  return text;
}

/// What became of the connections that the old generation had.
std::string connections_text(const RestartRecord& restart) {
  const RestartLedger& ledger = restart.ledger;
  const std::uint64_t finished = ledger.finished.value_or(0);
  const std::uint64_t cut = ledger.cut.value_or(0);
  const std::uint64_t left = *ledger.open_at_final - std::min(*ledger.open_at_final, finished + cut);
  std::string text =
      connections(*ledger.open_at_final) + " at final: " + std::to_string(finished) + " finished";
  if (ledger.closed.value_or(0) > 0)
    text += " (" + std::to_string(*ledger.closed) + " of them were asked to)";
  text += ", " + std::to_string(cut) + (cut == 1 ? " was cut" : " were cut");
  if (left == 0) return text;
  return text + ", " + std::to_string(left) +
         (restart.outcome == "draining" ? " still open" : " not accounted for: the process died");
}

void print_ledger(const RestartRecord& restart) {
  const RestartLedger& ledger = restart.ledger;
  if (ledger == RestartLedger{}) return;
  print_line("ledger");
  if (ledger.last_accept)
    line("last accept", "of generation " + std::to_string(restart.old_generation) + ", " +
                            from_the_request(*ledger.last_accept));
  if (ledger.first_accept)
    line("first accept", "of generation " + std::to_string(restart.generation) + ", " +
                             from_the_request(*ledger.first_accept));
  if (ledger.gap) line("gap", "nobody accepted for " + format_short(*ledger.gap) + " at most");
  for (const control::ListenerLedger& listener : ledger.listeners) {
    if (const std::string text = queue_text(listener); !text.empty())
      line("listener", shown(listener.bind) + ": " + text);
  }
  if (ledger.open_at_final) line("connections", connections_text(restart));
}

}  // namespace

void print_history(const std::vector<RestartRecord>& restarts) {
  Table table({{"RESTART", true},
               {"WHEN"},
               {"GENERATIONS"},
               {"OUTCOME", false, true},
               {"TOOK", true},
               {"GAP", true},
               {"FINISHED", true},
               {"CUT", true},
               {"ASKED BY"}});
  for (const RestartRecord& one : restarts) {
    table.add({std::to_string(one.restart), when(one.requested_at),
               std::to_string(one.old_generation) + " -> " + std::to_string(one.generation),
               shown(one.outcome), one.took ? format_duration(*one.took) : "-",
               one.ledger.gap ? format_short(*one.ledger.gap) : "-", count(one.ledger.finished),
               count(one.ledger.cut), asked_by(one)});
  }
  table.print();
}

void print_restart(const RestartRecord& restart) {
  std::string head = "restart " + std::to_string(restart.restart) + ": " + painted(shown(restart.outcome));
  if (!restart.failed_at.empty()) head += " at \"" + shown(restart.failed_at) + "\"";
  print_line(head);
  line("requested", when(restart.requested_at) + " by " + asked_by(restart));
  line("generations", generation(restart.old_generation, restart.old_pid) + " -> " +
                          generation(restart.generation, restart.pid));
  if (restart.took) line("took", format_duration(*restart.took));
  if (!restart.reason.empty()) line("reason", shown(restart.reason));
  if (restart.exit_status || restart.term_signal) line("new process", how_it_ended(restart));
  for (const std::string& text : restart.output) line("", text.empty() ? "|" : "| " + shown(text));
  if (!restart.steps.empty()) print_line("steps");
  for (const control::StepTime& step : restart.steps) {
    control::Step shown_step;
    shown_step.step = step.step;
    shown_step.elapsed = step.elapsed;
    shown_step.text = step.text;
    print_step(shown_step);
  }
  print_ledger(restart);
}

void print_history_json(const std::string& name, const std::vector<RestartRecord>& restarts) {
  JsonWriter json;
  json.begin_object().field("schema", 1).field("name", name).key("restarts").begin_list();
  for (const RestartRecord& one : restarts) {
    json.begin_object();
    write_fields(json, one);
    json.end_object();
  }
  json.end_list().end_object();
  print_line(json.text());
}

}  // namespace uninterruptible::cli
