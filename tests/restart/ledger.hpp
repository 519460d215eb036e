#pragma once

#include <string>

namespace testing {

/// The requests that clients saw answered, joined with those that servers say they answered.
struct Ledger {
  int answered = 0;        ///< ids that both sides have exactly once
  int only_clients = 0;    ///< a client has an answer that no server gave
  int only_servers = 0;    ///< an answer that no client has
  int twice = 0;           ///< an id that one of the sides has more than once
  std::string examples{};  ///< some of those that do not fit, one a line

  /// `ids_file` is load_client.py's --ids; `log_file` is the log of servers with --log-requests. `PID?` is no
  /// request that clients account for.
  [[nodiscard]] static Ledger join(const std::string& ids_file, const std::string& log_file);
  [[nodiscard]] bool balanced() const noexcept {
    return answered > 0 && only_clients == 0 && only_servers == 0 && twice == 0;
  }
};

}  // namespace testing
