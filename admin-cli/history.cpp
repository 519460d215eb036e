#include <algorithm>
#include <vector>

#include "choose_server.hpp"
#include "commands.hpp"
#include "history_view.hpp"
#include "link.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

/// Page by page, the latest first.
std::vector<control::RestartRecord> ask_for(Link& link, std::uint64_t before, std::uint64_t limit) {
  std::vector<control::RestartRecord> all;
  while (true) {
    auto page = link.reply<control::HistoryReply>(link.session().request_history(before, limit - all.size()));
    all.insert(all.end(), page.restarts.begin(), page.restarts.end());
    if (page.next == 0 || page.restarts.empty() || all.size() >= limit) return all;
    before = page.next;
  }
}

}  // namespace

ExitCode history(const Request& request) {
  std::string name;
  const std::uint64_t before = request.number ? *request.number + 1 : 0;
  auto restarts =
      ask_again_when_lost(choose_server(request.server), Deadline::after(reply_limit), [&](Link& link) {
        name = link.hello().name;
        return ask_for(link, before, request.number ? 1 : request.limit);
      });
  if (request.number && (restarts.empty() || restarts.front().restart != *request.number)) {
    throw Stop(ExitCode::failed, shown(name) + " remembers no restart " + std::to_string(*request.number),
               "'uninterruptiblectl history' for those it does remember");
  }
  std::reverse(restarts.begin(), restarts.end());
  if (request.json) {
    print_history_json(name, restarts);
  } else if (request.number) {
    print_restart(restarts.front());
  } else if (restarts.empty()) {
    print_note(shown(name) + " has not been restarted yet");
  } else {
    print_history(restarts);
  }
  return ExitCode::done;
}

}  // namespace uninterruptible::cli
