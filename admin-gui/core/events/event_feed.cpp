#include "core/events/event_feed.hpp"

#include <QCoreApplication>
#include <utility>

#include "core/text/wording.hpp"

namespace uninterruptible::admin {
namespace {

struct FeedWords {
  Q_DECLARE_TR_FUNCTIONS(EventFeed)
};
}  // namespace

void EventFeed::take(const control::Step& step) {
  if (step.number > lastStep_ + 1) {
    tellGap(lastStep_ == 0
                ? FeedWords::tr("What happened before step %1 is not remembered any more").arg(step.number)
                : FeedWords::tr("The steps leap from %1 to %2: what came between is not known")
                      .arg(lastStep_)
                      .arg(step.number));
    rows_.last().at = wording::toMilliseconds(step.at);
  }
  lastStep_ = step.number;
  rows_ += eventOf(step);
}

void EventFeed::take(const control::ServerStatus& status) {
  std::map<quint64, control::GenerationStatus> now;
  for (const auto& one : status.generations) {
    now.emplace(one.generation, one);
    if (!known_) {
      rows_ += eventOf(one);  // present when the watching began
      continue;
    }
    const auto before = known_->find(one.generation);
    if (before == known_->end() || before->second.state != one.state ||
        (one.in_charge && !before->second.in_charge)) {
      rows_ += eventOf(one);
    }
  }
  if (known_) {
    for (const auto& [number, generation] : *known_) {
      if (!now.contains(number)) rows_ += goneEvent(generation);
    }
  }
  known_ = std::move(now);
}

void EventFeed::take(const control::LogLine& line) {
  if (line.lost > 0) {
    tellGap(line.lost == 1 ? FeedWords::tr("1 line of the log is lost")
                           : FeedWords::tr("%1 lines of the log are lost").arg(line.lost),
            true);
  }
  if (logLines_ == mostLogLines) {
    ++leftOut_;
    return;
  }
  ++logLines_;
  rows_ += eventOf(line);
}

void EventFeed::take(const control::Stopping& stopping) { rows_ += eventOf(stopping); }

void EventFeed::serverEnded() { rows_ += toldEvent(EventSubject::Server, FeedWords::tr("has ended")); }

void EventFeed::contactAgain(qint64 since) {
  tellGap(FeedWords::tr("There was no contact since %1: of that time only the steps of restarts are known")
              .arg(wording::clock(since)));
}

void EventFeed::otherServer() {
  tellGap(FeedWords::tr("Another server of this name: its steps count from the beginning"));
  lastStep_ = 0;
  known_.reset();
}

QList<EventRow> EventFeed::taken() {
  if (const auto count = std::exchange(leftOut_, 0)) {
    tellGap(count == 1
                ? FeedWords::tr("1 line of the log is left out, as they come faster than they can be read")
                : FeedWords::tr("%1 lines of the log are left out, as they come faster than they can be read")
                      .arg(count),
            true);
  }
  logLines_ = 0;
  return std::exchange(rows_, {});
}

void EventFeed::tellGap(const QString& text, bool ofLog) {
  rows_ += toldEvent(EventSubject::Gap, text);
  rows_.last().ofLog = ofLog;
}

}  // namespace uninterruptible::admin
