#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/deadline.hpp"
#include "uninterruptible/control.hpp"
#include "uninterruptible/generation.hpp"

namespace uninterruptible {

class ConnectionRegistry;

/// The small record of one connection, apart from what its handler holds.
struct Generation::Entry::Record {
  std::weak_ptr<ConnectionRegistry> registry;
  std::uint64_t generation = 0;
  std::uint64_t number = 0;
  int fd = -1;  ///< borrowed; valid while the record is registered
  Generation::Peer peer;
  std::function<void(Generation::Ending)> closer;
  std::chrono::system_clock::time_point opened_at;
  std::atomic<std::int64_t> active_at_ms{0};
  std::atomic<std::uint64_t> bytes_in{0};
  std::atomic<std::uint64_t> bytes_out{0};
  std::atomic<bool> closing{false};
  std::string label;  ///< guarded by the registry's lock
  bool cut = false;   ///< likewise: told to end at once
};

/// The open connections of this generation: counted and listed from the moment they were accepted. Any
/// thread.
class ConnectionRegistry : public std::enable_shared_from_this<ConnectionRegistry> {
 public:
  using Record = Generation::Entry::Record;

  /// `changed` is called, from any thread and under no lock, after the count changed.
  explicit ConnectionRegistry(std::function<void()> changed) : changed_(std::move(changed)) {}

  /// The number that ids carry from now on.
  void set_generation(std::uint64_t generation) { generation_ = generation; }

  [[nodiscard]] std::shared_ptr<Record> add(int fd, Generation::Peer peer,
                                            std::function<void(Generation::Ending)> closer);
  void remove(const Record& record);
  void set_label(Record& record, std::string_view text);

  /// Ends the connections with these ids, all where `ids` is null: by shutdown(2) under the lock that keeps
  /// their descriptors from being closed meanwhile, or by their closers, which are called on this thread
  /// after the lock is given back. Returns the ids that were told.
  std::vector<std::string> end(const std::vector<std::string>* ids, Generation::Ending how);

  struct Told {
    std::vector<std::string> ids;
    std::size_t count = 0;
  };
  /// The same for those that fit, which is judged under the lock. Counts them all and names the first `most`.
  /// Without `how` nothing is done to them.
  Told end_where(const std::function<bool(const Record&)>& fits, std::optional<Generation::Ending> how,
                 std::size_t most);

  /// What has become of connections since the start. One that was told to be cut counts as cut from then on.
  struct Account {
    std::uint64_t open = 0;      ///< and not cut
    std::uint64_t finished = 0;  ///< have ended without being cut
    std::uint64_t closed = 0;    ///< of these: asked politely to end
    std::uint64_t cut = 0;
    std::optional<Clock::time_point> first_accept{};  ///< when the first one was added
    std::optional<Clock::time_point> last_accept{};   ///< when the last one was
  };
  [[nodiscard]] Account account() const;

  [[nodiscard]] std::size_t open() const noexcept { return open_; }
  [[nodiscard]] std::uint64_t accepted() const noexcept { return accepted_; }
  void count_request() noexcept { requests_.fetch_add(1, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t requests() const noexcept { return requests_; }
  /// A copy of all, by number.
  [[nodiscard]] std::vector<control::ConnectionRecord> list() const;
  /// No more changed(): the one who listens goes away.
  void mute();

 private:
  mutable std::mutex mutex_;
  std::map<std::uint64_t, std::shared_ptr<Record>> records_;
  std::atomic<std::uint64_t> generation_{1};
  std::atomic<std::uint64_t> accepted_{0};
  std::atomic<std::size_t> open_{0};
  Account account_;  ///< `open` is not kept
  std::uint64_t cut_and_open_ = 0;
  std::atomic<std::uint64_t> requests_{0};
  std::mutex changed_mutex_;
  std::function<void()> changed_;
};

[[nodiscard]] std::string connection_id(std::uint64_t generation, std::uint64_t number);

}  // namespace uninterruptible
