#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <system_error>
#include <utility>

namespace uninterruptible {

namespace {

/// Length of the well-formed UTF-8 sequence at the start of `text`, 0 when there is none.
std::size_t utf8_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto continues = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0U) == 0x80U; };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (!continues(1) || !continues(2)) return 0;
    if (first == 0xE0 && byte(1) < 0xA0) return 0;
    if (first == 0xED && byte(1) > 0x9F) return 0;
    return 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (!continues(1) || !continues(2) || !continues(3)) return 0;
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

void append_hex(std::string& out, unsigned char byte) {
  constexpr char digits[] = "0123456789abcdef";
  out += "\\x";
  out += digits[byte >> 4U];
  out += digits[byte & 0xFU];
}

/// U+0080..U+009F are control characters too; U+2028 and U+2029 end lines; U+061C, U+200E, U+200F,
/// U+202A..U+202E and U+2066..U+2069 reorder what a terminal shows.
bool is_hostile_sequence(std::string_view sequence) {
  if (sequence == "\xD8\x9C") return true;
  if (sequence.size() == 2) return sequence[0] == '\xC2' && static_cast<unsigned char>(sequence[1]) < 0xA0;
  if (sequence.size() != 3 || sequence[0] != '\xE2') return false;
  const auto second = static_cast<unsigned char>(sequence[1]);
  const auto third = static_cast<unsigned char>(sequence[2]);
  return (second == 0x80 && (third >= 0xA8 && third <= 0xAE)) ||
         (second == 0x80 && (third == 0x8E || third == 0x8F)) ||
         (second == 0x81 && third >= 0xA6 && third <= 0xA9);
}

}  // namespace

std::string quote_text(std::string_view text) { return "'" + escape_text(text, 200) + "'"; }

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string escape_text(std::string_view text, std::size_t limit) {
  std::string out;
  out.reserve(std::min(text.size(), limit));
  while (!text.empty()) {
    if (out.size() >= limit) return out + "...";
    const std::size_t length = utf8_length(text);
    const auto first = static_cast<unsigned char>(text[0]);
    if (length == 0) {
      append_hex(out, first);
      text.remove_prefix(1);
      continue;
    }
    const std::string_view sequence = text.substr(0, length);
    if (first == '\n') {
      out += "\\n";
    } else if (first == '\t') {
      out += "\\t";
    } else if (first == '\r') {
      out += "\\r";
    } else if (first == '\\') {
      out += "\\\\";
    } else if (length == 1 && (first < 0x20 || first == 0x7F)) {
      append_hex(out, first);
    } else if (is_hostile_sequence(sequence)) {
      for (const char c : sequence) append_hex(out, static_cast<unsigned char>(c));
    } else {
      out += sequence;
    }
    text.remove_prefix(length);
  }
  return out;
}

std::optional<std::vector<std::string>> split_command(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote == '\'') {
      if (c == '\'') {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '\\') {
      if (++i == text.size()) return std::nullopt;
      // Inside double quotes a backslash protects only these four; before anything else it stays
      // (POSIX 2.2.3).
      if (quote == '"' && std::string_view("\"\\$`").find(text[i]) == std::string_view::npos) word += '\\';
      word += text[i];
      in_word = true;
    } else if (quote == '"') {
      if (c == '"') {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      in_word = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (in_word) words.push_back(std::exchange(word, {}));
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (quote != 0) return std::nullopt;
  if (in_word) words.push_back(std::move(word));
  return words;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (error != std::errc() || rest == text.data() || text[0] == '-') return std::nullopt;
  const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  double factor = 0;
  if (unit.empty() || unit == "s") factor = 1000;
  if (unit == "ms") factor = 1;
  if (unit == "m") factor = 60'000;
  if (unit == "h") factor = 3'600'000;
  if (unit == "d") factor = 86'400'000;
  constexpr double ten_years = 10.0 * 366 * 86'400'000;
  const double milliseconds = value * factor;
  if (factor == 0 || !(milliseconds >= 0 && milliseconds <= ten_years)) return std::nullopt;
  return std::chrono::milliseconds(static_cast<long long>(milliseconds + 0.5));
}

std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t lowest,
                                          std::uint64_t highest) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end || value < lowest || value > highest) return std::nullopt;
  return value;
}

std::string format_duration(std::chrono::milliseconds duration) {
  const long long ms = std::max<long long>(duration.count(), 0);
  char text[64];
  const long long seconds = ms / 1000;
  if (ms < 1000) {
    std::snprintf(text, sizeof text, "%lld ms", ms);
  } else if (ms < 10'000) {
    std::snprintf(text, sizeof text, "%lld.%lld s", seconds, ms % 1000 / 100);
  } else if (seconds < 60) {
    std::snprintf(text, sizeof text, "%lld s", seconds);
  } else if (seconds < 3600) {
    std::snprintf(text, sizeof text, "%lld m %02lld s", seconds / 60, seconds % 60);
  } else if (seconds < 86'400) {
    std::snprintf(text, sizeof text, "%lld h %lld m", seconds / 3600, seconds % 3600 / 60);
  } else {
    std::snprintf(text, sizeof text, "%lld d %lld h", seconds / 86'400, seconds % 86'400 / 3600);
  }
  return text;
}

std::string format_short(std::chrono::microseconds duration) {
  using namespace std::chrono_literals;
  if (duration < 0us || duration >= 10ms)
    return format_duration(std::chrono::round<std::chrono::milliseconds>(duration));
  const std::string thousandths = std::to_string(duration.count() % 1000);
  return std::to_string(duration.count() / 1000) + "." + std::string(3 - thousandths.size(), '0') +
         thousandths + " ms";
}

std::vector<std::string> split_list(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    std::string_view part = text.substr(0, end);
    const std::size_t first = part.find_first_not_of(" \t");
    part = first == std::string_view::npos ? std::string_view()
                                           : part.substr(first, part.find_last_not_of(" \t") - first + 1);
    parts.emplace_back(part);
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string errno_text(int error) { return std::generic_category().message(error); }

}  // namespace uninterruptible
