#include "usage_check.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "choose_server.hpp"
#include "outcome.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

void must_be_one_of(std::string_view what, std::string_view word, const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), word) != known.end()) return;
  std::string all;
  for (const std::string& one : known) all += (all.empty() ? "" : ", ") + one;
  const std::string similar = nearest(word, known);
  throw Stop(ExitCode::usage, std::string(what) + " '" + shown(word) + "' is none of " + all,
             similar.empty() ? std::string() : std::string(what) + " " + similar);
}

std::chrono::milliseconds duration_of(std::string_view what, std::string_view text) {
  const auto duration = parse_duration(text);
  if (!duration) {
    throw Stop(ExitCode::usage, std::string(what) + " '" + shown(text) + "' is no duration",
               "10s, 500ms or 2m");
  }
  return *duration;
}

}  // namespace uninterruptible::cli
