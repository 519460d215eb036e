#include "support/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace testing {

std::string read_file(const std::string& path) {
  // Not by a stream: those throw where read(2) fails, as it does on /proc when the process has just gone.
  std::string text;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return text;
  std::array<char, 65536> buffer;
  for (ssize_t got = 0; (got = ::read(fd, buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(got));
  ::close(fd);
  return text;
}

void write_file(const std::string& path, std::string_view text, mode_t mode) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file || ::chmod(path.c_str(), mode) != 0) throw std::runtime_error("cannot write " + path);
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::optional<pid_t> read_pidfile(const std::string& path) {
  const std::string text = read_file(path);
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
  if (error != std::errc{} || pid <= 0 || (end != text.data() + text.size() && *end != '\n'))
    return std::nullopt;
  return pid;
}

pid_t wait_for_pidfile(const std::string& path, pid_t before, std::chrono::milliseconds limit) {
  std::optional<pid_t> found;
  eventually([&] { return (found = read_pidfile(path)) && *found != before; },
             path + " names another process than " + std::to_string(before), limit);
  return *found;
}

std::string wait_for_line(const std::string& path, std::string_view text, std::chrono::milliseconds limit) {
  std::string found;
  const auto look = [&] {
    for (const std::string& line : split_lines(read_file(path))) {
      if (line.find(text) != std::string::npos) return found = line, true;
    }
    return false;
  };
  if (becomes_true(look, limit)) return found;
  const std::string all = read_file(path);
  throw std::runtime_error("no line with '" + std::string(text) + "' in " + path + ", which ends:\n" +
                           all.substr(all.size() - std::min<std::size_t>(all.size(), 2000)));
}

std::string program(std::string_view name) {
  const char* const directory = std::getenv("UNINTERRUPTIBLE_BIN");
  if (directory == nullptr)
    throw std::runtime_error("UNINTERRUPTIBLE_BIN is not set: run this test by ctest");
  // Tests start it in other directories than their own.
  return std::filesystem::absolute(directory) / name;
}

std::string support_file(std::string_view name) {
  return UNINTERRUPTIBLE_SUPPORT_DIR "/" + std::string(name);
}

}  // namespace testing
