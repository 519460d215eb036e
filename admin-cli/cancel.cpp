#include <utility>

#include "choose_server.hpp"
#include "commands.hpp"
#include "json_writer.hpp"
#include "link.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

/// How the restart ended; empty where the server ended the connection before that was told. One that the new
/// generation decided, by its end or by taking charge, a moment before, ended otherwise than asked for.
std::optional<control::Step> end_of(Link& link, std::uint64_t restart, Deadline deadline) {
  while (true) {
    control::Event event;
    const Link::Woke woke = link.wait(event, deadline);
    if (woke == Link::Woke::timeout)
      throw Stop(ExitCode::timed_out, "the restart is being given up, and has not ended");
    if (woke == Link::Woke::ended || std::holds_alternative<control::Moved>(event)) return std::nullopt;
    auto* const step = std::get_if<control::Step>(&event);
    if (step == nullptr || step->restart != restart) continue;
    if (step->step == "failed" || step->step == "rolled_back" || step->step == "final")
      return std::move(*step);
  }
}

}  // namespace

ExitCode cancel(const Request& request) {
  Link link = connect(choose_server(request.server));
  const Deadline deadline = Deadline::after(reply_limit);
  const std::string name = link.hello().name;
  // From here on, so that the end is not missed which comes before the reply.
  (void)link.reply<control::SubscribeReply>(link.session().request_subscribe({}));
  control::CancelReply reply;
  std::optional<control::Step> end;
  try {
    reply = link.reply<control::CancelReply>(link.session().request_cancel());
    end = end_of(link, reply.restart, deadline);
  } catch (const Lost&) {
    throw Stop(ExitCode::failed, shown(name) + " ended the connection before it answered",
               "'uninterruptiblectl status' tells who is in charge");
  }
  const std::string outcome = end ? end->step : "unknown";
  if (request.json) {
    JsonWriter json;
    json.begin_object()
        .field("schema", 1)
        .field("outcome", outcome)
        .field("name", name)
        .field("restart", reply.restart)
        .field("generation", reply.generation)
        .field("step", reply.step)
        .end_object();
    print_line(json.text());
  } else if (outcome == "failed" || outcome == "rolled_back") {
    print_line(shown(name) + ": restart " + std::to_string(reply.restart) + " into generation " +
               std::to_string(reply.generation) + " was " +
               (outcome == "failed" ? "given up" : "rolled back") + " at \"" + shown(reply.step) +
               "\". Generation " + std::to_string(link.hello().generation) +
               (outcome == "failed" ? " keeps serving." : " serves again."));
  } else {
    print_error("restart " + std::to_string(reply.restart) + " of " + shown(name) +
                (outcome == "final" ? " had become final" : " ended otherwise") +
                " before it could be cancelled");
  }
  return outcome == "failed" || outcome == "rolled_back" ? ExitCode::done : ExitCode::failed;
}

}  // namespace uninterruptible::cli
