#include "counters.hpp"

#include "choose_server.hpp"
#include "commands.hpp"
#include "json_writer.hpp"
#include "link.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

template <typename Counts>
void write(JsonWriter& json, const Counts& counts) {
  json.begin_object();
  for (const auto& [name, count] : counts) json.field(name, count);
  json.end_object();
}

void print_json(const control::ServerStatus& status) {
  JsonWriter json;
  json.begin_object().field("schema", 1).field("name", status.name).key("generations").begin_list();
  for (const control::GenerationStatus& one : status.generations) {
    json.begin_object().field("generation", one.generation).key("counters");
    write(json, one.counters);
    json.end_object();
  }
  json.end_list().key("sum");
  write(json, sum_of_counters(status));
  json.end_object();
  print_line(json.text());
}

void print_text(const control::ServerStatus& status) {
  const auto sums = sum_of_counters(status);
  if (sums.empty()) return print_note(shown(status.name) + " has counted nothing yet");
  std::vector<Table::Column> columns = {{"COUNTER"}};
  for (const control::GenerationStatus& one : status.generations) {
    columns.push_back({"GEN " + std::to_string(one.generation), true});
  }
  columns.push_back({"SUM", true});
  Table table(std::move(columns));
  for (const auto& [name, sum] : sums) {
    std::vector<std::string> cells = {shown(name)};
    for (const control::GenerationStatus& one : status.generations) {
      const auto found = one.counters.find(name);
      cells.push_back(found == one.counters.end() ? "-" : std::to_string(found->second));
    }
    cells.push_back(std::to_string(sum));
    table.add(std::move(cells));
  }
  table.print();
}

}  // namespace

std::map<std::string, std::uint64_t> sum_of_counters(const control::ServerStatus& status) {
  std::map<std::string, std::uint64_t> sums;
  for (const control::GenerationStatus& one : status.generations) {
    for (const auto& [name, count] : one.counters) sums[name] += count;
  }
  return sums;
}

ExitCode counters(const Request& request) {
  const auto reply = ask_again_when_lost(
      choose_server(request.server), Deadline::after(reply_limit),
      [](Link& link) { return link.reply<control::StatusReply>(link.session().request_status()); });
  if (request.json) {
    print_json(reply.status);
  } else {
    print_text(reply.status);
  }
  return ExitCode::done;
}

}  // namespace uninterruptible::cli
