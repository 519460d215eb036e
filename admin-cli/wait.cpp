#include <algorithm>
#include <optional>
#include <utility>

#include "choose_server.hpp"
#include "command_table.hpp"
#include "commands.hpp"
#include "json_writer.hpp"
#include "link.hpp"
#include "terminal.hpp"
#include "usage_check.hpp"

namespace uninterruptible::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto look_interval = 50ms;
/// Each look is an ssh of its own.
constexpr auto ssh_interval = 1000ms;
/// A generation that drains may take over from one that crashed, at the same socket.
constexpr auto takeover_limit = 1s;

class Waiting {
 public:
  Waiting(const Request& request, Deadline deadline)
      : state_(request.word), named_(request.server), deadline_(deadline) {
    if (named_) name_ = *named_;
  }

  /// False when the deadline has passed.
  bool wait() {
    while (true) {
      const Found found = look();
      if (found == Found::reached) return true;
      if (found == Found::nobody && state_ == "gone" && is_gone_for_good()) return true;
      if (deadline_.passed()) return false;
      const bool remote = target_ && target_->path.starts_with(ssh_scheme);
      interruptible_poll(nullptr, 0,
                         earliest(deadline_, Deadline::after(remote ? ssh_interval : look_interval)));
    }
  }

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const control::ServerStatus& status() const noexcept { return status_; }

 private:
  enum class Found { reached, somebody, nobody };

  /// Follows the server if there is one, as long as the connection lasts.
  Found look() {
    std::optional<control::Target> target = find();
    if (!target) return Found::nobody;
    if (target->path.starts_with(ssh_scheme)) target_ = target;
    try {
      Link link(*target, earliest(deadline_, Deadline::after(reply_limit)));
      name_ = link.hello().name;
      target_ = std::move(target);
      nobody_since_.reset();
      return follow(link) ? Found::reached : Found::somebody;
    } catch (const NoConnection& error) {
      using Why = NoConnection::Why;
      switch (error.why()) {
        case Why::missing:
          // Of another machine it is not told whether a socket was left behind.
          listens_in_vain_ = target->path.starts_with(ssh_scheme);
          return Found::nobody;
        case Why::stale: listens_in_vain_ = true; return Found::nobody;
        case Why::not_answering:
        case Why::ended:
        case Why::refused: return Found::somebody;
        case Why::no_permission:
        case Why::not_trusted:
        case Why::other_protocol:
        case Why::unreachable: break;
      }
      throw;
    }
  }

  /// Once a server was there it is that one which is waited for, whatever else may be started.
  std::optional<control::Target> find() {
    if (target_) return target_;
    try {
      return choose_server(named_);
    } catch (const Stop& stop) {
      if (stop.code() != ExitCode::no_server) throw;
      listens_in_vain_ = false;
      return std::nullopt;
    }
  }

  bool is_gone_for_good() {
    if (!listens_in_vain_) return true;
    if (!nobody_since_) nobody_since_ = Clock::now();
    return Clock::now() - *nobody_since_ >= takeover_limit;
  }

  /// True when the state is reached, false when the connection has ended or time is up.
  bool follow(Link& link) {
    link.session().request_subscribe({});
    while (true) {
      control::Event event;
      const Link::Woke woke = link.wait(event, deadline_);
      if (woke != Link::Woke::event || std::holds_alternative<control::Moved>(event)) return false;
      if (const auto* const changed = std::get_if<control::GenerationsChanged>(&event)) {
        if (fits(changed->status)) return true;
      } else if (const auto* const reply = std::get_if<control::StatusReply>(&event)) {
        if (fits(reply->status)) return true;
      } else if (std::holds_alternative<control::Step>(event)) {
        // The end of a restart need not change a generation.
        link.session().request_status();
      }
    }
  }

  bool fits(const control::ServerStatus& status) {
    if (state_ == "gone" || !status.restart_step.empty()) return false;
    const bool reached =
        state_ == "drained"
            ? status.generations.size() == 1
            : std::any_of(status.generations.begin(), status.generations.end(),
                          [](const control::GenerationStatus& one) { return one.state == "live"; });
    if (reached) status_ = status;
    return reached;
  }

  std::string state_;
  std::optional<std::string> named_;
  Deadline deadline_;
  std::string name_;
  std::optional<control::Target> target_;
  bool listens_in_vain_ = false;  ///< the socket of one that is gone is still there
  std::optional<Clock::time_point> nobody_since_;
  control::ServerStatus status_;
};

void print_json(const Request& request, const Waiting& waiting, const char* outcome) {
  JsonWriter json;
  json.begin_object()
      .field("schema", 1)
      .field("outcome", outcome)
      .field("state", request.word)
      .field("name", waiting.name());
  if (waiting.status().pid != 0) {
    json.field("generation", waiting.status().generation).field("pid", waiting.status().pid);
  }
  json.end_object();
  print_line(json.text());
}

}  // namespace

ExitCode wait_for(const Request& request) {
  must_be_one_of("STATE", request.word, parts_of(command_named("wait").words, ' '));
  if (request.server && request.server->empty()) static_cast<void>(choose_server(request.server));
  Waiting waiting(request, request.timeout > 0ms ? Deadline::after(request.timeout) : Deadline::never());
  const bool reached = waiting.wait();
  const std::string name = waiting.name().empty() ? "the server" : shown(waiting.name());
  if (request.json) print_json(request, waiting, reached ? "reached" : "timed_out");
  if (!reached) {
    throw Stop(ExitCode::timed_out, name + " is not " + request.word + " yet",
               "'uninterruptiblectl status' shows what it does");
  }
  if (request.json) return ExitCode::done;
  if (request.word == "gone") {
    print_line(name + " is gone");
  } else {
    print_line(name + " is " + request.word + ": generation " + std::to_string(waiting.status().generation) +
               " (pid " + std::to_string(waiting.status().pid) + ")");
  }
  return ExitCode::done;
}

}  // namespace uninterruptible::cli
