#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "all_connections.hpp"
#include "base/text.hpp"
#include "choose_server.hpp"
#include "command_table.hpp"
#include "commands.hpp"
#include "json_writer.hpp"
#include "link.hpp"
#include "rates.hpp"
#include "record_json.hpp"
#include "screen.hpp"
#include "terminal.hpp"
#include "usage_check.hpp"

namespace uninterruptible::cli {

namespace {

using namespace std::chrono_literals;
using control::ConnectionRecord;

constexpr std::uint64_t usual_rows = 20;
/// Between the first two looks, so that there are rates at once.
constexpr auto first_interval = 500ms;

Look look_at(const control::Target& target) {
  Look look;
  look.status = ask_again_when_lost(target, Deadline::after(reply_limit), [](Link& link) {
                  return link.reply<control::StatusReply>(link.session().request_status());
                }).status;
  look.connections = all_connections(target);
  look.at = Clock::now();
  return look;
}

/// What `--by` says. Most comes first, since that is what is looked for.
class Order {
 public:
  explicit Order(const std::optional<std::string>& sort) {
    std::string_view word = sort ? std::string_view(*sort) : "rate";
    turned_ = word.starts_with('-');
    if (turned_) word.remove_prefix(1);
    for (const Option& option : command_named("top").options) {
      if (option.names == "--by") must_be_one_of("--by", word, parts_of(option.words, ' '));
    }
    by_ = word;
  }

  void apply(std::vector<ConnectionRecord>& connections, const Rates& rates, std::size_t most) const {
    const auto key = [&](const ConnectionRecord& one) -> double {
      if (by_ == "age") return -static_cast<double>(one.opened_at.time_since_epoch().count());
      if (by_ == "idle") return -static_cast<double>(one.active_at.time_since_epoch().count());
      if (by_ == "in") return static_cast<double>(one.bytes_in);
      if (by_ == "out") return static_cast<double>(one.bytes_out);
      const auto found = rates.bytes_of.find(one.id);
      return found == rates.bytes_of.end() ? 0 : found->second;
    };
    std::stable_sort(connections.begin(), connections.end(),
                     [&](const ConnectionRecord& one, const ConnectionRecord& other) {
                       return turned_ ? key(one) < key(other) : key(one) > key(other);
                     });
    if (connections.size() > most) connections.resize(most);
  }

 private:
  std::string by_;
  bool turned_ = false;
};

std::string a_second(double rate) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f/s", rate);
  return text;
}
std::string bytes_a_second(double rate) {
  return bytes(static_cast<std::uint64_t>(std::llround(rate))) + "/s";
}

double rate_of(const Rates& rates, const ConnectionRecord& one) {
  const auto found = rates.bytes_of.find(one.id);
  return found == rates.bytes_of.end() ? 0 : found->second;
}

void print_text(const Look& look, const Rates& rates, const std::vector<ConnectionRecord>& busiest) {
  std::string line = shown(look.status.name) + ": generation " + std::to_string(look.status.generation) +
                     " (pid " + std::to_string(look.status.pid) + "), " +
                     std::to_string(look.connections.size()) + " connections, " + a_second(rates.accepted) +
                     " new";
  if (rates.requests) line += ", " + a_second(*rates.requests) + " requests";
  print_line(line + ", in " + bytes_a_second(rates.bytes_in) + ", out " + bytes_a_second(rates.bytes_out));
  if (!look.status.restart_step.empty())
    print_line("  restart going on, step " + painted(shown(look.status.restart_step)));
  print_line("");
  Table generations({{"GENERATION", true},
                     {"PID", true},
                     {"STATE", false, true},
                     {"CONNECTIONS", true},
                     {"NEW", true},
                     {"RUNS FOR"}});
  for (const control::GenerationStatus& one : look.status.generations) {
    const auto rate = rates.accepted_of.find(one.generation);
    generations.add({std::to_string(one.generation), std::to_string(one.pid), shown(one.state),
                     std::to_string(one.connections),
                     a_second(rate == rates.accepted_of.end() ? 0 : rate->second), age(one.started_at)});
  }
  generations.print();
  if (busiest.empty()) return;
  print_line("");
  Table table({{"ID"},
               {"STATE", false, true},
               {"PEER"},
               {"LABEL"},
               {"AGE"},
               {"IDLE"},
               {"IN", true},
               {"OUT", true},
               {"RATE", true}});
  for (const ConnectionRecord& one : busiest) {
    table.add({shown(one.id), shown(one.state), shown(one.peer), shown(one.label), age(one.opened_at),
               age(one.active_at), bytes(one.bytes_in), bytes(one.bytes_out),
               bytes_a_second(rate_of(rates, one))});
  }
  table.print();
}

void print_json(const Look& look, const Rates& rates, const std::vector<ConnectionRecord>& busiest) {
  const auto whole = [](double rate) { return std::llround(rate); };
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  JsonWriter json;
  json.begin_object()
      .field("schema", 1)
      .time("at", now)
      .field("name", look.status.name)
      .field("generation", look.status.generation)
      .field("pid", look.status.pid)
      .field("connections", look.connections.size())
      .field("restart_step", look.status.restart_step)
      .field("accepted_per_minute", whole(rates.accepted * 60));
  if (rates.requests) json.field("requests_per_minute", whole(*rates.requests * 60));
  json.field("bytes_in_per_second", whole(rates.bytes_in))
      .field("bytes_out_per_second", whole(rates.bytes_out))
      .key("generations")
      .begin_list();
  for (const control::GenerationStatus& one : look.status.generations) {
    json.begin_object();
    write_fields(json, one);
    const auto rate = rates.accepted_of.find(one.generation);
    json.field("accepted_per_minute", whole(rate == rates.accepted_of.end() ? 0 : rate->second * 60))
        .end_object();
  }
  json.end_list().key("top").begin_list();
  for (const ConnectionRecord& one : busiest) {
    json.begin_object();
    write_fields(json, one);
    json.field("bytes_per_second", whole(rate_of(rates, one))).end_object();
  }
  json.end_list().end_object();
  print_line(json.text());
}

/// What fits below the rest of the screen.
std::size_t rows_for(const Request& request, const Look& look) {
  if (request.rows > 0) return request.rows;
  const std::size_t rows = can_redraw() ? terminal_size().rows : 0;
  const std::size_t others = look.status.generations.size() + 7;
  return rows == 0 ? usual_rows : rows > others ? rows - others : 1;
}

}  // namespace

ExitCode top(const Request& request) {
  const Order order(request.view.sort);
  const control::Target target = choose_server(request.server);
  const std::chrono::milliseconds interval = request.interval.value_or(2s);
  Look before = look_at(target);
  interruptible_poll(nullptr, 0,
                     Deadline::after(std::min<std::chrono::milliseconds>(first_interval, interval)));
  show_again(interval, request.looks, request.json, [&] {
    Look now = look_at(target);
    const Rates rates = rates_between(before, now);
    std::vector<ConnectionRecord> busiest = now.connections;
    order.apply(busiest, rates, rows_for(request, now));
    if (request.json) {
      print_json(now, rates, busiest);
    } else {
      print_text(now, rates, busiest);
    }
    before = std::move(now);
  });
  return ExitCode::done;
}

}  // namespace uninterruptible::cli
