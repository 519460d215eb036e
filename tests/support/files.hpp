#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/eventually.hpp"

namespace testing {

/// All of a file; empty when it cannot be read.
[[nodiscard]] std::string read_file(const std::string& path);
/// Writes a file whole. Throws std::runtime_error.
void write_file(const std::string& path, std::string_view text, mode_t mode = 0644);
[[nodiscard]] std::vector<std::string> split_lines(std::string_view text);

/// The pid a pidfile names; empty when there is no file or no number in it.
[[nodiscard]] std::optional<pid_t> read_pidfile(const std::string& path);
/// Waits until the pidfile names a process other than `before`. Throws std::runtime_error when that does not
/// happen.
pid_t wait_for_pidfile(const std::string& path, pid_t before = 0, std::chrono::milliseconds limit = patience);
/// Waits until a line of the file contains `text`, and returns that line. Throws with the file's end
/// otherwise.
std::string wait_for_line(const std::string& path, std::string_view text,
                          std::chrono::milliseconds limit = patience);

/// The program of this build, e.g. `echo-server`.
[[nodiscard]] std::string program(std::string_view name);
/// A file that lies beside the sources of the support library.
[[nodiscard]] std::string support_file(std::string_view name);

}  // namespace testing
