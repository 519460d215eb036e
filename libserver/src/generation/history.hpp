#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/deadline.hpp"
#include "generation/tally.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible {

/// Who asked for a restart, as control::RestartRecord tells it.
struct Asker {
  std::string how;
  std::optional<uid_t> uid{};

  void put_into(handoff::Fields& fields) const;
  /// Empty where the other side says nothing of it.
  [[nodiscard]] static std::optional<Asker> from(const handoff::Fields& fields);
};

/// The last restarts of this server over all its generations, each with its steps and its ledger. Whoever is
/// in charge writes it; it is bounded in number and in bytes.
class History {
 public:
  static constexpr std::size_t remembered = 50;

  struct Entry {
    control::RestartRecord record{};
    Clock::time_point requested{};  ///< what its moments are measured from
    [[nodiscard]] std::chrono::microseconds since_requested(Clock::time_point moment) const {
      return std::chrono::duration_cast<std::chrono::microseconds>(moment - requested);
    }
  };

  /// Adds a restart that begins now. Its number must be above all others.
  Entry& begin(Entry entry);
  /// Null where it is not, or no more, remembered.
  [[nodiscard]] Entry* find(std::uint64_t restart);
  /// The restart in which that generation became the one that serves; null where none is known.
  [[nodiscard]] Entry* born(std::uint64_t generation);
  [[nodiscard]] Entry* draining(std::uint64_t old_generation);  ///< whose old generation drains
  [[nodiscard]] std::uint64_t last_number() const { return entries_.empty() ? 0 : last().restart; }

  /// A step as it was reported: what a restart has come to follows from it.
  void take(const control::Step& step);
  /// What a draining generation counts.
  void take(std::uint64_t old_generation, const Tally& tally);
  /// An old generation that drained has ended. The restart that this finishes; null where there is none.
  const control::RestartRecord* finish(std::uint64_t old_generation, const std::string& how);
  /// This generation takes over, since the one in charge died: returns those whose outcome that is.
  std::vector<control::RestartRecord> take_over(std::uint64_t generation, const std::string& reason);

  [[nodiscard]] std::vector<control::RestartRecord> latest_first() const;
  [[nodiscard]] std::vector<std::uint64_t> draining_generations() const;

  /// As a text of at most HistoryMemory::largest_text bytes, the oldest restarts left out where they do not
  /// fit; and back, in the place of what is here. False, and nothing changed, for what is no such text.
  [[nodiscard]] std::string encode() const;
  bool decode(std::string_view text);

 private:
  [[nodiscard]] const control::RestartRecord& last() const { return entries_.back().record; }

  std::deque<Entry> entries_;
};

/// What a restart came to, in one line for the log.
[[nodiscard]] std::string ledger_text(const control::RestartRecord& record);

}  // namespace uninterruptible
