#pragma once

#include <poll.h>

#include <cstddef>

#include "base/deadline.hpp"

namespace uninterruptible::cli {

/// From now on SIGINT ends waits with a Stop instead of killing the process.
void catch_interrupts();
/// poll(2) that an interrupt ends: throws Stop with code `interrupted`.
int interruptible_poll(pollfd* descriptors, std::size_t count, Deadline deadline);

}  // namespace uninterruptible::cli
