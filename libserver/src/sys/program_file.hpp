#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace uninterruptible::sys {

/// Which file a program is, and in which state: equal as long as nobody has replaced or rewritten it.
struct ProgramFile {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  std::int64_t modified_ns = 0;
  friend bool operator==(const ProgramFile&, const ProgramFile&) = default;
};

/// The file that this process runs, also where no name leads to it any more. Empty without /proc.
[[nodiscard]] std::optional<ProgramFile> running_program();

/// The file that spawn() would start for the first word of a command, started from this directory: looked up
/// in this process's PATH when it has no slash. Empty when there is none that may be executed.
[[nodiscard]] std::optional<ProgramFile> find_program(const std::string& word, int directory_fd);

}  // namespace uninterruptible::sys
