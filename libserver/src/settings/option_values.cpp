#include "settings/option_values.hpp"

#include <grp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "settings/settings.hpp"

namespace uninterruptible {

namespace {

// Not isalnum(): its answer depends on the locale.
bool is_name_character(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
         c == '-';
}

}  // namespace

std::string refuse_name(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.size() > longest_name) return "must have at most " + std::to_string(longest_name) + " characters";
  if (name.front() == '.') return "must not begin with a dot";
  if (std::all_of(name.begin(), name.end(), is_name_character)) return {};
  return "may contain letters, digits, '.', '_' and '-' only";
}

std::string default_name() {
  const std::vector<std::string> command = own_command_line();
  std::string name = command.empty() ? std::string() : command.front();
  name = name.substr(name.rfind('/') + 1).substr(0, longest_name);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !is_name_character(c); }, '-');
  if (name.empty()) return "server";
  if (name.front() == '.') name.front() = '-';
  return name;
}

std::optional<gid_t> find_group(const std::string& name) {
  if (const auto number = parse_number(name, 0, 0xFFFF'FFFE)) return static_cast<gid_t>(*number);
  std::vector<char> buffer(1024);
  while (true) {
    group entry{};
    group* found = nullptr;
    const int error = ::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (error == ERANGE && buffer.size() < (1U << 20U)) {
      buffer.resize(buffer.size() * 2);
      continue;
    }
    if (found == nullptr) return std::nullopt;
    return entry.gr_gid;
  }
}

std::optional<std::string> working_directory() {
  std::vector<char> buffer(4096);
  while (::getcwd(buffer.data(), buffer.size()) == nullptr) {
    if (errno != ERANGE) return std::nullopt;
    buffer.resize(buffer.size() * 2);
  }
  // "(unreachable)/..." is what the kernel says of a directory outside our root.
  if (buffer.front() != '/') return std::nullopt;
  return buffer.data();
}

std::optional<LogLevel> level_from(std::string_view text) {
  constexpr std::pair<std::string_view, LogLevel> levels[] = {{"debug", LogLevel::debug},
                                                              {"info", LogLevel::info},
                                                              {"warn", LogLevel::warn},
                                                              {"error", LogLevel::error},
                                                              {"fatal", LogLevel::fatal}};
  for (const auto& [name, level] : levels) {
    if (name == text) return level;
  }
  return std::nullopt;
}

std::optional<bool> boolean_from(std::string_view text) {
  std::string word(text);
  for (char& c : word) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (word == "true" || word == "yes" || word == "on" || word == "1") return true;
  if (word == "false" || word == "no" || word == "off" || word == "0") return false;
  return std::nullopt;
}

std::optional<unsigned> mode_from(std::string_view text) {
  unsigned mode = 0;
  if (text.empty() || text.size() > 5) return std::nullopt;
  for (const char digit : text) {
    if (digit < '0' || digit > '7') return std::nullopt;
    mode = mode * 8 + static_cast<unsigned>(digit - '0');
  }
  return mode;
}

std::string octal(unsigned mode) {
  std::string text;
  for (; mode != 0; mode /= 8) text.insert(text.begin(), static_cast<char>('0' + mode % 8));
  return "0" + text;
}

}  // namespace uninterruptible
