#pragma once

#include <vector>

#include "uninterruptible/control.hpp"

namespace uninterruptible::cli {

/// The open connections of all generations that fit, page by page. Throws like Link.
[[nodiscard]] std::vector<control::ConnectionRecord> all_connections(
    const control::Target& target, const control::CloseFilter& conditions = {});

}  // namespace uninterruptible::cli
