#pragma once

#include <string>

namespace uninterruptible::cli {

/// Asks whoever sits at the terminal, and returns when the answer is yes. Throws Stop: `failed` when it is
/// not, `usage` naming `--yes` where there is no terminal to ask on, `interrupted` on SIGINT.
void require_yes(const std::string& question);

}  // namespace uninterruptible::cli
