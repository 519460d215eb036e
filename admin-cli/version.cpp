#include "commands.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

ExitCode version(const Request&) {
  print_line("uninterruptiblectl " UNINTERRUPTIBLE_VERSION);
  return ExitCode::done;
}

}  // namespace uninterruptible::cli
