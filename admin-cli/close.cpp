#include <algorithm>
#include <span>

#include "choose_server.hpp"
#include "commands.hpp"
#include "json_writer.hpp"
#include "link.hpp"
#include "question.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

using control::CloseReply;

/// The protocol's limit for one request.
constexpr std::size_t most_ids = 1000;
/// So many are cut without a question.
constexpr std::uint64_t cut_unasked = 10;

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

void check(const Request& request) {
  const bool filtered = request.filter != control::CloseFilter{};
  if (request.ids.empty() && !filtered) {
    throw Stop(ExitCode::usage, "which connections?",
               "connection ids, or --generation, --peer, --idle and --older");
  }
  if (!request.ids.empty() && filtered) {
    throw Stop(ExitCode::usage, "connection ids and conditions do not go together",
               "either ids, or --generation, --peer, --idle and --older");
  }
  for (const std::string& id : request.ids) check(id);
}

/// An id never means another connection, so that asking twice closes nothing else; at worst one that went the
/// first time is told as not open any more.
CloseReply close_ids(const control::Target& target, const Request& request) {
  CloseReply all;
  std::span<const std::string> left(request.ids);
  ask_again_when_lost(target, Deadline::after(reply_limit), [&](Link& link) {
    while (!left.empty()) {
      const auto part = left.first(std::min(most_ids, left.size()));
      const auto reply = link.reply<CloseReply>(link.session().request_close(part, request.now));
      all.closing.insert(all.closing.end(), reply.closing.begin(), reply.closing.end());
      all.unknown.insert(all.unknown.end(), reply.unknown.begin(), reply.unknown.end());
      all.count += reply.count;
      left = left.subspan(part.size());
    }
  });
  return all;
}

CloseReply close_matching(const control::Target& target, const Request& request, bool dry_run) {
  try {
    return ask_again_when_lost(target, Deadline::after(reply_limit), [&](Link& link) {
      control::Session& session = link.session();
      return link.reply<CloseReply>(session.request_close_matching(request.filter, request.now, dry_run));
    });
  } catch (const Refused& refusal) {
    if (refusal.error() != control::invalid_params) throw;
    throw Stop(ExitCode::usage, refusal.what(), "'uninterruptiblectl help close'");
  }
}

void ask_before_cutting(const control::Target& target, const Request& request) {
  const std::uint64_t count =
      request.ids.empty() ? close_matching(target, request, true).count : request.ids.size();
  if (count > cut_unasked)
    require_yes("Cut " + std::to_string(count) + " connections of " + shown(target.name) + "?");
}

void print_json(const CloseReply& reply) {
  JsonWriter json;
  json.begin_object()
      .field("schema", 1)
      .field("closing", reply.closing)
      .field("unknown", reply.unknown)
      .field("count", reply.count)
      .end_object();
  print_line(json.text());
}

void print_text(const CloseReply& reply, bool now) {
  const std::string what = now ? "cutting " : "closing ";
  for (const std::string& id : reply.closing) print_line(what + shown(id));
  if (reply.count > reply.closing.size())
    print_line(what + std::to_string(reply.count - reply.closing.size()) + " more");
  if (reply.count == 0 && reply.unknown.empty()) print_error("no connection fits");
}

}  // namespace

ExitCode close(const Request& request) {
  check(request);
  const control::Target target = choose_server(request.server);
  if (request.now && !request.yes) ask_before_cutting(target, request);
  const CloseReply reply =
      request.ids.empty() ? close_matching(target, request, false) : close_ids(target, request);
  if (request.json) {
    print_json(reply);
  } else {
    print_text(reply, request.now);
  }
  for (const std::string& id : reply.unknown)
    print_error("connection " + shown(id) + " is not open (any more)");
  if (reply.unknown.empty()) return ExitCode::done;
  return reply.closing.empty() ? ExitCode::failed : ExitCode::in_part;
}

}  // namespace uninterruptible::cli
