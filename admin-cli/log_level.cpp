#include "choose_server.hpp"
#include "commands.hpp"
#include "json_writer.hpp"
#include "link.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

void print_json(const control::LogLevelReply& reply) {
  JsonWriter json;
  json.begin_object().field("schema", 1).key("generations").begin_list();
  for (const control::GenerationLogLevel& one : reply.generations) {
    json.begin_object()
        .field("generation", one.generation)
        .field("before", one.before)
        .field("level", one.level)
        .end_object();
  }
  json.end_list().end_object();
  print_line(json.text());
}

}  // namespace

ExitCode log_level(const Request& request) {
  control::LogLevelReply reply;
  try {
    reply = ask_again_when_lost(choose_server(request.server), Deadline::after(reply_limit), [&](Link& link) {
      return link.reply<control::LogLevelReply>(link.session().request_log_level(request.level));
    });
  } catch (const Refused& refusal) {
    if (refusal.error() != control::invalid_params) throw;
    throw Stop(ExitCode::usage, refusal.what(), "debug, info, warn, error or fatal");
  }
  if (request.json) {
    print_json(reply);
    return ExitCode::done;
  }
  for (const control::GenerationLogLevel& one : reply.generations) {
    print_line("generation " + std::to_string(one.generation) + ": " +
               (request.level.empty() ? "" : shown(one.before) + " -> ") + shown(one.level));
  }
  return ExitCode::done;
}

}  // namespace uninterruptible::cli
