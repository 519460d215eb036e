#include "help_format.hpp"

#include "command_examples.hpp"
#include "outcome.hpp"

namespace uninterruptible::cli {

namespace {

constexpr const char* naming =
    "-s SERVER, --json and --color may stand before or after the command. SERVER is a name, a path,\n"
    "unix:PATH, or ssh://[USER@]HOST[:PORT][/NAME or /PATH]; it may be left out where only one\n"
    "server runs. UNINTERRUPTIBLE_SERVER names the usual one.\n";

}  // namespace

std::string HelpFormat::make_description(const CLI::App* app) const {
  std::string text = CLI::Formatter::make_description(app);
  const auto examples = examples_of(app->get_parent() == nullptr ? std::string_view() : app->get_name());
  if (examples.empty()) return text;
  text += "\nExamples:\n";
  for (const std::string_view example : examples)
    text += "  uninterruptiblectl " + std::string(example) + "\n";
  return text + "\n";
}

std::string help_footer() {
  std::string text = std::string(naming) + "\nExit status:";
  for (const ExitMeaning& one : exit_meanings()) {
    std::string number = std::to_string(static_cast<int>(one.code));
    number.insert(0, 5 - number.size(), ' ');
    text += "\n" + number + "  " + std::string(one.text);
  }
  return text;
}

}  // namespace uninterruptible::cli
