#pragma once

#include <optional>
#include <string>

#include "sys/program_file.hpp"

namespace uninterruptible {

/// Whether what a restart would start is still the program that runs.
class OwnProgram {
 public:
  /// Where the start command is run from: a path that is resolved anew each time, else a directory.
  struct Place {
    std::optional<std::string> path{};
    int directory_fd = -1;
  };

  /// To be made when the process starts: what the command leads to then is compared with what runs.
  OwnProgram(std::string command, Place place);

  /// Whether the command leads to another file by now, or to another content. Empty where that cannot be
  /// told: the command did not lead to this program in the first place (it is a script, an interpreter, a
  /// wrapper), or leads nowhere at the moment.
  [[nodiscard]] std::optional<bool> has_changed() const;

 private:
  [[nodiscard]] std::optional<sys::ProgramFile> find() const;

  std::string command_;
  Place place_;
  std::optional<sys::ProgramFile> runs_;  ///< empty where nothing can be told
};

}  // namespace uninterruptible
