#include "control/wire_text.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace uninterruptible::control {

namespace {
constexpr std::size_t line_limit = 1024;
constexpr std::size_t overhead = 4;  // quotes, comma and a spare byte in JSON
}  // namespace

std::string wire_text(std::string_view text, std::size_t limit) {
  const std::string escaped = escape_text(text, limit);
  if (escaped.find("\\\\") == std::string::npos) return escaped;
  std::string out;
  out.reserve(escaped.size());
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    out += escaped[i];
    // A doubled backslash stands for one that was there; any other introduces an escape of two or more
    // characters.
    if (escaped[i] == '\\' && i + 1 < escaped.size()) {
      ++i;
      if (escaped[i] != '\\') out += escaped[i];
    }
  }
  return out;
}

std::vector<std::string> last_lines(const std::vector<std::string>& lines, std::size_t budget) {
  std::vector<std::string> out;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    std::string safe = wire_text(*line, line_limit);
    if (safe.size() + overhead > budget) break;
    budget -= safe.size() + overhead;
    out.push_back(std::move(safe));
  }
  std::reverse(out.begin(), out.end());
  return out;
}

std::vector<std::string> first_texts(const std::vector<std::string>& texts, std::size_t budget) {
  std::vector<std::string> out;
  for (const std::string& text : texts) {
    std::string safe = wire_text(text, line_limit);
    if (safe.size() + overhead > budget) {
      out.emplace_back("...");
      break;
    }
    budget -= safe.size() + overhead;
    out.push_back(std::move(safe));
  }
  return out;
}

}  // namespace uninterruptible::control
