#include "completion_scripts.hpp"

namespace uninterruptible::cli {

namespace {

constexpr std::string_view frame = R"zsh(#compdef uninterruptiblectl
# zsh completion for uninterruptiblectl, written by 'uninterruptiblectl completion zsh'

_uninterruptiblectl() {
    local current=${words[CURRENT]} previous=${words[CURRENT-1]} program=${words[1]} command= word=
    local -a server found all_commands
    local -i i
    all_commands=(
@COMMANDS@    )
    for ((i = 2; i < CURRENT; ++i)); do
        word=${words[i]}
        case $word in
            (@SERVER@)
                ((++i))
                ((i < CURRENT)) && server=(-s ${words[i]})
                ;;
            (--server=*) server=(-s ${word#*=}) ;;
            (@WITH_VALUE@) ((++i)) ;;
            (-*) ;;
            (*) [[ -n $command ]] || command=$word ;;
        esac
    done
    case $previous in
        (@SERVER@)
            found=(${(f)"$(timeout 0.2 $program list -q 2>/dev/null)"})
            compadd -a found
            return
            ;;
@WORDS@        (@ANYTHING@) return 1 ;;
    esac
    if [[ $current == -* ]]; then
        case $command in
@OPTIONS@            (*) found=(@COMMON@) ;;
        esac
        compadd -a found
        return
    fi
    case $command in
        ('') _describe command all_commands ;;
@ARGUMENTS@        (*) return 1 ;;
    esac
}

_uninterruptiblectl "$@"
)zsh";

std::string words_of(const Option& option) {
  const std::string begin = "        (" + joined(parts_of(option.names, ','), "|") + ") ";
  const std::string words = joined(parts_of(option.words, ' '), " ");
  if (option.value == Offer::list) return begin + "_values -s , column " + words + "; return ;;\n";
  return begin + "compadd -- " + words + "; return ;;\n";
}

std::string argument_of(const Command& command) {
  const std::string begin = "        (" + std::string(command.name) + ")";
  switch (command.argument) {
    case Offer::words: return begin + " compadd -- " + std::string(command.words) + " ;;\n";
    case Offer::commands: return begin + " _describe command all_commands ;;\n";
    case Offer::ids:
      return begin +
             "\n            found=(${(f)\"$(timeout 0.2 $program $server connections -q 2>/dev/null)\"})\n"
             "            compadd -a found\n            ;;\n";
    case Offer::none:
    case Offer::anything:
    case Offer::list:
    case Offer::servers: break;
  }
  return {};
}

/// Between single quotes.
std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

}  // namespace

std::string zsh_completion() {
  std::string all_commands;
  std::string options;
  std::string arguments;
  for (const Command& command : commands()) {
    all_commands +=
        "        " + in_quotes(std::string(command.name) + ":" + std::string(command.summary)) + "\n";
    options += "            (" + std::string(command.name) + ") found=(" +
               joined(names_of_options(command), " ") + ") ;;\n";
    arguments += argument_of(command);
  }
  std::vector<std::string> with_value;
  for (const Offer kind : {Offer::words, Offer::list, Offer::anything}) {
    for (std::string& name : names_of_options(kind)) with_value.push_back(std::move(name));
  }
  std::string words;
  for (const Option* const option : options_with_words()) words += words_of(*option);

  const Command before_any{.name = "", .summary = "", .needs_server = true};
  std::string text(frame);
  text = filled_in(text, "COMMANDS", all_commands);
  text = filled_in(text, "SERVER", joined(names_of_options(Offer::servers), "|"));
  text = filled_in(text, "WITH_VALUE", joined(with_value, "|"));
  text = filled_in(text, "WORDS", words);
  text = filled_in(text, "ANYTHING", joined(names_of_options(Offer::anything), "|"));
  text = filled_in(text, "OPTIONS", options);
  text = filled_in(text, "COMMON", joined(names_of_options(before_any), " "));
  return filled_in(text, "ARGUMENTS", arguments);
}

}  // namespace uninterruptible::cli
