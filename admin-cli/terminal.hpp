#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "uninterruptible/control.hpp"

namespace uninterruptible::cli {

/// Writes one line to standard output at once, so that whoever reads a pipe sees steps as they happen. Throws
/// Stop when it cannot be written.
void print_line(std::string_view line);
/// Writes text as it is, at once. Throws Stop when it cannot be written.
void write_text(std::string_view text);
/// What `print` gives to print_line(), instead of writing it.
[[nodiscard]] std::vector<std::string> captured_lines(const std::function<void()>& print);
/// Writes one line to standard error, as `uninterruptiblectl: text`.
void print_error(std::string_view text);
/// Writes one line to standard error as it is.
void print_note(std::string_view text);

/// `always`, `never`, or `auto`: colours where standard output is a terminal that has them and NO_COLOR is
/// not set. Without a call there are none.
void choose_color(std::string_view when);
/// A state or a step in its colour: green as it should be, yellow on its way, red gone wrong. Others, and
/// where there are no colours, as they are.
[[nodiscard]] std::string painted(const std::string& word);

/// Standard output is a terminal on which what was written can be written over: TERM is set and not dumb.
[[nodiscard]] bool can_redraw();
struct TerminalSize {
  std::size_t rows = 0;
  std::size_t columns = 0;
};
/// 0 for what is not known, and where standard output is no terminal.
[[nodiscard]] TerminalSize terminal_size();
/// At most so many columns of a line, colours not counted; 0 cuts nothing.
[[nodiscard]] std::string cut_line(const std::string& line, std::size_t columns);

/// Text from elsewhere made safe for the terminal, `-` where there is none.
[[nodiscard]] std::string shown(std::string_view text);
/// How long ago, "2 h 11 m"; `-` for a time that is not set.
[[nodiscard]] std::string age(control::WallTime time);
[[nodiscard]] std::string bytes(std::uint64_t count);

/// Rows under a heading. On a terminal the widest columns are cut so that a row fits its width; elsewhere
/// nothing is cut. Two spaces between columns, numbers to the right.
class Table {
 public:
  struct Column {
    std::string heading;
    bool is_number = false;
    bool is_state = false;  ///< in its colour
  };
  struct Look {
    bool heading = true;
    bool cut = true;  ///< to the width of the terminal
  };
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// One cell a column, each safe to show.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  /// The rows for a width; 0 cuts nothing.
  [[nodiscard]] std::vector<std::string> lines(std::size_t width) const;
  void print() const { print(Look{}); }
  void print(Look look) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace uninterruptible::cli
