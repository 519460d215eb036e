#pragma once

#include "handoff/wire.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible {

/// A restart of the history as nested fields, and back. What is not known is left out.
[[nodiscard]] handoff::Fields pack_record(const control::RestartRecord& record);
[[nodiscard]] control::RestartRecord unpack_record(const handoff::Fields& fields);

}  // namespace uninterruptible
