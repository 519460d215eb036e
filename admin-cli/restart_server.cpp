#include "restart_server.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

class Restart {
 public:
  Restart(Link link, const control::RestartOptions& options, bool print_steps)
      : link_(std::move(link)), options_(options), print_steps_(print_steps) {
    report_.name = link_.hello().name;
  }

  /// Returns when the restart was accepted, or has ended already. Asks again where the server cannot have
  /// accepted it: two restarts must not come of one request.
  void ask() {
    const Deadline enough = Deadline::after(reply_limit);
    subscribe(enough);
    while (true) {
      about_to_ask();
      try {
        const auto reply = link_.reply<control::RestartReply>(link_.session().request_restart(options_));
        report_.restart = reply.restart;
        queued_ = reply.queued;
        report_.generation = reply.generation;
        break;
      } catch (const Lost& lost) {
        if (!connect_to_next(enough)) throw;
        if (!lost.moved() && was_accepted(enough)) break;
      }
    }
    if (print_steps_ && queued_) {
      print_line(shown(report_.name) + ": a restart is going on; this one begins when that has ended");
    } else if (print_steps_ && report_.restart != 0 && options_.rehearse) {
      print_line(shown(report_.name) + ": rehearsing the restart of generation " +
                 std::to_string(report_.serving) + " (pid " + std::to_string(pid_) + ")");
    } else if (print_steps_ && report_.restart != 0) {
      print_line(shown(report_.name) + ": generation " + std::to_string(report_.serving) + " (pid " +
                 std::to_string(pid_) + ") is to be replaced by generation " +
                 std::to_string(report_.generation));
    }
    for (control::Step& step : std::exchange(early_, {})) {
      if (report_.outcome.empty()) take(std::move(step));
    }
  }

  /// Follows it to its end, from one generation to the next.
  void follow(Deadline deadline) {
    while (report_.outcome.empty()) {
      control::Event event;
      const Link::Woke woke = link_.wait(event, deadline);
      if (woke == Link::Woke::timeout) {
        end("timed_out", "it took longer than the limit that was given");
      } else if (woke == Link::Woke::ended || std::holds_alternative<control::Moved>(event)) {
        if (!connect_to_next(Deadline::after(reply_limit))) {
          end("timed_out", "the server ended the connection and does not answer any more");
        }
      } else if (auto* const step = std::get_if<control::Step>(&event)) {
        take(std::move(*step));
      } else if (const auto* const changed = std::get_if<control::GenerationsChanged>(&event)) {
        take(changed->status);
      }
    }
  }

  void end(std::string outcome, std::string reason) {
    report_.outcome = std::move(outcome);
    report_.reason = std::move(reason);
  }

  [[nodiscard]] const RestartReport& report() const noexcept { return report_; }
  [[nodiscard]] Restarted result() && { return {std::move(report_), std::move(link_)}; }

 private:
  void about_to_ask() {
    report_.serving = link_.hello().generation;
    pid_ = link_.hello().pid;
    last_number_ = newest_;
    reconnected_ = false;
  }

  /// From the steps on that are known already; on another connection when this one is lost.
  void subscribe(Deadline enough) {
    while (true) {
      try {
        const control::SubscribeOptions options{false, last_number_};
        const auto reply = link_.reply<control::SubscribeReply>(link_.session().request_subscribe(options));
        newest_ = reply.last_step;
        return;
      } catch (const Lost&) {
        std::optional<Link> next = connect_again(link_.target(), enough);
        if (!next) throw;
        link_ = std::move(*next);
      }
    }
  }

  /// False when nobody answers in time.
  bool connect_to_next(Deadline enough) {
    try {
      std::optional<Link> next = connect_again(link_.target(), enough);
      if (!next) return false;
      link_ = std::move(*next);
      reconnected_ = true;
      subscribe(enough);
      return true;
    } catch (const Lost&) {
      return false;
    }
  }

  /// After the connection ended without a word: whether the request was carried out, by the steps since.
  /// False when it may be made again.
  bool was_accepted(Deadline enough) {
    while (true) {
      control::Event event;
      const Link::Woke woke = link_.wait(event, enough);
      if (woke == Link::Woke::timeout)
        throw Stop(ExitCode::timed_out, shown(report_.name) + " does not answer");
      if (woke == Link::Woke::ended || std::holds_alternative<control::Moved>(event)) {
        if (!connect_to_next(enough))
          throw Stop(ExitCode::failed, shown(report_.name) + " does not answer any more");
        early_.clear();
      } else if (auto* const step = std::get_if<control::Step>(&event)) {
        if (report_.restart == 0 && step->step == "requested") {
          report_.restart = step->restart;
          report_.generation = step->generation;
        }
        if (report_.restart == step->restart) early_.push_back(std::move(*step));
      } else if (const auto* const changed = std::get_if<control::GenerationsChanged>(&event)) {
        // The steps since come before it.
        if (report_.restart != 0) return true;
        if (changed->status.pid == pid_) return false;
        find_out(changed->status);
        return true;
      }
    }
  }

  /// The process that was asked has gone, and took its steps along.
  void find_out(const control::ServerStatus& status) {
    const bool replaced = status.generation > report_.serving;
    report_.serving = status.generation;
    if (replaced) {
      report_.generation = status.generation;
      return end("final", {});
    }
    end("failed", "the server ended before it answered; generation " + std::to_string(status.generation) +
                      " is in charge");
  }

  void take(control::Step step) {
    last_number_ = std::max(last_number_.value_or(0), step.number);
    if (step.restart != report_.restart) return;
    if (std::exchange(queued_, false)) {  // asked for before it was known who would carry it out
      report_.generation = step.generation;
      report_.serving = link_.hello().generation;
    }
    if (print_steps_) print_step(step);
    const bool ends = step.step == "final" || step.step == "failed" || step.step == "rolled_back" ||
                      step.step == "rehearsed";
    report_.steps.push_back(std::move(step));
    if (!ends) return;
    const control::Step& last = report_.steps.back();
    if (last.step == "final") report_.serving = report_.generation;
    end(last.step, last.step == "final" || last.step == "rehearsed" ? std::string() : last.text);
  }

  /// The steps that a generation remembers die with it when it crashes. After a new connection the missed
  /// steps come first; if they did not tell the end, who is in charge tells it.
  void take(const control::ServerStatus& status) {
    if (!reconnected_ || queued_) return;
    report_.serving = status.generation;
    if (status.generation >= report_.generation) {
      end("final", {});
    } else if (status.restart_step.empty()) {
      end("failed",
          "generation " + std::to_string(status.generation) + " is in charge and no restart goes on");
    }
  }

  Link link_;
  control::RestartOptions options_;
  bool print_steps_;
  bool queued_ = false;  ///< behind another one, and has not begun
  pid_t pid_ = 0;        ///< of the one that is asked to be replaced
  bool reconnected_ = false;
  std::uint64_t newest_ = 0;                  ///< of the last step there was when this subscribed
  std::optional<std::uint64_t> last_number_;  ///< of the last step that is known
  std::vector<control::Step> early_;          ///< that came before the restart was known to be this one
  RestartReport report_;
};

}  // namespace

Restarted restart_server(Link link, const Request& request, Deadline deadline) {
  Restart restart(std::move(link), request.restart, !request.json);
  try {
    restart.ask();
    restart.follow(deadline);
  } catch (const Refused& refusal) {
    if (refusal.code() == ExitCode::permission) throw;
    restart.end("refused", refusal.reason());
  } catch (const Stop& stop) {
    const bool known = restart.report().restart != 0;
    if (!known || (stop.code() != ExitCode::interrupted && stop.code() != ExitCode::timed_out)) throw;
    restart.end(stop.code() == ExitCode::interrupted ? "interrupted" : "timed_out", stop.what());
  }
  return std::move(restart).result();
}

}  // namespace uninterruptible::cli
