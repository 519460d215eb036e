#pragma once

#include <string>

namespace uninterruptible {

/// What the exception being handled says: its type and what(), or for anything else its type alone. Only
/// inside a catch block.
[[nodiscard]] std::string describe_current_exception();

/// Whether the exception being handled tells no more than that the peer went away or was too slow.
[[nodiscard]] bool peer_is_the_cause();

}  // namespace uninterruptible
