#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/unique_fd.hpp"

namespace uninterruptible {

/// The file that names the live process. Readers never see it empty or half-written: a temp file in the same
/// directory is locked (flock), written and renamed over it. The lock is never given back by hand, only by
/// the descriptor's end, so that a lock always means a living process.
///
/// A symbolic link at the path is refused: the rename would replace the link and leave its target stale.
/// Links in the directories above it are followed.
class Pidfile {
 public:
  explicit Pidfile(std::string path);

  /// Refuses when another living process holds the file: throws std::runtime_error with its pid. A stale
  /// file, or garbage in it, is no obstacle; a file that is not regular is. Also throws, with path and
  /// reason, when the directory is missing or cannot be written. Keeps the old file's lock (if there is one)
  /// until write(), so that of two servers that start at once one is refused. Writes nothing that stays.
  /// Never blocks on a FIFO.
  void claim();
  /// Replaces the file so that it names `pid`, locked by this object; whoever held it before. Throws
  /// std::system_error naming the path; the old file is untouched then.
  void write(pid_t pid);
  /// Removes the file if it still is the one this object wrote. Never throws.
  void remove() noexcept;
  /// Lets go without removing: another generation's file is at the path now.
  void forget() noexcept;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  struct TempFile;
  [[nodiscard]] TempFile create_temp(pid_t pid) const;

  std::string path_;
  UniqueFd claimed_;  ///< lock on the file found at claim()
  UniqueFd held_;     ///< lock on the file written by write()
};

}  // namespace uninterruptible
