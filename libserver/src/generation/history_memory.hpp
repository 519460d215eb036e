#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/unique_fd.hpp"

namespace uninterruptible {

/// A piece of memory that all generations of a chain share (a memfd that travels with OFFER), so that what
/// the one in charge wrote last is still there when it crashes. Only the one in charge writes.
///
/// There are two places, written in turn, each with a number and a checksum: a process that dies while it
/// writes, or two that write at the same time, leave the text before.
class HistoryMemory {
 public:
  static constexpr std::size_t largest_text = 256 * 1024;  ///< bytes

  HistoryMemory() = default;
  /// Takes one that another generation made.
  explicit HistoryMemory(UniqueFd memory) : memory_(std::move(memory)) {}
  /// A new, empty one; without memory, and of no use, where the system has none to give.
  [[nodiscard]] static HistoryMemory make() noexcept;

  [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(memory_); }
  [[nodiscard]] int fd() const noexcept { return memory_.get(); }  ///< borrowed; -1: none

  /// False when it could not be written, or is longer than largest_text.
  bool write(std::string_view text) const;
  /// What was written last and is whole; empty when there is nothing.
  [[nodiscard]] std::optional<std::string> read() const;

 private:
  UniqueFd memory_;
};

}  // namespace uninterruptible
