#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "choose_server.hpp"
#include "commands.hpp"
#include "drain_watch.hpp"
#include "link.hpp"
#include "restart_report.hpp"
#include "restart_server.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

using namespace std::chrono_literals;

std::string still_draining(const DrainWatch& watch) {
  std::string text;
  for (const control::GenerationStatus& one : watch.draining()) {
    text += (text.empty() ? "generation " : ", generation ") + std::to_string(one.generation) + " with " +
            std::to_string(one.connections) + " connections";
  }
  return text.empty() ? "old generations" : text;
}

void add_steps(RestartReport& report, const DrainWatch& watch) {
  std::copy_if(watch.steps().begin(), watch.steps().end(), std::back_inserter(report.steps),
               [&](const control::Step& step) { return step.restart == report.restart; });
}

/// Waits for the end of the older generations, and says how that went in the report.
void await_drained(Restarted& restarted, const Request& request, Deadline deadline) {
  RestartReport& report = restarted.report;
  DrainView view;
  const bool shows = !request.json && can_redraw();
  const std::uint64_t last_step = report.steps.empty() ? 0 : report.steps.back().number;
  DrainWatch watch(std::move(restarted.link), report.generation, last_step, shows ? &view : nullptr);
  const auto begin = Clock::now();
  bool drained = false;
  try {
    drained = watch.follow(deadline);
  } catch (const Stop& stop) {
    if (stop.code() != ExitCode::interrupted) throw;
    add_steps(report, watch);
    report.outcome = "interrupted";
    report.reason = "interrupted; the drain goes on, see 'uninterruptiblectl status'";
    return;
  }
  if (shows) view.clear();
  add_steps(report, watch);
  report.outcome = drained ? "drained" : "timed_out";
  if (!drained) {
    report.reason = "not drained yet: " + still_draining(watch) + ". The drain goes on";
  } else if (!request.json) {
    const auto took = std::chrono::floor<std::chrono::milliseconds>(Clock::now() - begin);
    print_line(shown(report.name) + ": drained after " + format_duration(took) + ". Generation " +
               std::to_string(report.generation) + " is the only one.");
  }
}

/// As long as somebody wants to see it. The restart is through, whatever happens meanwhile.
void look_on(Restarted& restarted, const Request& request, Deadline deadline) {
  try {
    await_drained(restarted, request, deadline);
    if (!restarted.report.reason.empty()) print_note(restarted.report.reason);
  } catch (const Stop& stop) {
    print_note(stop.what());
  }
  restarted.report.outcome = "final";
}

/// The restart of one server, told in full.
ExitCode restart_one(Link link, const Request& request) {
  const Deadline deadline = request.timeout > 0ms ? Deadline::after(request.timeout) : Deadline::never();
  Restarted restarted = restart_server(std::move(link), request, deadline);
  RestartReport& report = restarted.report;
  const bool waits = request.until == "drained";
  // Somebody who looks on sees the rest of it too, unless it is one of several servers.
  const bool looks_on = request.until.empty() && !request.json && !request.one_at_a_time && can_redraw();
  if (!request.json) print_restart_end(report);
  if (report.outcome == "final" && waits) {
    await_drained(restarted, request, deadline);
    if (!request.json && !report.reason.empty()) print_error(report.reason);
  } else if (report.outcome == "final" && looks_on) {
    look_on(restarted, request, deadline);
  }
  if (request.json) print_restart_json(report);
  return exit_code(report);
}

/// All servers are there, and may be restarted by this user, before anything happens to the first.
std::vector<control::Target> fleet(const Request& request) {
  std::vector<control::Target> targets;
  for (const std::string& name : request.servers) {
    control::Target target = choose_server(name);
    const bool twice = std::any_of(targets.begin(), targets.end(),
                                   [&](const control::Target& other) { return other.path == target.path; });
    if (twice) throw Stop(ExitCode::usage, shown(target.name) + " is named twice", "each server once");
    const Link link = connect(target);
    if (link.hello().role != "operate") {
      throw Stop(ExitCode::permission,
                 "this user may not restart " + shown(target.name) + ", only observe it", permission_advice);
    }
    targets.push_back(std::move(target));
  }
  if (targets.empty()) targets.push_back(choose_server(request.server));
  return targets;
}

ExitCode restart_fleet(const Request& request) {
  const std::vector<control::Target> targets = fleet(request);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    ExitCode code = ExitCode::done;
    try {
      code = restart_one(connect(targets[i]), request);
    } catch (const Stop& stop) {
      code = stop.code();
      print_error(stop.what());
      if (!stop.advice().empty()) print_note("Try: " + stop.advice());
    }
    if (code == ExitCode::done) continue;
    std::string rest;
    for (std::size_t j = i + 1; j < targets.size(); ++j)
      rest += (rest.empty() ? "" : ", ") + shown(request.servers[j]);
    print_error(std::to_string(i) + " of " + std::to_string(targets.size()) + " servers were restarted" +
                (rest.empty() ? std::string() : ". Not touched: " + rest));
    return i == 0 || code == ExitCode::interrupted ? code : ExitCode::in_part;
  }
  return ExitCode::done;
}

}  // namespace

ExitCode restart(const Request& request) {
  if (request.one_at_a_time) return restart_fleet(request);
  return restart_one(connect(choose_server(request.server)), request);
}

}  // namespace uninterruptible::cli
