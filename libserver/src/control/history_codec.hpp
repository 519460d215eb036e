#pragma once

#include "control/json.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::control {

/// Reads the result of `history`. False when it cannot be understood.
[[nodiscard]] bool read(const Json& json, HistoryReply& out);

}  // namespace uninterruptible::control
