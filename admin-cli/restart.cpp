#include <algorithm>
#include <utility>

#include "choose_server.hpp"
#include "commands.hpp"
#include "link.hpp"
#include "restart_report.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

using namespace std::chrono_literals;

/// How long a server may be silent between two generations.
constexpr auto move_limit = 5s;

class Restart {
 public:
  Restart(Link& link, bool print_steps) : link_(&link), print_steps_(print_steps) {
    report_.name = link.hello().name;
    report_.serving = link.hello().generation;
  }

  void ask() {
    link_->reply<control::SubscribeReply>(link_->session().request_subscribe({}));
    const auto reply = link_->reply<control::RestartReply>(link_->session().request_restart());
    report_.restart = reply.restart;
    report_.generation = reply.generation;
    if (print_steps_) {
      print_line(shown(report_.name) + ": generation " + std::to_string(report_.serving) + " (pid " +
                 std::to_string(link_->hello().pid) + ") is to be replaced by generation " +
                 std::to_string(report_.generation));
    }
  }

  /// Follows it to its end, from one generation to the next.
  void follow(Deadline deadline) {
    std::optional<Link> next;
    while (report_.outcome.empty()) {
      control::Event event;
      const Link::Woke woke = link_->wait(event, deadline);
      if (woke == Link::Woke::timeout) {
        end("timed_out", "it took longer than the limit that was given");
      } else if (woke == Link::Woke::ended || std::holds_alternative<control::Moved>(event)) {
        std::optional<Link> again = connect_again(link_->target(), move_limit);
        if (!again) {
          end("timed_out", "the server ended the connection and does not answer any more");
          return;
        }
        next = std::move(again);
        link_ = &*next;
        reconnected_ = true;
        const control::SubscribeOptions options{false, last_number_};
        link_->reply<control::SubscribeReply>(link_->session().request_subscribe(options));
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

 private:
  void take(control::Step step) {
    last_number_ = std::max(last_number_, step.number);
    if (step.restart != report_.restart) return;
    if (print_steps_) print_step(step);
    const bool ends = step.step == "final" || step.step == "failed" || step.step == "rolled_back";
    report_.steps.push_back(std::move(step));
    if (!ends) return;
    const control::Step& last = report_.steps.back();
    if (last.step == "final") report_.serving = report_.generation;
    end(last.step, last.step == "final" ? std::string() : last.text);
  }

  /// The steps that a generation remembers die with it when it crashes. After a new connection the missed
  /// steps come first; if they did not tell the end, who is in charge tells it.
  void take(const control::ServerStatus& status) {
    if (!reconnected_) return;
    report_.serving = status.generation;
    if (status.generation >= report_.generation) {
      end("final", {});
    } else if (status.restart_step.empty()) {
      end("failed",
          "generation " + std::to_string(status.generation) + " is in charge and no restart goes on");
    }
  }

  Link* link_;
  bool print_steps_;
  bool reconnected_ = false;
  std::uint64_t last_number_ = 0;
  RestartReport report_;
};

}  // namespace

ExitCode restart(const Request& request) {
  Link link(choose_server(request.server), Deadline::after(reply_limit));
  const Deadline deadline = request.timeout > 0ms ? Deadline::after(request.timeout) : Deadline::never();
  Restart restart(link, !request.json);
  try {
    restart.ask();
    restart.follow(deadline);
  } catch (const Refused& refusal) {
    restart.end("refused", refusal.reason());
  } catch (const Stop& stop) {
    const bool known = restart.report().restart != 0;
    if (!known || (stop.code() != ExitCode::interrupted && stop.code() != ExitCode::timed_out)) throw;
    restart.end(stop.code() == ExitCode::interrupted ? "interrupted" : "timed_out", stop.what());
  }
  if (request.json) {
    print_restart_json(restart.report());
  } else {
    print_restart_end(restart.report());
  }
  return exit_code(restart.report());
}

}  // namespace uninterruptible::cli
