#include "base/text.hpp"
#include "choose_server.hpp"
#include "commands.hpp"
#include "json_writer.hpp"
#include "link.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

using control::ExtendDrainReply;

/// Asked once only: twice would move it twice. Only where the server says that it changes hands it has done
/// nothing.
ExtendDrainReply ask(const control::Target& target, const control::DrainExtension& extension) {
  const Deadline enough = Deadline::after(reply_limit);
  std::optional<Link> link(connect(target, enough));
  while (true) {
    try {
      return link->reply<ExtendDrainReply>(link->session().request_extend_drain(extension));
    } catch (const Lost& lost) {
      std::optional<Link> next =
          lost.moved() && !enough.passed() ? connect_again(target, enough) : std::nullopt;
      if (!next) throw;
      link = std::move(next);
    }
  }
}

void print_json(const ExtendDrainReply& reply) {
  JsonWriter json;
  json.begin_object().field("schema", 1).key("generations").begin_list();
  for (const control::DrainEnd& one : reply.generations) {
    json.begin_object().field("generation", one.generation);
    if (one.cut_off_at) json.time("cut_off_at", *one.cut_off_at);
    json.end_object();
  }
  json.end_list().key("unchanged").begin_list();
  for (const std::uint64_t generation : reply.unchanged) json.value(generation);
  json.end_list().end_object();
  print_line(json.text());
}

void print_text(const ExtendDrainReply& reply) {
  const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  for (const control::DrainEnd& one : reply.generations) {
    print_line("generation " + std::to_string(one.generation) +
               (one.cut_off_at ? " is cut off in " + format_duration(*one.cut_off_at - now)
                               : " drains without a limit"));
  }
}

}  // namespace

ExitCode extend_drain(const Request& request) {
  const ExtendDrainReply reply = ask(choose_server(request.server), request.extension);
  if (request.json) {
    print_json(reply);
  } else {
    print_text(reply);
  }
  for (const std::uint64_t generation : reply.unchanged) {
    print_error("generation " + std::to_string(generation) + " has no drain timeout, or did not answer");
  }
  return reply.unchanged.empty() ? ExitCode::done : ExitCode::in_part;
}

}  // namespace uninterruptible::cli
