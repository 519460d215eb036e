#include "commands.hpp"
#include "completion_scripts.hpp"
#include "terminal.hpp"
#include "usage_check.hpp"

namespace uninterruptible::cli {

ExitCode completion(const Request& request) {
  must_be_one_of("SHELL", request.word, parts_of(command_named("completion").words, ' '));
  std::string script = request.word == "bash"  ? bash_completion()
                       : request.word == "zsh" ? zsh_completion()
                                               : fish_completion();
  script.pop_back();  // the line's end comes with printing it
  print_line(script);
  return ExitCode::done;
}

}  // namespace uninterruptible::cli
