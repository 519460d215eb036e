#include "core/history/history_feed.hpp"

#include <utility>

namespace uninterruptible::admin {
namespace {

constexpr quint64 page = 1000;

}  // namespace

void HistoryFeed::startAnew() {
  asking_ = false;
  all_ = true;
  cursor_ = 0;
  pages_.clear();
  wanted_.clear();
  open_.clear();
}

void HistoryFeed::want(quint64 restart) {
  if (restart != 0) wanted_.insert(restart);
}

void HistoryFeed::wantOpen() { wanted_.insert(open_.begin(), open_.end()); }

std::optional<HistoryFeed::Question> HistoryFeed::next() {
  if (asking_) return {};
  if (all_) {
    asking_ = askedAll_ = true;
    return Question{cursor_, page};
  }
  if (wanted_.empty()) return {};
  asking_ = true;
  askedAll_ = false;
  const auto latest = std::prev(wanted_.end());
  const Question question{*latest + 1, 1};
  wanted_.erase(latest);
  return question;
}

void HistoryFeed::take(const control::HistoryReply& reply) {
  asking_ = false;
  auto& into = askedAll_ ? pages_ : entries_;
  for (const auto& record : reply.restarts) {
    if (history::isOpen(record)) {
      open_.insert(record.restart);
    } else {
      open_.erase(record.restart);
    }
    into += RestartEntry{record, local_ && record.asker_uid ? users_.of(*record.asker_uid) : QString()};
  }
  if (!askedAll_) return;
  cursor_ = reply.next;
  if (reply.next != 0 && !reply.restarts.empty()) return;
  all_ = false;
  whole_ = true;
  entries_ = std::exchange(pages_, {});
}

void HistoryFeed::refused() {
  // A server of a release without history: nothing of it will be.
  asking_ = false;
  all_ = false;
  wanted_.clear();
  open_.clear();
}

QList<RestartEntry> HistoryFeed::taken() {
  tookWhole_ = std::exchange(whole_, false);
  return std::exchange(entries_, {});
}

}  // namespace uninterruptible::admin
