#include "connection_view.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

#include "base/text.hpp"
#include "command_table.hpp"
#include "terminal.hpp"
#include "usage_check.hpp"

namespace uninterruptible::cli {

using control::ConnectionRecord;

struct ConnectionView::Column {
  const char* name;
  bool is_number;
  bool is_state;
  std::string (*cell)(const ConnectionRecord&);
  bool (*before)(const ConnectionRecord&, const ConnectionRecord&);
};

namespace {

using Column = ConnectionView::Column;

/// Ids of a generation count up, so that the shorter one is the smaller one.
bool id_before(const ConnectionRecord& one, const ConnectionRecord& other) {
  if (one.generation != other.generation) return one.generation < other.generation;
  if (one.id.size() != other.id.size()) return one.id.size() < other.id.size();
  return one.id < other.id;
}

const Column all_columns[] = {
    {"id", false, false, [](const ConnectionRecord& one) { return shown(one.id); }, id_before},
    {"generation", true, false, [](const ConnectionRecord& one) { return std::to_string(one.generation); },
     [](const ConnectionRecord& a, const ConnectionRecord& b) { return a.generation < b.generation; }},
    {"state", false, true, [](const ConnectionRecord& one) { return shown(one.state); },
     [](const ConnectionRecord& a, const ConnectionRecord& b) { return a.state < b.state; }},
    {"peer", false, false, [](const ConnectionRecord& one) { return shown(one.peer); },
     [](const ConnectionRecord& a, const ConnectionRecord& b) { return a.peer < b.peer; }},
    {"local", false, false, [](const ConnectionRecord& one) { return shown(one.local); },
     [](const ConnectionRecord& a, const ConnectionRecord& b) { return a.local < b.local; }},
    {"label", false, false, [](const ConnectionRecord& one) { return shown(one.label); },
     [](const ConnectionRecord& a, const ConnectionRecord& b) { return a.label < b.label; }},
    {"age", false, false, [](const ConnectionRecord& one) { return age(one.opened_at); },
     [](const ConnectionRecord& a, const ConnectionRecord& b) { return a.opened_at > b.opened_at; }},
    {"idle", false, false, [](const ConnectionRecord& one) { return age(one.active_at); },
     [](const ConnectionRecord& a, const ConnectionRecord& b) { return a.active_at > b.active_at; }},
    {"in", true, false, [](const ConnectionRecord& one) { return bytes(one.bytes_in); },
     [](const ConnectionRecord& a, const ConnectionRecord& b) { return a.bytes_in < b.bytes_in; }},
    {"out", true, false, [](const ConnectionRecord& one) { return bytes(one.bytes_out); },
     [](const ConnectionRecord& a, const ConnectionRecord& b) { return a.bytes_out < b.bytes_out; }}};

/// The id tells the generation already.
constexpr const char* usual_columns = "id,state,peer,local,label,age,idle,in,out";

const Column* column_named(std::string_view option, std::string_view name) {
  std::vector<std::string> names;
  for (const Column& column : all_columns) {
    if (column.name == name) return &column;
    names.emplace_back(column.name);
  }
  must_be_one_of(option, name, names);
  return nullptr;
}

std::string heading_of(const Column& column) {
  std::string heading = column.name;
  for (char& c : heading) c = static_cast<char>(c - 'a' + 'A');
  return heading;
}

}  // namespace

ConnectionView::ConnectionView(const ConnectionOptions& options)
    : state_(options.state), header_(options.header), cut_(options.cut) {
  if (options.generation) {
    generation_ = parse_number(*options.generation, 1, std::numeric_limits<std::uint64_t>::max());
    if (!generation_) {
      throw Stop(ExitCode::usage,
                 "--generation '" + shown(*options.generation) + "' is no number of a generation",
                 "'uninterruptiblectl status' shows them");
    }
  }
  if (state_) must_be_one_of("--state", *state_, {"open", "closing"});
  if (options.peer) {
    peer_text_ = *options.peer;
    peer_ = AddressRange::parse(peer_text_);
    if (!peer_) {
      throw Stop(ExitCode::usage, "--peer '" + shown(*options.peer) + "' is no address and no network",
                 "--peer 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32");
    }
  }
  if (options.older) older_ = duration_of("--older", *options.older);
  if (options.idle) idle_ = duration_of("--idle", *options.idle);
  for (const std::string& name : parts_of(options.columns.value_or(usual_columns), ',')) {
    columns_.push_back(column_named("--columns", name));
  }
  if (columns_.empty()) static_cast<void>(column_named("--columns", *options.columns));
  if (options.sort) {
    descending_ = options.sort->starts_with('-');
    sort_ = column_named("--sort", std::string_view(*options.sort).substr(descending_ ? 1 : 0));
  }
}

bool ConnectionView::passes(const ConnectionRecord& one, control::WallTime now) const {
  if (generation_ && one.generation != *generation_) return false;
  if (state_ && one.state != *state_) return false;
  if (peer_ && !peer_->holds(one.peer)) return false;
  if (older_ && (one.opened_at == control::WallTime{} || now - one.opened_at < *older_)) return false;
  return !idle_ || (one.active_at != control::WallTime{} && now - one.active_at >= *idle_);
}

control::CloseFilter ConnectionView::conditions() const {
  control::CloseFilter filter;
  filter.generation = generation_;
  filter.peer = peer_text_;
  filter.state = state_.value_or("");
  filter.idle = idle_;
  filter.older = older_;
  return filter;
}

ConnectionView::Records ConnectionView::chosen(Records all) const {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  std::erase_if(all, [&](const ConnectionRecord& one) { return !passes(one, now); });
  if (sort_ != nullptr) {
    std::stable_sort(all.begin(), all.end(), [&](const ConnectionRecord& one, const ConnectionRecord& other) {
      return descending_ ? sort_->before(other, one) : sort_->before(one, other);
    });
  }
  return all;
}

void ConnectionView::print_table(const Records& records) const {
  std::vector<Table::Column> columns;
  for (const Column* const column : columns_) {
    columns.push_back({heading_of(*column), column->is_number, column->is_state});
  }
  Table table(std::move(columns));
  for (const ConnectionRecord& one : records) {
    std::vector<std::string> cells;
    for (const Column* const column : columns_) cells.push_back(column->cell(one));
    table.add(std::move(cells));
  }
  table.print({header_, cut_});
}

}  // namespace uninterruptible::cli
