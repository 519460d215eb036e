#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uninterruptible::handoff {

/// Versions of the handoff protocol this build speaks. HELLO and OFFER carry the range; the highest one in
/// common is used. docs/handoff-protocol.md describes what travels.
inline constexpr std::uint32_t lowest_version = 1;
inline constexpr std::uint32_t highest_version = 1;

/// The kinds of message between generations. Numbers are the wire's and never change.
enum class Kind : std::uint16_t {
  hello = 1,
  link = 2,
  offer = 3,
  refuse = 4,
  progress = 5,
  ready = 6,
  commit = 7,
  serving = 8,
  final = 9,
  ack = 10,
  abort = 11,
  aborted = 12,
  fail = 13,
  ask_final = 14,
  claim = 15,
  goodbye = 16,
  goodbye_ack = 17,
  remember = 18,
  stop = 19,
  charge = 20,
  attach = 21,
  request = 22,
  reply = 23,
  drained = 24,
};

/// What a field means. Numbers are the wire's and never change.
enum class Tag : std::uint16_t {
  version_lowest = 1,
  version_highest = 2,
  version = 3,
  pid = 4,
  token = 5,
  generation = 6,
  reason = 7,
  listener = 8,  ///< nested
  bind = 9,
  descriptor = 10,  ///< index into the packet's descriptors
  lock = 11,        ///< index of the lock's descriptor
  device = 12,
  inode = 13,
  draining = 14,     ///< nested: one draining generation
  contest = 15,      ///< index: the memfd for the contest's lock
  attach_seek = 16,  ///< index: where one that lost its link sends ATTACH
  attach_take = 17,  ///< index: where the one in charge receives it
  standard_output = 18,
  standard_error = 19,
  capture = 20,
  control = 21,  ///< nested, as a listener
  name = 22,
  rank = 23,
  rolled_back = 24,
  restart_remembered = 25,
  stop_remembered = 26,
  step = 27,  ///< nested: one step of a restart
  pidfile = 28,
  started_at = 29,
  request = 30,
  request_kind = 31,
  connection = 32,  ///< nested
  id = 33,
  peer = 34,
  local = 35,
  label = 36,
  opened_at = 37,
  active_at = 38,
  bytes_in = 39,
  bytes_out = 40,
  state = 41,
  count = 42,
  accepted = 43,
  more = 44,
  ending = 45,
  pidfd = 46,
  at = 47,
  elapsed = 48,
  text = 49,
  failed_at = 50,
  exit_status = 51,
  term_signal = 52,
  output = 53,
  number = 54,
  restart = 55,
  rollback_window = 56,
  next_restart = 57,
  draining_since = 58,
  cut_off_at = 59,
  restart_timeout = 60,
  counter = 61,  ///< nested: name and count
  fact = 62,     ///< nested: name and text
  now = 70,      ///< an ending that is not to wait
  filter = 71,   ///< nested: which connections
  idle = 72,
  older = 73,
  dry_run = 74,
  by = 75,  ///< how much later a drain ends; missing: never
  level = 76,
  level_before = 77,
  history = 80,       ///< index: the memfd with the history of restarts
  accepting_at = 81,  ///< moments are nanoseconds of the monotonic clock
  first_accept = 82,
  last_accept = 83,
  open_at_final = 84,
  finished = 85,
  closed = 86,
  cut = 87,
  asker = 88,
  asker_uid = 89,
  record = 90,  ///< nested: one restart, in the history's memory
  old_generation = 91,
  old_pid = 92,
  outcome = 93,
  gap = 94,
  queued = 95,
  queue_limit = 96,
  turned_away = 97,
  program_version = 100,
  log_line = 101,  ///< nested: at, level, text, lost
  lost = 102,
};

/// A list of tag-length-value records. Reading skips what it does not know, so that both sides may be newer.
class Fields {
 public:
  Fields& add(Tag tag, std::string_view value);
  Fields& add(Tag tag, std::uint64_t value);
  Fields& add(Tag tag, const Fields& nested) { return add(tag, std::string_view(nested.encode())); }

  [[nodiscard]] std::optional<std::string_view> text(Tag tag) const;
  /// Empty where the tag is missing or is not a number.
  [[nodiscard]] std::optional<std::uint64_t> number(Tag tag) const;
  [[nodiscard]] bool flag(Tag tag) const { return number(tag).value_or(0) != 0; }
  /// Every value of a repeated tag, in order.
  [[nodiscard]] std::vector<std::string_view> all(Tag tag) const;
  /// Nested records of a repeated tag; damaged ones are left out.
  [[nodiscard]] std::vector<Fields> nested(Tag tag) const;

  [[nodiscard]] std::string encode() const;
  /// Empty when the lengths do not add up.
  [[nodiscard]] static std::optional<Fields> decode(std::string_view bytes);

 private:
  std::vector<std::pair<Tag, std::string>> records_;
};

struct Message {
  Kind kind{};
  Fields fields{};
};

[[nodiscard]] std::string encode(const Message& message);
/// Empty for anything that is not a message: wrong magic, damaged records.
[[nodiscard]] std::optional<Message> decode(std::string_view packet);

[[nodiscard]] std::string_view to_text(Kind kind);

}  // namespace uninterruptible::handoff
