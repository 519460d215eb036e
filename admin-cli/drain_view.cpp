#include "drain_view.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

#include "base/text.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

constexpr std::size_t most_rows = 10;

std::string line_of(const control::GenerationStatus& one) {
  std::string line = "  " + painted("draining") + "    generation " + std::to_string(one.generation) + ": " +
                     std::to_string(one.connections) +
                     (one.connections == 1 ? " connection" : " connections") + " left";
  if (!one.cut_off_at) return line;
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  return line + (*one.cut_off_at <= now ? ", cut off now"
                                        : ", cut off in " + format_duration(*one.cut_off_at - now));
}

}  // namespace

void DrainView::show(const std::vector<control::GenerationStatus>& draining,
                     const std::vector<control::ConnectionRecord>& oldest) {
  std::vector<std::string> lines;
  std::uint64_t left = 0;
  for (const control::GenerationStatus& one : draining) {
    lines.push_back(line_of(one));
    left += one.connections;
  }
  Table table({{"ID"}, {"PEER"}, {"LABEL"}, {"AGE"}, {"IDLE"}});
  std::uint64_t rows = 0;
  for (const control::ConnectionRecord& one : oldest) {
    const bool waited_for = std::any_of(draining.begin(), draining.end(), [&](const auto& generation) {
      return generation.generation == one.generation;
    });
    if (!waited_for || rows == most_rows) continue;
    table.add({shown(one.id), shown(one.peer), shown(one.label), age(one.opened_at), age(one.active_at)});
    ++rows;
  }
  if (rows > 0) {
    const std::size_t columns = terminal_size().columns;
    for (const std::string& line : table.lines(columns > 4 ? columns - 4 : 0)) lines.push_back("    " + line);
  }
  if (left > rows) lines.push_back("    and " + std::to_string(left - rows) + " more");
  lines.push_back("  ^C stops watching; the drain goes on.");
  screen_.show(lines);
}

}  // namespace uninterruptible::cli
