#include "completion_scripts.hpp"

namespace uninterruptible::cli {

namespace {

/// Names and ids come from others: they are compared and never expanded, which `compgen -W` would do.
constexpr std::string_view frame =
    R"(# bash completion for uninterruptiblectl, written by 'uninterruptiblectl completion bash'

# Those of the lines read that begin with $1, with $2 before them.
_uninterruptiblectl_offer() {
    local word
    while IFS= read -r word; do
        [[ -n $word && $word == "$1"* ]] && COMPREPLY+=("${2-}$word")
    done
}

_uninterruptiblectl() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local program=${COMP_WORDS[0]} command='' i word
    local -a server=() offered=()
    COMPREPLY=()
    type -P -- "$program" >/dev/null || program=uninterruptiblectl
    # bash takes '=' for a word of its own.
    if [[ $current == = ]]; then
        current=''
    elif [[ $previous == = ]] && ((COMP_CWORD > 1)); then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    for ((i = 1; i < COMP_CWORD; ++i)); do
        word=${COMP_WORDS[i]}
        case $word in
            @WITH_VALUE@)
                [[ ${COMP_WORDS[i + 1]-} == = ]] && ((++i))
                ((++i))
                case $word in
                    @SERVER@) ((i < COMP_CWORD)) && server=(-s "${COMP_WORDS[i]}") ;;
                esac
                ;;
            -* | =) ;;
            *) [[ -n $command ]] || command=$word ;;
        esac
    done
    case $previous in
        @SERVER@)
            _uninterruptiblectl_offer "$current" < <(timeout 0.2 "$program" list -q 2>/dev/null)
            return
            ;;
@WORDS@        @ANYTHING@) return ;;
    esac
    if [[ $current == -* ]]; then
        case $command in
@OPTIONS@            *) offered=(@COMMON@) ;;
        esac
        _uninterruptiblectl_offer "$current" < <(printf '%s\n' "${offered[@]}")
        return
    fi
    case $command in
        '') offered=(@COMMANDS@) ;;
@ARGUMENTS@        *) return ;;
    esac
    _uninterruptiblectl_offer "$current" < <(printf '%s\n' "${offered[@]}")
}

complete -F _uninterruptiblectl uninterruptiblectl
)";

std::string words_of(const Option& option) {
  const std::string names = joined(parts_of(option.names, ','), " | ");
  const std::string words = joined(parts_of(option.words, ' '), " ");
  std::string lines = "        " + names + ")\n";
  if (option.value == Offer::list) {
    lines += "            word=${current##*,}\n";
    lines += "            _uninterruptiblectl_offer \"$word\" \"${current%\"$word\"}\" < <(printf '%s\\n' " +
             words + ")\n";
  } else {
    lines += "            _uninterruptiblectl_offer \"$current\" < <(printf '%s\\n' " + words + ")\n";
  }
  return lines + "            return\n            ;;\n";
}

std::string argument_of(const Command& command, const std::string& all_commands) {
  const std::string begin = "        " + std::string(command.name) + ")";
  switch (command.argument) {
    case Offer::words: return begin + " offered=(" + std::string(command.words) + ") ;;\n";
    case Offer::commands: return begin + " offered=(" + all_commands + ") ;;\n";
    case Offer::ids:
      return begin +
             "\n            _uninterruptiblectl_offer \"$current\" < <(timeout 0.2 \"$program\" "
             "\"${server[@]}\" connections -q 2>/dev/null)\n            return\n            ;;\n";
    case Offer::none:
    case Offer::anything:
    case Offer::list:
    case Offer::servers: break;
  }
  return {};
}

}  // namespace

std::string bash_completion() {
  std::vector<std::string> names;
  std::string options;
  for (const Command& command : commands()) {
    names.emplace_back(command.name);
    options += "            " + std::string(command.name) + ") offered=(" +
               joined(names_of_options(command), " ") + ") ;;\n";
  }
  const std::string all_commands = joined(names, " ");
  std::string arguments;
  for (const Command& command : commands()) arguments += argument_of(command, all_commands);
  std::vector<std::string> with_value;
  for (const Offer kind : {Offer::servers, Offer::words, Offer::list, Offer::anything}) {
    for (std::string& name : names_of_options(kind)) with_value.push_back(std::move(name));
  }
  std::string words;
  for (const Option* const option : options_with_words()) words += words_of(*option);

  const Command before_any{.name = "", .summary = "", .needs_server = true};
  std::string text(frame);
  text = filled_in(text, "WITH_VALUE", joined(with_value, " | "));
  text = filled_in(text, "SERVER", joined(names_of_options(Offer::servers), " | "));
  text = filled_in(text, "ANYTHING", joined(names_of_options(Offer::anything), " | "));
  text = filled_in(text, "WORDS", words);
  text = filled_in(text, "OPTIONS", options);
  text = filled_in(text, "COMMON", joined(names_of_options(before_any), " "));
  text = filled_in(text, "COMMANDS", all_commands);
  return filled_in(text, "ARGUMENTS", arguments);
}

}  // namespace uninterruptible::cli
