#pragma once

#include <QString>
#include <chrono>
#include <string_view>

#include "uninterruptible/control.hpp"

/// Numbers, times and words as people read them; the same ones everywhere in the window.
namespace uninterruptible::admin::wording {

/// How people want to read some of it.
struct Format {
  bool binarySizes = false;  ///< in steps of 1,024
  bool moments = false;      ///< the table tells when, not how long ago
};
/// For the GUI thread, which alone shows anything.
void setFormat(const Format& format);
[[nodiscard]] const Format& format();

/// Text from a server as one line of plain text: control and direction characters become visible marks, and
/// what is longer than 2,000 characters is cut with an ellipsis.
[[nodiscard]] QString plain(std::string_view text);
/// Whether a character shows nothing of itself, but may move or hide what is beside it.
[[nodiscard]] bool isInvisible(char32_t character);
/// At most that many characters and, where something is missing, an ellipsis.
[[nodiscard]] QString cut(const QString& text, qsizetype characters);
/// How long something took, rounded as uninterruptiblectl does: `840 ms`, `1.4 s`, `14 s`, `6 m 02 s`.
[[nodiscard]] QString elapsed(std::chrono::milliseconds time);
/// The same with microseconds where they count: `0.412 ms` below 10 ms.
[[nodiscard]] QString brief(std::chrono::microseconds time);
/// How long ago `since` (Unix milliseconds) was, in whole seconds or coarser: `41 s`, `2 h 11 m`, `3 d 4 h`.
[[nodiscard]] QString age(qint64 since, qint64 now);
/// One of the two, as people want it: how long ago `since` was, or when.
[[nodiscard]] QString ageOrMoment(qint64 since, qint64 now);
/// Local time of day, with the date when it is not today: `14:02:11`.
[[nodiscard]] QString clock(qint64 time);
/// Local date and time, as uninterruptiblectl writes it in a history: `2025-11-22 14:02:11`.
[[nodiscard]] QString moment(qint64 time);
/// `1.2 MB`.
[[nodiscard]] QString bytes(quint64 count);
/// `1,204`.
[[nodiscard]] QString number(quint64 count);
/// `1 connection`, `1,204 connections`.
[[nodiscard]] QString connections(quint64 count);
/// A count as tr() takes it for `%n` and `%Ln`.
[[nodiscard]] int plural(quint64 count);
/// A state of a generation or connection: `live` gives `Live`. Unknown words are passed on.
[[nodiscard]] QString state(const QString& word);
/// A step of a restart: `rolled_back` gives `Rolled back`. Unknown words are passed on.
[[nodiscard]] QString step(const QString& word);
/// How a process ended, as a sentence: `Process 4188 exited with status 3.` Empty when that is unknown.
[[nodiscard]] QString processEnd(const control::Step& step);

/// Unix time in milliseconds, now.
[[nodiscard]] qint64 now();
[[nodiscard]] qint64 toMilliseconds(control::WallTime time);

}  // namespace uninterruptible::admin::wording
