#include "restart_report.hpp"

#include <algorithm>
#include <cstring>

#include "base/text.hpp"
#include "json_writer.hpp"
#include "record_json.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

std::string how_it_ended(const control::Step& step) {
  const std::string process =
      "the new process" + (step.pid != 0 ? " (pid " + std::to_string(step.pid) + ")" : "");
  if (step.exit_status) return process + " exited with status " + std::to_string(*step.exit_status);
  if (!step.term_signal) return {};
  const char* const name = ::sigabbrev_np(*step.term_signal);
  return process + " was ended by signal " + std::to_string(*step.term_signal) +
         (name != nullptr ? std::string(" (SIG") + name + ")" : "");
}

}  // namespace

const control::Step* RestartReport::last() const {
  // After the end further steps may have been told, of the drain.
  const std::string end = outcome == "drained" ? "final" : outcome;
  const auto found =
      std::find_if(steps.rbegin(), steps.rend(), [&](const control::Step& one) { return one.step == end; });
  return found == steps.rend() ? nullptr : &*found;
}

void print_step(const control::Step& step) {
  const std::string word = shown(step.step);
  const std::string name = painted(word) + std::string(word.size() < 11 ? 11 - word.size() : 0, ' ');
  std::string elapsed = format_duration(step.elapsed);
  elapsed.insert(0, elapsed.size() < 9 ? 9 - elapsed.size() : 0, ' ');
  std::string line = "  " + name + "  " + elapsed;
  if (!step.text.empty()) line += "  " + shown(step.text);
  print_line(line);
}

void print_restart_json(const RestartReport& report) {
  JsonWriter json;
  json.begin_object().field("schema", 1).field("outcome", report.outcome).field("name", report.name);
  if (report.restart != 0) json.field("restart", report.restart).field("generation", report.generation);
  json.field("serving", report.serving);
  if (!report.reason.empty()) json.field("reason", report.reason);
  if (const control::Step* const last = report.last();
      last != nullptr && exit_code(report) != ExitCode::done) {
    json.field("failed_at", last->failed_at);
    if (last->exit_status) json.field("exit_status", *last->exit_status);
    if (last->term_signal) json.field("term_signal", *last->term_signal);
    json.field("output", last->output);
  }
  json.key("steps").begin_list();
  for (const control::Step& step : report.steps) {
    json.begin_object();
    write_fields(json, step);
    json.end_object();
  }
  json.end_list().end_object();
  print_line(json.text());
}

void print_restart_end(const RestartReport& report) {
  const control::Step* const last = report.last();
  if (report.outcome == "final") {
    std::string line = shown(report.name) + ": generation " + std::to_string(report.generation);
    if (last != nullptr && last->pid != 0) line += " (pid " + std::to_string(last->pid) + ")";
    line += " is live";
    if (last != nullptr) line += ". The restart took " + format_duration(last->elapsed);
    return print_line(line + ".");
  }
  if (report.outcome == "rehearsed") {
    return print_line(shown(report.name) + ": " + (last != nullptr ? shown(last->text) : "rehearsed") + ".");
  }
  if (report.outcome == "timed_out") {
    print_error("the restart of " + shown(report.name) + " is not through: " + shown(report.reason));
    return print_note("Try: 'uninterruptiblectl status' to see where it is");
  }
  if (report.outcome == "interrupted") {
    return print_error("interrupted; the restart goes on, see 'uninterruptiblectl status'");
  }
  std::string line = "restart of " + shown(report.name);
  line += report.outcome == "rolled_back" ? " was rolled back"
          : report.outcome == "refused"   ? " was refused"
                                          : " failed";
  if (last != nullptr && !last->failed_at.empty()) line += " at \"" + shown(last->failed_at) + "\"";
  print_error(line + ": " + shown(report.reason));
  if (last != nullptr) {
    if (const std::string end = how_it_ended(*last); !end.empty()) print_note("  " + end);
    for (const std::string& text : last->output) print_note("  | " + (text.empty() ? text : shown(text)));
  }
  print_note("Generation " + std::to_string(report.serving) + " keeps serving.");
}

ExitCode exit_code(const RestartReport& report) {
  if (report.outcome == "final" || report.outcome == "drained" || report.outcome == "rehearsed")
    return ExitCode::done;
  if (report.outcome == "rolled_back") return ExitCode::rolled_back;
  if (report.outcome == "timed_out") return ExitCode::timed_out;
  if (report.outcome == "interrupted") return ExitCode::interrupted;
  return ExitCode::failed;
}

}  // namespace uninterruptible::cli
