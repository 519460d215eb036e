#include "terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <utility>

#include "base/text.hpp"
#include "outcome.hpp"

namespace uninterruptible::cli {

namespace {

constexpr std::string_view gap = "  ";
constexpr std::size_t narrowest_column = 6;

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// Characters, which is what a terminal counts for nearly all text.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

std::string cut(const std::string& text, std::size_t width) {
  if (width_of(text) <= width) return text;
  std::size_t end = 0;
  for (std::size_t count = 0; end < text.size(); ++end) {
    if (!continues(text[end]) && ++count == width) break;
  }
  return text.substr(0, end) + "\u2026";
}

constexpr std::string_view bold = "\x1b[1m";
constexpr std::string_view green = "\x1b[32m";
constexpr std::string_view yellow = "\x1b[33m";
constexpr std::string_view red = "\x1b[31m";
constexpr std::string_view plain = "\x1b[0m";

bool colors = false;

std::string in_color(std::string_view color, const std::string& text) {
  if (!colors || text.empty()) return text;
  return std::string(color) + text + std::string(plain);
}

bool terminal_has_colors() {
  const char* const unwanted = std::getenv("NO_COLOR");
  return can_redraw() && (unwanted == nullptr || *unwanted == '\0');
}

std::vector<std::string>* capture = nullptr;

}  // namespace

std::vector<std::string> captured_lines(const std::function<void()>& print) {
  struct Capturing {
    std::vector<std::string> lines{};
    Capturing() { capture = &lines; }
    ~Capturing() { capture = nullptr; }
  } capturing;
  print();
  return std::move(capturing.lines);
}

bool can_redraw() {
  const char* const terminal = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) != 0 && terminal != nullptr && *terminal != '\0' &&
         std::string_view(terminal) != "dumb";
}

TerminalSize terminal_size() {
  winsize size{};
  if (::isatty(STDOUT_FILENO) == 0 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return {};
  return {size.ws_row, size.ws_col};
}

std::string cut_line(const std::string& line, std::size_t columns) {
  std::size_t count = 0;
  for (std::size_t i = 0; columns > 0 && i < line.size(); ++i) {
    if (line[i] == '\x1b') {
      i = std::min(line.find('m', i), line.size());
    } else if (!continues(line[i]) && ++count > columns) {
      return line.substr(0, i) + (colors ? std::string(plain) : std::string());
    }
  }
  return line;
}

void write_text(std::string_view text) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!written) throw Stop(ExitCode::failed, "cannot write to standard output: " + errno_text(errno));
}

void print_line(std::string_view line) {
  if (capture != nullptr) {
    capture->emplace_back(line);
  } else {
    write_text(std::string(line) + "\n");
  }
}

void print_error(std::string_view text) { print_note("uninterruptiblectl: " + std::string(text)); }

void print_note(std::string_view text) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
}

void choose_color(std::string_view when) {
  colors = when == "always" || (when == "auto" && terminal_has_colors());
}

std::string painted(const std::string& word) {
  const auto is = [&](std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  if (is({"live", "open", "final", "finished"})) return in_color(green, word);
  if (is({"starting", "running", "standby", "draining", "stopping", "closing", "risk"}))
    return in_color(yellow, word);
  const bool bad = is({"failed", "rolled_back", "crashed", "not answering", "stale", "gone",
                       "permission denied", "not trusted", "other protocol version", "problem"});
  return bad ? in_color(red, word) : word;
}

std::string shown(std::string_view text) {
  if (text.empty()) return "-";
  // What the server escaped already must not be escaped again; nothing else may reach a terminal as it is.
  std::string out;
  const std::string escaped = escape_text(text);
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    out += escaped[i];
    if (escaped[i] == '\\' && i + 1 < escaped.size() && escaped[++i] != '\\') out += escaped[i];
  }
  return out;
}

std::string age(control::WallTime time) {
  if (time == control::WallTime{}) return "-";
  const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  return format_duration(now - time);
}

std::string bytes(std::uint64_t count) {
  if (count < 10'000) return std::to_string(count) + " B";
  constexpr const char* units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
  std::size_t unit = 0;
  std::uint64_t tenths = count / 100;
  while (tenths >= 10'000 && unit + 1 < std::size(units)) {
    tenths /= 1000;
    ++unit;
  }
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " " + units[unit];
}

std::vector<std::string> Table::lines(std::size_t width) const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t widest = width_of(columns_[i].heading);
    for (const auto& row : rows_) widest = std::max(widest, width_of(row[i]));
    widths.push_back(widest);
  }
  const auto total = [&] {
    std::size_t sum = gap.size() * (widths.size() - 1);
    for (const std::size_t one : widths) sum += one;
    return sum;
  };
  while (width > 0 && total() > width) {
    const auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= narrowest_column) break;
    --*widest;
  }

  std::vector<std::string> out;
  const auto add_line = [&](const auto& cell_of, const auto& paint) {
    std::string line;
    std::string gap_before;  // written only where something follows
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string cell = cut(cell_of(i), widths[i]);
      const std::string blanks(widths[i] - width_of(cell), ' ');
      if (i > 0) gap_before += gap;
      if (columns_[i].is_number) gap_before += blanks;
      if (!cell.empty()) line += std::exchange(gap_before, {}) + paint(i, cell);
      if (!columns_[i].is_number) gap_before += blanks;
    }
    out.push_back(std::move(line));
  };
  add_line([&](std::size_t i) { return columns_[i].heading; },
           [](std::size_t, const std::string& cell) { return in_color(bold, cell); });
  for (const auto& row : rows_) {
    add_line(
        [&](std::size_t i) { return row[i]; },
        [&](std::size_t i, const std::string& cell) { return columns_[i].is_state ? painted(cell) : cell; });
  }
  return out;
}

void Table::print(Look look) const {
  std::vector<std::string> all = lines(look.cut ? terminal_size().columns : 0);
  if (!look.heading) all.erase(all.begin());
  for (const std::string& line : all) print_line(line);
}

}  // namespace uninterruptible::cli
