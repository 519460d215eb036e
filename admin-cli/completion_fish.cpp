#include "completion_scripts.hpp"

#include <utility>

namespace uninterruptible::cli {

namespace {

constexpr std::string_view frame =
    R"(# fish completion for uninterruptiblectl, written by 'uninterruptiblectl completion fish'

function __uninterruptiblectl_ask
    set -l words (commandline -opc)
    timeout 0.2 $words[1] $argv 2>/dev/null
end

function __uninterruptiblectl_ids
    set -l words (commandline -opc)
    set -l server
    for i in (seq 2 (count $words))
        switch $words[$i]
            case @SERVER@
                set -l next (math $i + 1)
                test $next -le (count $words); and set server -s $words[$next]
            case '--server=*'
                set server -s (string replace -- --server= '' $words[$i])
        end
    end
    __uninterruptiblectl_ask $server connections -q
end

function __uninterruptiblectl_needs_command
    set -l words (commandline -opc)
    set -l is_value 0
    for word in $words[2..-1]
        if test $is_value -eq 1
            set is_value 0
            continue
        end
        switch $word
            case @WITH_VALUE@
                set is_value 1
            case '-*'
            case '*'
                return 1
        end
    end
end

complete -c uninterruptiblectl -f
)";

constexpr std::string_view command = "complete -c uninterruptiblectl";

std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string line_of(const Option& option, const std::string& condition) {
  std::string line = std::string(command) + condition;
  for (const std::string& name : parts_of(option.names, ',')) {
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  switch (option.value) {
    case Offer::none: break;
    case Offer::servers: line += " -x -a '(__uninterruptiblectl_ask list -q)'"; break;
    case Offer::words:
    case Offer::list: line += " -x -a " + in_quotes(option.words); break;
    case Offer::anything:
    case Offer::ids:
    case Offer::commands: line += " -x"; break;
  }
  return line + "\n";
}

}  // namespace

std::string fish_completion() {
  std::vector<std::string> names;
  for (const Command& one : commands()) names.emplace_back(one.name);
  std::string text = filled_in(std::string(frame), "SERVER", joined(names_of_options(Offer::servers), " "));
  std::vector<std::string> with_value;
  for (const Offer kind : {Offer::servers, Offer::words, Offer::list, Offer::anything}) {
    for (std::string& name : names_of_options(kind)) with_value.push_back(std::move(name));
  }
  text = filled_in(text, "WITH_VALUE", joined(with_value, " "));
  for (const Option& option : common_options()) text += line_of(option, "");
  for (const Command& one : commands()) {
    text += std::string(command) + " -n __uninterruptiblectl_needs_command -a " + std::string(one.name) +
            " -d " + in_quotes(one.summary) + "\n";
    const std::string condition = " -n '__fish_seen_subcommand_from " + std::string(one.name) + "'";
    for (const Option& option : one.options) text += line_of(option, condition);
    if (one.argument == Offer::words) {
      text += std::string(command) + condition + " -a " + in_quotes(one.words) + "\n";
    } else if (one.argument == Offer::commands) {
      text += std::string(command) + condition + " -a " + in_quotes(joined(names, " ")) + "\n";
    } else if (one.argument == Offer::ids) {
      text += std::string(command) + condition + " -a '(__uninterruptiblectl_ids)'\n";
    }
  }
  return text;
}

}  // namespace uninterruptible::cli
