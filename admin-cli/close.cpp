#include <algorithm>
#include <span>

#include "choose_server.hpp"
#include "commands.hpp"
#include "json_writer.hpp"
#include "link.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

/// The protocol's limit for one request.
constexpr std::size_t most_ids = 1000;

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 20 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void check(const std::string& id) {
  const std::size_t dash = id.find('-');
  const bool fits = dash != std::string::npos && is_number(std::string_view(id).substr(0, dash)) &&
                    is_number(std::string_view(id).substr(dash + 1));
  if (!fits) {
    throw Stop(ExitCode::usage, "'" + shown(id) + "' is no connection id, these look like 7-412",
               "'uninterruptiblectl connections' shows them");
  }
}

}  // namespace

ExitCode close(const Request& request) {
  for (const std::string& id : request.ids) check(id);
  std::vector<std::string> closing;
  std::vector<std::string> unknown;
  // An id never means another connection, so that asking twice closes nothing else; at worst one that went
  // the first time is told as not open any more.
  std::span<const std::string> left(request.ids);
  ask_again_when_lost(choose_server(request.server), Deadline::after(reply_limit), [&](Link& link) {
    while (!left.empty()) {
      const auto part = left.first(std::min(most_ids, left.size()));
      const auto reply = link.reply<control::CloseReply>(link.session().request_close(part));
      closing.insert(closing.end(), reply.closing.begin(), reply.closing.end());
      unknown.insert(unknown.end(), reply.unknown.begin(), reply.unknown.end());
      left = left.subspan(part.size());
    }
  });
  if (request.json) {
    JsonWriter json;
    json.begin_object().field("schema", 1).field("closing", closing).field("unknown", unknown).end_object();
    print_line(json.text());
  } else {
    for (const std::string& id : closing) print_line("closing " + shown(id));
  }
  for (const std::string& id : unknown) print_error("connection " + shown(id) + " is not open (any more)");
  if (unknown.empty()) return ExitCode::done;
  return closing.empty() ? ExitCode::failed : ExitCode::in_part;
}

}  // namespace uninterruptible::cli
