#pragma once

#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace testing {

/// A directory that only root can have put where it is, which a temp directory is not; removed with all that
/// is in it. For root.
class RootsDirectory {
 public:
  RootsDirectory() {
    std::string pattern = "/run/uit-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) return;
    path_ = pattern;
    ::chmod(path_.c_str(), 0755);
  }
  ~RootsDirectory() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  RootsDirectory(const RootsDirectory&) = delete;
  RootsDirectory& operator=(const RootsDirectory&) = delete;

  /// False where this machine's /run cannot be written to.
  [[nodiscard]] bool exists() const { return !path_.empty(); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

}  // namespace testing
