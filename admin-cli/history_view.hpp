#pragma once

#include <string>
#include <vector>

#include "uninterruptible/control.hpp"

namespace uninterruptible::cli {

/// A line for each restart, the latest last.
void print_history(const std::vector<control::RestartRecord>& restarts);
/// All that is known of one.
void print_restart(const control::RestartRecord& restart);
void print_history_json(const std::string& name, const std::vector<control::RestartRecord>& restarts);

}  // namespace uninterruptible::cli
