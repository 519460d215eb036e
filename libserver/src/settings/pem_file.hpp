#pragma once

#include <string>

namespace uninterruptible {

struct PemFile {
  std::string text;
  bool others_can_read = false;
};

/// Reads a file that is given as an option: a regular one of at most 1 MiB that is not empty. Never waits for
/// a pipe. Throws std::runtime_error whose text is the reason alone.
[[nodiscard]] PemFile read_pem_file(const std::string& path);

}  // namespace uninterruptible
