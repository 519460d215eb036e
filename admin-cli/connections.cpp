#include "all_connections.hpp"

#include <iterator>

#include "choose_server.hpp"
#include "commands.hpp"
#include "connection_view.hpp"
#include "json_writer.hpp"
#include "link.hpp"
#include "record_json.hpp"
#include "screen.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

std::vector<control::ConnectionRecord> all_pages(Link& link, const control::CloseFilter& conditions) {
  std::vector<control::ConnectionRecord> all;
  std::string after;
  do {
    auto page = link.reply<control::ConnectionsReply>(link.session().request_connections(after, conditions));
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
    json.begin_object();
    write_fields(json, one);
    json.end_object();
  }
  json.end_list().end_object();
  print_line(json.text());
}

}  // namespace

std::vector<control::ConnectionRecord> all_connections(const control::Target& target,
                                                       const control::CloseFilter& conditions) {
  return ask_again_when_lost(target, Deadline::after(reply_limit),
                             [&conditions](Link& link) { return all_pages(link, conditions); });
}

ExitCode connections(const Request& request) {
  const ConnectionView view(request.view);
  if (request.json && request.ids_only) {
    throw Stop(ExitCode::usage, "--json and -q exclude each other", "one of them");
  }
  const control::Target target = choose_server(request.server);
  const auto print = [&] {
    const std::vector<control::ConnectionRecord> records =
        view.chosen(all_connections(target, view.conditions()));
    if (request.json) {
      print_json(records);
    } else if (request.ids_only) {
      for (const control::ConnectionRecord& one : records) print_line(shown(one.id));
    } else {
      view.print_table(records);
    }
  };
  if (request.interval) {
    show_again(*request.interval, 0, request.json, print);
  } else {
    print();
  }
  return ExitCode::done;
}

}  // namespace uninterruptible::cli
