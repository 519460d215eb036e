#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "address_range.hpp"
#include "commands.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::cli {

/// Which connections are shown, in which order and how.
class ConnectionView {
 public:
  using Records = std::vector<control::ConnectionRecord>;
  struct Column;

  /// Throws Stop with ExitCode::usage and what may be said instead.
  explicit ConnectionView(const ConnectionOptions& options);

  /// What a server that can is asked to leave out. Everything is judged again here, since older ones cannot.
  [[nodiscard]] control::CloseFilter conditions() const;
  /// Those that pass all filters, sorted.
  [[nodiscard]] Records chosen(Records all) const;
  void print_table(const Records& records) const;

 private:
  [[nodiscard]] bool passes(const control::ConnectionRecord& one, control::WallTime now) const;

  std::optional<std::uint64_t> generation_;
  std::optional<std::string> state_;
  std::string peer_text_;
  std::optional<AddressRange> peer_;
  std::optional<std::chrono::milliseconds> older_;
  std::optional<std::chrono::milliseconds> idle_;
  std::vector<const Column*> columns_;
  const Column* sort_ = nullptr;
  bool descending_ = false;
  bool header_ = true;
  bool cut_ = true;
};

}  // namespace uninterruptible::cli
