#include "support/sandbox.hpp"

#include <filesystem>

namespace testing {

Sandbox::Sandbox() { std::filesystem::create_directory(directory_ / "tmp"); }

Process Sandbox::start(std::vector<std::string> argv, Environment environment, bool feed_stdin) const {
  environment.insert(environment.begin(), {{"UNINTERRUPTIBLE_CONTROL_DIR", control_directory()},
                                           {"TMPDIR", directory_ / "tmp"},
                                           {"XDG_RUNTIME_DIR", directory_ / "tmp"}});
  return Process(tree_, {.argv = std::move(argv),
                         .environment = std::move(environment),
                         .directory = directory_.path().string(),
                         .feed_stdin = feed_stdin});
}

std::string Sandbox::control_path(std::string_view name) const {
  return control_directory() + "/" + std::string(name) + ".sock";
}

}  // namespace testing
