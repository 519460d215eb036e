#pragma once

#include "core/history/restart_entry.hpp"
#include "ui/style/state_mark.hpp"

namespace uninterruptible::admin {

/// The mark of an outcome, a word of the protocol.
[[nodiscard]] Mark markOfOutcome(const QString& outcome);
[[nodiscard]] Mark markOf(Loss loss);

}  // namespace uninterruptible::admin
