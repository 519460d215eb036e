#pragma once

#include <QList>
#include <map>
#include <optional>

#include "core/events/event_row.hpp"

namespace uninterruptible::admin {

/// Makes rows of the event log from what a server says, and gathers them until somebody takes them. Tells
/// where something came between that is not known. Threads: one at a time; the link's I/O thread uses it.
class EventFeed {
 public:
  /// Lines of the log beyond this are left out of one batch, and counted.
  static constexpr int mostLogLines = 2000;

  /// Only steps with a number above all before are to come here.
  void take(const control::Step& step);
  /// Those that came, went, changed their state or took charge; counts are no event.
  void take(const control::ServerStatus& status);
  void take(const control::LogLine& line);
  void take(const control::Stopping& stopping);
  void serverEnded();
  /// There is contact again; there was none since then (Unix milliseconds).
  void contactAgain(qint64 since);
  /// What comes from now on is about another server of that name.
  void otherServer();

  [[nodiscard]] bool isEmpty() const noexcept { return rows_.isEmpty(); }
  /// What was gathered since the last time.
  [[nodiscard]] QList<EventRow> taken();

 private:
  void tellGap(const QString& text, bool ofLog = false);

  QList<EventRow> rows_;
  int logLines_ = 0;
  quint64 leftOut_ = 0;
  quint64 lastStep_ = 0;
  std::optional<std::map<quint64, control::GenerationStatus>> known_;
};

}  // namespace uninterruptible::admin
