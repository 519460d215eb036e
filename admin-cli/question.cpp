#include "question.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "link.hpp"
#include "outcome.hpp"

namespace uninterruptible::cli {

namespace {

/// One line from the terminal. Not by stdio: a wait for it must end by an interrupt.
std::string read_answer() {
  std::string answer;
  while (answer.find('\n') == std::string::npos) {
    pollfd terminal{STDIN_FILENO, POLLIN, 0};
    interruptible_poll(&terminal, 1, Deadline::never());
    std::array<char, 256> buffer;
    const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count <= 0) break;
    answer.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return answer.substr(0, answer.find_first_of("\r\n"));
}

}  // namespace

void require_yes(const std::string& question) {
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDERR_FILENO) == 0) {
    throw Stop(ExitCode::usage, question + " There is no terminal to ask on, nothing was done",
               "the same with --yes");
  }
  std::fprintf(stderr, "%s [y/N] ", question.c_str());
  const std::string answer = read_answer();
  if (answer != "y" && answer != "Y" && answer != "yes") throw Stop(ExitCode::failed, "nothing was done");
}

}  // namespace uninterruptible::cli
