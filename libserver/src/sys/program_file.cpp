#include "sys/program_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace uninterruptible::sys {

namespace {

std::optional<ProgramFile> file_at(int directory_fd, const std::string& path) {
  struct stat found {};
  if (::fstatat(directory_fd, path.c_str(), &found, 0) != 0 || !S_ISREG(found.st_mode)) return std::nullopt;
  constexpr std::int64_t second = 1'000'000'000;
  return ProgramFile{found.st_dev, found.st_ino, found.st_size,
                     found.st_mtim.tv_sec * second + found.st_mtim.tv_nsec};
}

}  // namespace

std::optional<ProgramFile> running_program() { return file_at(AT_FDCWD, "/proc/self/exe"); }

std::optional<ProgramFile> find_program(const std::string& word, int directory_fd) {
  if (word.find('/') != std::string::npos) return file_at(directory_fd, word);
  const char* const variable = std::getenv("PATH");
  std::string_view path = variable != nullptr ? variable : "/bin:/usr/bin";
  while (true) {
    const std::size_t end = path.find(':');
    std::string candidate(path.substr(0, end));
    if (!candidate.empty()) candidate += '/';  // an empty entry is the directory itself
    candidate += word;
    if (::faccessat(directory_fd, candidate.c_str(), X_OK, 0) == 0) {
      if (auto found = file_at(directory_fd, candidate)) return found;
    }
    if (end == std::string_view::npos) return std::nullopt;
    path.remove_prefix(end + 1);
  }
}

}  // namespace uninterruptible::sys
