#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

/// Checks of what stands on the command line, all before a server is asked. `what` names the option or the
/// argument in the error; each throws Stop with ExitCode::usage.
namespace uninterruptible::cli {

void must_be_one_of(std::string_view what, std::string_view word, const std::vector<std::string>& known);
[[nodiscard]] std::chrono::milliseconds duration_of(std::string_view what, std::string_view text);

}  // namespace uninterruptible::cli
