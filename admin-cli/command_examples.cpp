#include "command_examples.hpp"

#include <map>
#include <vector>

namespace uninterruptible::cli {

std::span<const std::string_view> examples_of(std::string_view command) {
  static const std::map<std::string_view, std::vector<std::string_view>> examples = {
      {"", {"list", "status -s echo", "restart -s echo", "connections -s echo --idle 10m", "help restart"}},
      {"list", {"list", "list --json"}},
      {"status", {"status -s echo", "status -s echo --watch", "status -s ssh://web1/echo"}},
      {"connections",
       {"connections -s echo", "connections --peer 192.0.2.0/24 --idle 10m --sort -idle",
        "connections --idle 1h -q | xargs -r uninterruptiblectl close"}},
      {"counters", {"counters -s echo"}},
      {"top", {"top -s echo --by idle", "top --json --count 1"}},
      {"restart",
       {"restart -s echo", "restart -s echo --rehearse", "restart -s echo --until drained --timeout 10m",
        "restart --one-at-a-time -s ssh://web1/echo -s ssh://web2/echo"}},
      {"cancel", {"cancel -s echo"}},
      {"history", {"history -s echo", "history 12", "history --limit 5 --json"}},
      {"close", {"close 7-412 7-413", "close --generation 6 --idle 5m", "close --now --peer 192.0.2.0/24"}},
      {"shutdown", {"shutdown -s echo --timeout 5m", "shutdown -s echo --now --yes"}},
      {"extend-drain", {"extend-drain 30m", "extend-drain --generation 6 none"}},
      {"log-level", {"log-level", "log-level debug"}},
      {"events", {"events -s echo", "events -s echo --connections --json"}},
      {"wait", {"wait live -s echo --timeout 30s", "wait drained -s echo"}},
      {"doctor", {"doctor", "doctor -s echo --json"}},
      {"completion", {"completion bash >~/.local/share/bash-completion/completions/uninterruptiblectl"}},
      {"help", {"help restart"}}};
  const auto found = examples.find(command);
  return found == examples.end() ? std::span<const std::string_view>() : found->second;
}

}  // namespace uninterruptible::cli
