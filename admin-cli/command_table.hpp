#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Every command with all that is known of it without running it. The parser takes names and summaries from
/// here, completion all of it; a test compares it with what the parser accepts and with the man page.
namespace uninterruptible::cli {

/// What may stand for a value, as completion offers it.
enum class Offer {
  none,      ///< there is no value
  anything,  ///< a value that cannot be guessed
  words,     ///< one of a few
  list,      ///< several of a few, with commas
  servers,
  ids,  ///< of open connections
  commands,
};

struct Option {
  std::string_view names;  ///< as the parser wants them: "-s,--server"
  Offer value = Offer::none;
  std::string_view words{};  ///< for words and list, with blanks
};

struct Command {
  std::string_view name;
  std::string_view summary;
  bool needs_server = false;  ///< it is about one server: `-s` counts
  std::span<const Option> options{};
  Offer argument = Offer::none;
  std::string_view words{};
};

[[nodiscard]] std::span<const Command> commands();
/// Those that may stand before and after every command.
[[nodiscard]] std::span<const Option> common_options();
/// Throws std::logic_error where there is none.
[[nodiscard]] const Command& command_named(std::string_view name);

/// The parts of a text between separators, none of them empty.
[[nodiscard]] std::vector<std::string> parts_of(std::string_view text, char separator);

}  // namespace uninterruptible::cli
