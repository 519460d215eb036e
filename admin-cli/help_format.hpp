#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace uninterruptible::cli {

/// Help that begins with examples.
class HelpFormat : public CLI::Formatter {
 public:
  [[nodiscard]] std::string make_description(const CLI::App* app) const override;
};

/// What stands below the help of every command: how servers are named, and the exit statuses.
[[nodiscard]] std::string help_footer();

}  // namespace uninterruptible::cli
