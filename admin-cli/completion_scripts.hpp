#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "command_table.hpp"

/// Completion scripts for uninterruptiblectl, made of the command table. What only a server knows, names and
/// ids of connections, they ask the program for when it is wanted, and give that 200 ms.
namespace uninterruptible::cli {

[[nodiscard]] std::string bash_completion();
[[nodiscard]] std::string zsh_completion();
[[nodiscard]] std::string fish_completion();

/// The names that an option of any command has, where that kind of value follows it; each once.
[[nodiscard]] std::vector<std::string> names_of_options(Offer value);
/// The options that a command takes, the common ones too, by all their names.
[[nodiscard]] std::vector<std::string> names_of_options(const Command& command);
/// Each option with a fixed choice of values, each once.
[[nodiscard]] std::vector<const Option*> options_with_words();
/// Replaces `@NAME@` wherever it stands.
[[nodiscard]] std::string filled_in(std::string text, std::string_view name, std::string_view value);
[[nodiscard]] std::string joined(const std::vector<std::string>& words, std::string_view separator);

}  // namespace uninterruptible::cli
