#include "base/fault_point.hpp"

#ifdef UNINTERRUPTIBLE_FAULT_POINTS

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

#include "base/text.hpp"

namespace uninterruptible {

namespace {
std::atomic<std::uint64_t> current_generation{0};

bool act(std::string_view action, std::string_view argument) {
  const std::uint64_t number = parse_number(argument, 0, 1'000'000).value_or(0);
  if (action == "kill") ::kill(::getpid(), SIGKILL);
  if (action == "exit") ::_exit(static_cast<int>(number));
  if (action == "hang") ::raise(SIGSTOP);
  if (action == "delay") std::this_thread::sleep_for(std::chrono::milliseconds(number));
  return action == "fail";
}
}  // namespace

void set_fault_generation(std::uint64_t generation) { current_generation = generation; }

bool fault_point(std::string_view name) {
  const char* const rules = std::getenv("UNINTERRUPTIBLE_FAULT");
  if (rules == nullptr) return false;
  for (const std::string& rule : split_list(rules, ',')) {
    const std::vector<std::string> parts = split_list(rule, ':');
    if (parts.size() < 2) continue;
    const std::vector<std::string> place = split_list(parts[0], '@');
    if (place[0] != name) continue;
    if (place.size() > 1 && parse_number(place[1], 0, ~0ULL) != current_generation.load()) continue;
    if (act(parts[1], parts.size() > 2 ? parts[2] : "")) return true;
  }
  return false;
}

}  // namespace uninterruptible

#endif
