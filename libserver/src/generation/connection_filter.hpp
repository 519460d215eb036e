#pragma once

#include "generation/connection_registry.hpp"
#include "handoff/wire.hpp"
#include "net/networks.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible {

/// Which connections an operator means, judged as of the moment of construction.
class ConnectionFilter {
 public:
  /// Throws std::invalid_argument where `peer` cannot be understood; its text is the reason alone.
  explicit ConnectionFilter(control::CloseFilter wanted);

  [[nodiscard]] bool fits(const ConnectionRegistry::Record& record) const;
  /// The same of any generation's connection, as operators see it.
  [[nodiscard]] bool fits(const control::ConnectionRecord& record) const;

 private:
  [[nodiscard]] bool fits_peer(const std::string& peer) const;

  control::CloseFilter wanted_;
  net::Networks networks_;
  control::WallTime now_;
};

[[nodiscard]] handoff::Fields pack_filter(const control::CloseFilter& filter);
/// Empty where a newer version set conditions that this one does not know: without them too much would fit.
[[nodiscard]] std::optional<control::CloseFilter> unpack_filter(const handoff::Fields& fields);
/// `connections of generation 7, idle for 5 m`, as the log says it.
[[nodiscard]] std::string filter_text(const control::CloseFilter& filter);

}  // namespace uninterruptible
