#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/text.hpp"
#include "choose_server.hpp"
#include "commands.hpp"
#include "json_writer.hpp"
#include "link.hpp"
#include "question.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto move_limit = 2s;
/// How long a process may take to be gone after it has ended the connection, which is nearly the last it
/// does.
constexpr auto leave_limit = 10s;

/// Names the process so that a later one with the same number is not mistaken for it; empty when it is gone.
UniqueFd open_process(pid_t pid) {
  return UniqueFd(pid > 0 ? static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)) : -1);
}

class Shutdown {
 public:
  Shutdown(Link link, bool now, bool print) : link_(std::move(link)), now_(now), print_(print) { ask(); }

  enum class End { ended, timed_out };

  End follow(Deadline deadline) {
    while (true) {
      control::Event event;
      const Link::Woke woke = link_.wait(event, deadline, process_.get());
      if (woke == Link::Woke::timeout) {
        if (!process_gone(Deadline::after(0ms))) return End::timed_out;
        if (announced_ || !follow_to_next()) return End::ended;
      } else if (woke == Link::Woke::ended) {
        if (announced_) return process_gone(limited(deadline)) ? End::ended : End::timed_out;
        if (!follow_to_next()) return process_gone(limited(deadline)) ? End::ended : End::timed_out;
      } else if (std::holds_alternative<control::Moved>(event)) {
        if (!follow_to_next()) return process_gone(limited(deadline)) ? End::ended : End::timed_out;
      } else if (const auto* const stopping = std::get_if<control::Stopping>(&event)) {
        if (print_ && !announced_) {
          print_line("  " + std::to_string(stopping->connections) + " connections are open and " +
                     (now_ ? "are cut" : "may finish"));
        }
        announced_ = true;
      }
    }
  }

 private:
  void ask() {
    const Deadline enough = Deadline::after(reply_limit);
    while (true) {
      process_ = open_process(link_.listener_pid());
      if (!process_ && !link_.is_remote()) process_ = open_process(link_.hello().pid);
      announced_ = false;
      try {
        link_.reply<control::ShutdownReply>(link_.session().request_shutdown(now_));
        return;
      } catch (const Refused& refusal) {
        if (refusal.error() != control::shutting_down) throw;
        return;
      } catch (const Lost&) {
        // Whoever is in charge now is told too: a server that is told twice still lets its connections
        // finish.
        std::optional<Link> next = connect_again(link_.target(), enough);
        if (!next && !process_gone(Deadline::after(0ms))) throw;
        announced_ = !next;
        if (!next) return;
        link_ = std::move(*next);
      }
    }
  }

  /// Another generation is in charge now, or took over from one that crashed: it is told the same.
  bool follow_to_next() {
    std::optional<Link> next = connect_again(link_.target(), Deadline::after(move_limit));
    if (!next) return false;
    link_ = std::move(*next);
    ask();
    return true;
  }

  bool process_gone(Deadline deadline) {
    if (!process_) return true;
    pollfd gone{process_.get(), POLLIN, 0};
    return interruptible_poll(&gone, 1, deadline) > 0;
  }

  static Deadline limited(Deadline deadline) {
    const Deadline leave = Deadline::after(leave_limit);
    return deadline.at() && *deadline.at() < *leave.at() ? deadline : leave;
  }

  Link link_;
  bool now_;
  bool print_;
  bool announced_ = false;
  UniqueFd process_;
};

void print_json(const std::string& name, const char* outcome) {
  JsonWriter json;
  json.begin_object().field("schema", 1).field("outcome", outcome).field("name", name).end_object();
  print_line(json.text());
}

}  // namespace

ExitCode shut_down(const Request& request) {
  const control::Target target = choose_server(request.server);
  if (request.now && !request.yes)
    require_yes("Cut all connections of " + shown(target.name) + " and end it?");
  const auto begin = Clock::now();
  Link link = connect(target);
  const Deadline deadline = request.timeout > 0ms ? Deadline::after(request.timeout) : Deadline::never();
  const std::string name = link.hello().name;
  try {
    Shutdown shutdown(std::move(link), request.now, !request.json);
    if (!request.json) print_line(shown(name) + " shuts down" + (request.now ? " at once" : ""));
    if (!request.wait) {
      if (request.json) print_json(name, "requested");
      return ExitCode::done;
    }
    if (shutdown.follow(deadline) == Shutdown::End::timed_out) {
      if (request.json) print_json(name, "timed_out");
      throw Stop(ExitCode::timed_out, shown(name) + " has not ended yet, its shutdown goes on",
                 "'uninterruptiblectl connections' shows who is still there, 'close' ends them");
    }
  } catch (const Stop& stop) {
    if (stop.code() != ExitCode::interrupted) throw;
    throw Stop(ExitCode::interrupted, "interrupted; the shutdown goes on, see 'uninterruptiblectl status'");
  }
  if (request.json) {
    print_json(name, "ended");
  } else {
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
    print_line(shown(name) + " has ended after " + format_duration(took));
  }
  return ExitCode::done;
}

}  // namespace uninterruptible::cli
