#include "generation/connection_registry.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace uninterruptible {

namespace {
constexpr std::size_t longest_label = 256;

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}
}  // namespace

std::string connection_id(std::uint64_t generation, std::uint64_t number) {
  return std::to_string(generation) + "-" + std::to_string(number);
}

std::shared_ptr<ConnectionRegistry::Record> ConnectionRegistry::add(
    int fd, Generation::Peer peer, std::function<void(Generation::Ending)> closer) {
  auto record = std::make_shared<Record>();
  record->registry = weak_from_this();
  record->fd = fd;
  record->peer = std::move(peer);
  record->closer = std::move(closer);
  record->opened_at = std::chrono::system_clock::now();
  record->active_at_ms = now_ms();
  {
    const std::lock_guard lock(mutex_);
    record->generation = generation_;
    record->number = ++accepted_;
    records_.emplace(record->number, record);
    ++open_;
    account_.last_accept = Clock::now();
    if (!account_.first_accept) account_.first_accept = account_.last_accept;
  }
  const std::lock_guard lock(changed_mutex_);
  if (changed_) changed_();
  return record;
}

void ConnectionRegistry::remove(const Record& record) {
  {
    const std::lock_guard lock(mutex_);
    if (records_.erase(record.number) != 0) {
      --open_;
      if (record.cut) {
        --cut_and_open_;
      } else {
        ++account_.finished;
        if (record.closing) ++account_.closed;
      }
    }
  }
  const std::lock_guard lock(changed_mutex_);
  if (changed_) changed_();
}

void ConnectionRegistry::set_label(Record& record, std::string_view text) {
  const std::lock_guard lock(mutex_);
  record.label = text.substr(0, longest_label);
}

std::vector<std::string> ConnectionRegistry::end(const std::vector<std::string>* ids,
                                                 Generation::Ending how) {
  const auto named = [ids](const Record& record) {
    if (ids == nullptr) return true;
    return std::find(ids->begin(), ids->end(), connection_id(record.generation, record.number)) != ids->end();
  };
  return end_where(named, how, std::numeric_limits<std::size_t>::max()).ids;
}

ConnectionRegistry::Told ConnectionRegistry::end_where(const std::function<bool(const Record&)>& fits,
                                                       std::optional<Generation::Ending> how,
                                                       std::size_t most) {
  Told told;
  std::vector<std::shared_ptr<Record>> by_closer;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [number, record] : records_) {
      if (!fits(*record)) continue;
      if (told.count++ < most) told.ids.push_back(connection_id(record->generation, number));
      if (!how) continue;
      record->closing = true;
      if (*how == Generation::Ending::cut && !std::exchange(record->cut, true)) {
        ++account_.cut;
        ++cut_and_open_;
      }
      if (record->closer) {
        by_closer.push_back(record);
      } else if (record->fd >= 0) {
        ::shutdown(record->fd, *how == Generation::Ending::cut ? SHUT_RDWR : SHUT_RD);
      }
    }
  }
  for (const auto& record : by_closer) record->closer(*how);
  return told;
}

std::vector<control::ConnectionRecord> ConnectionRegistry::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<control::ConnectionRecord> all;
  all.reserve(records_.size());
  for (const auto& [number, record] : records_) {
    control::ConnectionRecord out;
    out.id = connection_id(record->generation, number);
    out.generation = record->generation;
    out.state = record->closing ? "closing" : "open";
    out.peer = record->peer.peer;
    out.local = record->peer.local;
    out.label = record->label;
    out.opened_at = std::chrono::floor<std::chrono::milliseconds>(record->opened_at);
    out.active_at = control::WallTime(std::chrono::milliseconds(record->active_at_ms.load()));
    out.bytes_in = record->bytes_in;
    out.bytes_out = record->bytes_out;
    all.push_back(std::move(out));
  }
  return all;
}

ConnectionRegistry::Account ConnectionRegistry::account() const {
  const std::lock_guard lock(mutex_);
  Account account = account_;
  account.open = records_.size() - cut_and_open_;
  return account;
}

void ConnectionRegistry::mute() {
  const std::lock_guard lock(changed_mutex_);
  changed_ = nullptr;
}

Generation::Entry::Entry() noexcept = default;
Generation::Entry::Entry(std::shared_ptr<Record> record) noexcept : record_(std::move(record)) {}
Generation::Entry::Entry(Entry&&) noexcept = default;

Generation::Entry& Generation::Entry::operator=(Entry&& other) noexcept {
  if (this != &other) {
    const Entry old(std::move(*this));
    record_ = std::move(other.record_);
  }
  return *this;
}

Generation::Entry::~Entry() {
  if (!record_) return;
  if (const auto registry = record_->registry.lock()) registry->remove(*record_);
}

std::string Generation::Entry::id() const {
  return record_ ? connection_id(record_->generation, record_->number) : std::string();
}

void Generation::Entry::set_label(std::string_view text) {
  if (!record_) return;
  if (const auto registry = record_->registry.lock()) registry->set_label(*record_, text);
}

void Generation::Entry::count(std::size_t bytes_in, std::size_t bytes_out) noexcept {
  if (!record_) return;
  record_->bytes_in.fetch_add(bytes_in, std::memory_order_relaxed);
  record_->bytes_out.fetch_add(bytes_out, std::memory_order_relaxed);
  record_->active_at_ms.store(now_ms(), std::memory_order_relaxed);
}

void Generation::Entry::count_request() noexcept {
  if (!record_) return;
  if (const auto registry = record_->registry.lock()) registry->count_request();
}

bool Generation::Entry::closing() const noexcept { return record_ && record_->closing; }

}  // namespace uninterruptible
