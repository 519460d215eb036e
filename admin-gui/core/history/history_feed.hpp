#pragma once

#include <QList>
#include <QString>
#include <optional>
#include <set>

#include "core/history/restart_entry.hpp"
#include "core/text/user_names.hpp"

namespace uninterruptible::admin {

/// Decides what is asked of a server's history, one page at a time, and gathers what has come. Threads: one
/// at a time; the link's I/O thread uses it.
class HistoryFeed {
 public:
  struct Question {
    quint64 before = 0;
    quint64 limit = 0;
  };

  /// `local`: who asked is a user of this machine.
  explicit HistoryFeed(bool local) : local_(local) {}

  /// There is a new connection: what was asked will not be answered, and all of it may be different.
  void startAnew();
  /// Something happened in this restart.
  void want(quint64 restart);
  /// What goes on may have gone on.
  void wantOpen();
  /// One of those that are known goes on.
  [[nodiscard]] bool hasOpen() const noexcept { return !open_.empty(); }
  /// What to ask now; empty while there is nothing, or the question before is not answered.
  [[nodiscard]] std::optional<Question> next();
  void take(const control::HistoryReply& reply);
  /// The server does not answer that.
  void refused();

  [[nodiscard]] bool isEmpty() const noexcept { return entries_.isEmpty() && !whole_; }
  /// New and changed ones since the last time.
  [[nodiscard]] QList<RestartEntry> taken();
  /// Those taken last were all there are.
  [[nodiscard]] bool wasWhole() const noexcept { return tookWhole_; }

 private:
  const bool local_;
  UserNames users_;
  bool asking_ = false;
  bool all_ = false;       ///< the whole history is being asked for
  quint64 cursor_ = 0;     ///< where its next page begins
  bool askedAll_ = false;  ///< the question that is out is about that
  std::set<quint64> wanted_;
  std::set<quint64> open_;
  QList<RestartEntry> pages_;  ///< of the whole history, until its last one
  QList<RestartEntry> entries_;
  bool whole_ = false;
  bool tookWhole_ = false;
};

}  // namespace uninterruptible::admin
