#include "base/text.hpp"
#include "commands.hpp"
#include "json_writer.hpp"
#include "link.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto limit_per_server = 1s;

struct Found {
  control::Target target;
  std::string state;
  control::ServerStatus status{};  ///< of those that answer
  std::string role{};              ///< this user's there
};

std::string state_of(const control::ServerStatus& status) {
  for (const control::GenerationStatus& generation : status.generations) {
    if (generation.in_charge) return generation.state;
  }
  return "live";
}

std::string state_of(NoConnection::Why why) {
  using Why = NoConnection::Why;
  switch (why) {
    case Why::stale: return "stale";
    case Why::missing: return "gone";
    case Why::no_permission: return "permission denied";
    case Why::not_trusted: return "not trusted";
    case Why::other_protocol: return "other protocol version";
    case Why::not_answering:
    case Why::ended:
    case Why::refused:
    case Why::unreachable: break;
  }
  return "not answering";
}

Found look_at(const control::Target& target) {
  Found found{target, "not answering"};
  try {
    const Deadline deadline = Deadline::after(limit_per_server);
    found.status = ask_again_when_lost(target, deadline, [&](Link& link) {
      found.role = link.hello().role;
      return link.reply<control::StatusReply>(link.session().request_status(), deadline).status;
    });
    found.state = state_of(found.status);
  } catch (const NoConnection& error) {
    found.state = state_of(error.why());
  } catch (const Stop& error) {
    if (error.code() == ExitCode::interrupted) throw;
  }
  return found;
}

}  // namespace

ExitCode list(const Request& request) {
  if (request.ids_only) {
    if (request.json) throw Stop(ExitCode::usage, "--json and -q exclude each other", "one of them");
    // Nobody is asked, so that a shell that completes a name need not wait for one that does not answer.
    for (const control::Target& target : control::discover()) print_line(shown(target.name));
    return ExitCode::done;
  }
  std::vector<Found> all;
  for (const control::Target& target : control::discover()) all.push_back(look_at(target));

  if (request.json) {
    JsonWriter json;
    json.begin_object().field("schema", 1).key("servers").begin_list();
    for (const Found& found : all) {
      json.begin_object().field("name", found.target.name).field("state", found.state);
      if (found.status.pid != 0)
        json.field("pid", found.status.pid)
            .field("generation", found.status.generation)
            .field("role", found.role);
      json.field("path", found.target.path).end_object();
    }
    json.end_list().end_object();
    print_line(json.text());
    return ExitCode::done;
  }
  if (all.empty()) {
    print_note("no server was found");
    return ExitCode::done;
  }
  Table table({{"NAME"}, {"PID", true}, {"GENERATION", true}, {"STATE", false, true}, {"ROLE"}, {"PATH"}});
  for (const Found& found : all) {
    const bool answers = found.status.pid != 0;
    table.add({shown(found.target.name), answers ? std::to_string(found.status.pid) : "-",
               answers ? std::to_string(found.status.generation) : "-", shown(found.state),
               answers ? shown(found.role) : "-", shown(found.target.path)});
  }
  table.print();
  return ExitCode::done;
}

}  // namespace uninterruptible::cli
