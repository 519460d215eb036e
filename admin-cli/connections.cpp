#include <iterator>

#include "choose_server.hpp"
#include "commands.hpp"
#include "json_writer.hpp"
#include "link.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

std::vector<control::ConnectionRecord> all_pages(Link& link) {
  std::vector<control::ConnectionRecord> all;
  std::string after;
  do {
    auto page = link.reply<control::ConnectionsReply>(link.session().request_connections(after));
    all.insert(all.end(), std::make_move_iterator(page.connections.begin()),
               std::make_move_iterator(page.connections.end()));
    if (!page.next.empty() && page.next == after) throw Stop(ExitCode::failed, "the server repeats a page");
    after = page.next;
  } while (!after.empty());
  return all;
}

void print_json(const std::vector<control::ConnectionRecord>& all) {
  JsonWriter json;
  json.begin_object().field("schema", 1).key("connections").begin_list();
  for (const control::ConnectionRecord& one : all) {
    json.begin_object()
        .field("id", one.id)
        .field("generation", one.generation)
        .field("state", one.state)
        .field("peer", one.peer)
        .field("local", one.local)
        .field("label", one.label)
        .field("opened_at_ms", one.opened_at.time_since_epoch().count())
        .field("active_at_ms", one.active_at.time_since_epoch().count())
        .field("bytes_in", one.bytes_in)
        .field("bytes_out", one.bytes_out)
        .end_object();
  }
  json.end_list().end_object();
  print_line(json.text());
}

}  // namespace

ExitCode connections(const Request& request) {
  const std::vector<control::ConnectionRecord> all =
      ask_again_when_lost(choose_server(request.server), Deadline::after(reply_limit), all_pages);
  if (request.json) {
    print_json(all);
    return ExitCode::done;
  }
  Table table({{"ID"},
               {"STATE"},
               {"PEER"},
               {"LOCAL"},
               {"LABEL"},
               {"OPEN FOR"},
               {"IDLE FOR"},
               {"IN", true},
               {"OUT", true}});
  for (const control::ConnectionRecord& one : all) {
    table.add({shown(one.id), shown(one.state), shown(one.peer), shown(one.local), shown(one.label),
               age(one.opened_at), age(one.active_at), bytes(one.bytes_in), bytes(one.bytes_out)});
  }
  table.print();
  return ExitCode::done;
}

}  // namespace uninterruptible::cli
