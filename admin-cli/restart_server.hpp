#pragma once

#include "base/deadline.hpp"
#include "commands.hpp"
#include "link.hpp"
#include "restart_report.hpp"

namespace uninterruptible::cli {

struct Restarted {
  RestartReport report;
  Link link;  ///< to the generation that was in charge last, as far as known
};

/// Asks one server for a restart and follows that to its end: final, failed, rolled_back, rehearsed, refused,
/// timed_out or interrupted. Prints the steps unless JSON is wanted. Throws Stop where nothing is known of a
/// restart.
[[nodiscard]] Restarted restart_server(Link link, const Request& request, Deadline deadline);

}  // namespace uninterruptible::cli
