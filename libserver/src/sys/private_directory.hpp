#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.hpp"

namespace uninterruptible::sys {

/// A directory that only this user can enter (0700), under a name that nobody can foresee, for as long as
/// this object lives. It is locked with flock(2): a process that dies leaves it behind unlocked, which is how
/// remove_abandoned_directories() tells it from one in use.
class PrivateDirectory {
 public:
  struct Place {
    std::vector<std::string>
        bases;                ///< tried in this order; those that are unfit or cannot be written are skipped
    std::string_view prefix;  ///< of the name; six characters follow
    std::size_t longest = 0;  ///< most bytes that the directory's path may have
    std::vector<std::string> contents{};  ///< names of the files that may be in it, removed with it
  };

  /// Throws std::runtime_error that says of each base why it cannot be used. A base is fit when it belongs to
  /// this user or root and nobody else can rename what is in it.
  explicit PrivateDirectory(const Place& place);
  /// Removes it with its contents, if it is still the one that was made.
  ~PrivateDirectory();
  PrivateDirectory(const PrivateDirectory&) = delete;
  PrivateDirectory& operator=(const PrivateDirectory&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// The directory in which it was made.
  [[nodiscard]] const std::string& base() const noexcept { return base_; }

 private:
  int make_in(const std::string& base, std::string_view prefix);

  std::vector<std::string> contents_;
  std::string base_;
  std::string path_;
  UniqueFd lock_;
};

/// Removes directories that a PrivateDirectory of a process that died has left in `base`: of this user, 0700,
/// named so, unlocked, and with nothing in them but files with those names. Anything else stays as it is, and
/// what fails is left for the next time. Looks at the first 10,000 names only.
void remove_abandoned_directories(const std::string& base, std::string_view prefix,
                                  const std::vector<std::string>& contents) noexcept;

}  // namespace uninterruptible::sys
