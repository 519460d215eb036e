#pragma once

#include <string>
#include <utility>
#include <vector>

#include "support/process.hpp"
#include "support/process_tree.hpp"
#include "support/temp_dir.hpp"

namespace testing {

/// A place of its own for one test: a temp directory, a control directory in it, and all processes that are
/// started from here, which end with it.
class Sandbox {
 public:
  using Environment = std::vector<std::pair<std::string, std::optional<std::string>>>;

  Sandbox();

  /// Starts a program with this sandbox's control directory, temp and runtime directory in its environment.
  [[nodiscard]] Process start(std::vector<std::string> argv, Environment environment = {},
                              bool feed_stdin = false) const;

  [[nodiscard]] const TempDir& directory() const noexcept { return directory_; }
  [[nodiscard]] const ProcessTree& tree() const noexcept { return tree_; }
  [[nodiscard]] std::string operator/(std::string_view name) const { return directory_ / name; }
  [[nodiscard]] std::string control_directory() const { return directory_ / "control"; }
  /// Control socket of the server with that name.
  [[nodiscard]] std::string control_path(std::string_view name) const;

 private:
  TempDir directory_;
  ProcessTree tree_;  ///< goes first: nobody uses the directory any more when it is removed
};

}  // namespace testing
