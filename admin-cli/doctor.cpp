#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "checkup.hpp"
#include "choose_server.hpp"
#include "commands.hpp"
#include "json_writer.hpp"
#include "link.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

/// All that was found out about one server, or about why there is none.
struct Examined {
  std::string name;
  std::string path;
  std::optional<control::ServerStatus> status{};
  std::vector<Finding> findings{};
  ExitCode code = ExitCode::done;
};

const char* code_of(NoConnection::Why why) {
  using Why = NoConnection::Why;
  switch (why) {
    case Why::missing: return "no_socket";
    case Why::stale: return "stale_socket";
    case Why::not_answering: return "not_answering";
    case Why::ended: return "ended";
    case Why::no_permission: return "permission";
    case Why::not_trusted: return "not_trusted";
    case Why::other_protocol: return "protocol_version";
    case Why::refused: return "refused";
    case Why::unreachable: return "unreachable";
  }
  return "no_connection";
}

/// What the failure means, which its own text does not say.
const char* meaning_of(NoConnection::Why why) {
  using Why = NoConnection::Why;
  switch (why) {
    case Why::missing:
      return "the server does not run, runs under another name, or was told of another directory";
    case Why::stale: return "the server ended without removing its socket: it crashed or was killed";
    case Why::not_answering: return "its process is stopped (SIGSTOP, a debugger), hangs, or has no time";
    case Why::ended: return "it is just ending, or hands itself to its next generation again and again";
    case Why::no_permission:
      return "the server is another user's, and this one is in none of its control groups";
    case Why::not_trusted: return "somebody else could have put the socket there to be taken for the server";
    case Why::other_protocol: return "this program and the server belong to different releases";
    case Why::refused: return "the server has sent this client away";
    case Why::unreachable: return "ssh did not get to the server's machine";
  }
  return "";
}

/// Directories that are searched, and why nothing is found in them.
std::vector<Finding> folders_without_servers() {
  std::vector<Finding> found;
  bool any = false;
  for (const std::string& directory : control::control_directories()) {
    struct stat status {};
    if (::stat(directory.c_str(), &status) != 0) continue;
    any = true;
    if (::access(directory.c_str(), R_OK | X_OK) != 0) {
      found.push_back({true, "folder_unreadable", shown(directory) + " cannot be read by this user",
                       "it belongs to uid " + std::to_string(status.st_uid) + " alone",
                       "as that user, or name the socket with -s PATH"});
    }
  }
  if (any) {
    found.push_back({true, "no_socket", "no server has a control socket where they are looked for",
                     "none runs, it runs under another user, or it was told of another directory",
                     "start the server; -s PATH or UNINTERRUPTIBLE_CONTROL_DIR name another directory"});
  } else {
    found.push_back({true, "no_folder", "none of the control directories exists",
                     "no server has ever run here under this user, or it was told of another directory",
                     "start the server; -s PATH or UNINTERRUPTIBLE_CONTROL_DIR name another directory"});
  }
  return found;
}

Examined examine(const control::Target& target) {
  Examined examined{target.name, target.path};
  try {
    pid_t pid = 0;
    std::string role;
    bool remote = false;
    const auto reply = ask_again_when_lost(target, Deadline::after(reply_limit), [&](Link& link) {
      pid = link.listener_pid();
      role = link.hello().role;
      remote = link.is_remote();
      return link.reply<control::StatusReply>(link.session().request_status());
    });
    examined.name = reply.status.name;
    examined.status = reply.status;
    if (remote) {
      examined.findings.push_back({false, "remote", "its machine was not looked at",
                                   "only the server was asked",
                                   "'uninterruptiblectl doctor' on that machine"});
    } else {
      examined.findings = check_up(reply.status, target.path, pid > 0 ? look_around(pid) : Surroundings());
    }
    if (role != "operate") {
      examined.findings.push_back({false, "rights", "this user may only observe the server",
                                   "it is in the server's observe group, not in its operate group",
                                   permission_advice});
    }
    const bool problems = std::any_of(examined.findings.begin(), examined.findings.end(),
                                      [](const Finding& one) { return one.is_problem; });
    if (problems) examined.code = ExitCode::failed;
  } catch (const NoConnection& error) {
    examined.code = error.code();
    examined.findings.push_back(
        {true, code_of(error.why()), error.what(), meaning_of(error.why()), error.advice()});
  } catch (const Stop& stop) {
    if (stop.code() == ExitCode::interrupted) throw;
    examined.code = stop.code();
    examined.findings.push_back(
        {true, "no_answer", stop.what(), "it speaks, but not as expected", stop.advice()});
  }
  return examined;
}

/// The one that is named, or all there are.
std::vector<Examined> examine_all(const Request& request) {
  std::vector<Examined> all;
  if (request.server) {
    try {
      all.push_back(examine(choose_server(request.server)));
    } catch (const Stop& stop) {
      if (stop.code() != ExitCode::no_server) throw;
      all.push_back({*request.server, "", std::nullopt, {}, stop.code()});
      all.back().findings.push_back(
          {true, "no_socket", stop.what(),
           "it does not run, runs under another name, or was told of another directory", stop.advice()});
    }
    return all;
  }
  for (const control::Target& target : control::discover()) all.push_back(examine(target));
  if (all.empty()) all.push_back({"", "", std::nullopt, folders_without_servers(), ExitCode::no_server});
  return all;
}

void print_json(const std::vector<Examined>& all) {
  JsonWriter json;
  json.begin_object().field("schema", 1).field("directories", control::control_directories());
  json.key("servers").begin_list();
  for (const Examined& one : all) {
    json.begin_object()
        .field("name", one.name)
        .field("path", one.path)
        .field("answers", one.status.has_value());
    if (one.status) json.field("generation", one.status->generation).field("pid", one.status->pid);
    json.key("findings").begin_list();
    for (const Finding& finding : one.findings) {
      json.begin_object()
          .field("severity", finding.is_problem ? "problem" : "risk")
          .field("code", finding.code)
          .field("what", finding.what)
          .field("why", finding.why)
          .field("advice", finding.advice)
          .end_object();
    }
    json.end_list().end_object();
  }
  json.end_list().end_object();
  print_line(json.text());
}

void print_text(const Examined& one) {
  std::string line = one.name.empty() ? std::string("this machine") : shown(one.name);
  if (one.status) {
    line += ": generation " + std::to_string(one.status->generation) + " (pid " +
            std::to_string(one.status->pid) + ") answers at " + shown(one.path);
  } else {
    line += ": there is no connection";
  }
  if (one.findings.empty()) line += ". Nothing is wrong.";
  print_line(line);
  for (const Finding& finding : one.findings) {
    print_line("  " + painted(finding.is_problem ? "problem" : "risk") +
               (finding.is_problem ? "  " : "     ") + finding.what);
    if (!finding.why.empty()) print_line("           " + finding.why);
    if (!finding.advice.empty()) print_line("           Try: " + finding.advice);
  }
}

}  // namespace

ExitCode doctor(const Request& request) {
  const std::vector<Examined> all = examine_all(request);
  if (request.json) {
    print_json(all);
  } else {
    for (const Examined& one : all) print_text(one);
  }
  // One server tells how it is; of several it is only told that one is not as it should be.
  if (all.size() == 1) return all.front().code;
  const bool well =
      std::all_of(all.begin(), all.end(), [](const Examined& one) { return one.code == ExitCode::done; });
  return well ? ExitCode::done : ExitCode::failed;
}

}  // namespace uninterruptible::cli
