#pragma once

#include <QList>
#include <QString>

#include "uninterruptible/control.hpp"

namespace uninterruptible::admin {

/// What an event is about; the words are those of `uninterruptiblectl events`.
enum class EventSubject {
  Restart,
  Generation,
  Server,
  Log,
  Gap,  ///< something came between that is not known
};

/// What it means for who runs the server.
enum class EventOutlook { Neutral, Good, Warning, Bad };

/// One line of the event log, ready to be shown: plain text without a line break. A plain value.
struct EventRow {
  quint64 serial = 0;  ///< given by the model, in the order of arrival
  qint64 at = 0;       ///< Unix milliseconds
  EventSubject subject = EventSubject::Server;
  EventOutlook outlook = EventOutlook::Neutral;
  bool ofLog = false;  ///< a line of the program's log, or one about such lines
  QString text{};
  friend bool operator==(const EventRow&, const EventRow&) = default;
};

[[nodiscard]] QString subjectWord(EventSubject subject);

[[nodiscard]] EventRow eventOf(const control::Step& step);
[[nodiscard]] EventRow eventOf(const control::LogLine& line);
[[nodiscard]] EventRow eventOf(const control::Stopping& stopping);
/// A generation that came, is there, or changed.
[[nodiscard]] EventRow eventOf(const control::GenerationStatus& generation);
[[nodiscard]] EventRow goneEvent(const control::GenerationStatus& generation);
/// Something that happened now and is told in words.
[[nodiscard]] EventRow toldEvent(EventSubject subject, const QString& text);

/// One line for people to paste elsewhere: time, subject, text.
[[nodiscard]] QString lineOf(const EventRow& row);

}  // namespace uninterruptible::admin
