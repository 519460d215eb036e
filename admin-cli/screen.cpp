#include "screen.hpp"

#include <cstdio>

#include "base/deadline.hpp"
#include "interrupts.hpp"
#include "link.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

constexpr const char* clear_all = "\x1b[2J";
constexpr const char* home = "\x1b[H";
constexpr const char* clear_rest_of_line = "\x1b[K";
constexpr const char* clear_below = "\x1b[J";

std::string up(std::size_t lines) { return lines == 0 ? "\r" : "\r\x1b[" + std::to_string(lines) + "A"; }

}  // namespace

void Screen::show(const std::vector<std::string>& lines) {
  if (!can_redraw()) {
    if (shown_) print_line("");
    shown_ = true;
    for (const std::string& line : lines) print_line(line);
    return;
  }
  const TerminalSize size = terminal_size();
  std::string text = from_ == From::cursor ? up(lines_) : shown_ ? home : std::string(clear_all) + home;
  shown_ = true;
  lines_ = 0;
  for (const std::string& line : lines) {
    // The last row stays free: a line's end there would move all up.
    if (size.rows > 1 && lines_ + 1 >= size.rows) break;
    text += cut_line(line, size.columns) + clear_rest_of_line + "\n";
    ++lines_;
  }
  text += clear_below;
  write_text(text);
}

void show_again(std::chrono::milliseconds interval, std::uint64_t looks, bool json,
                const std::function<void()>& print) {
  Screen screen(Screen::From::top);
  for (std::uint64_t look = 1;; ++look) {
    const Deadline next = Deadline::after(interval);
    try {
      if (json) {
        print();
      } else {
        screen.show(captured_lines(print));
      }
    } catch (const Lost& lost) {
      throw Stop(ExitCode::no_server, lost.what(), lost.advice());
    }
    if (look == looks) return;
    interruptible_poll(nullptr, 0, next);
  }
}

}  // namespace uninterruptible::cli
