#include "core/text/wording.hpp"

#include <QCoreApplication>
#include <QDateTime>
#include <QHash>
#include <QLocale>
#include <algorithm>
#include <csignal>
#include <cstring>
#include <limits>

namespace uninterruptible::admin::wording {
namespace {

constexpr qsizetype longestText = 2000;

struct Words {
  Q_DECLARE_TR_FUNCTIONS(wording)
};

Format& chosenFormat() {
  static Format chosen;
  return chosen;
}

}  // namespace

void setFormat(const Format& format) { chosenFormat() = format; }

const Format& format() { return chosenFormat(); }

QString plain(std::string_view text) {
  auto result = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
  result = cut(result, longestText);
  for (qsizetype place = 0; place < result.size(); ++place) {
    const bool pair = result.at(place).isHighSurrogate() && place + 1 < result.size() &&
                      result.at(place + 1).isLowSurrogate();
    const char32_t character =
        pair ? QChar::surrogateToUcs4(result.at(place), result.at(place + 1)) : result.at(place).unicode();
    if (isInvisible(character)) {
      result.replace(place, pair ? 2 : 1, QChar(QChar::ReplacementCharacter));
    } else if (pair) {
      ++place;
    }
  }
  return result;
}

bool isInvisible(char32_t character) {
  switch (QChar::category(character)) {
    case QChar::Other_Control:
    case QChar::Other_Format:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph: return true;
    default: return false;
  }
}

QString cut(const QString& text, qsizetype characters) {
  if (text.size() <= characters) return text;
  const bool splits = characters > 0 && text.at(characters - 1).isHighSurrogate();
  return text.left(splits ? characters - 1 : characters) + QChar(0x2026);
}

QString elapsed(std::chrono::milliseconds time) {
  const auto ms = std::max<qint64>(0, time.count());
  if (ms < 1000) return Words::tr("%1 ms").arg(ms);
  // Cut, not rounded: 9.96 s are not ten yet.
  if (ms < 10'000)
    return Words::tr("%1 s").arg(QLocale().toString(static_cast<double>(ms / 100) / 10.0, 'f', 1));
  return age(0, ms);
}

QString brief(std::chrono::microseconds time) {
  using namespace std::chrono_literals;
  if (time < 0us || time >= 10ms) return elapsed(std::chrono::round<std::chrono::milliseconds>(time));
  return Words::tr("%1 ms").arg(QLocale().toString(static_cast<double>(time.count()) / 1000.0, 'f', 3));
}

QString age(qint64 since, qint64 now) {
  const auto seconds = std::max<qint64>(0, now - since) / 1000;
  const auto two = [](qint64 value) { return QStringLiteral("%1").arg(value, 2, 10, QLatin1Char('0')); };
  if (seconds < 60) return Words::tr("%1 s").arg(seconds);
  if (seconds < 3600) return Words::tr("%1 m %2 s").arg(seconds / 60).arg(two(seconds % 60));
  if (seconds < 86'400) return Words::tr("%1 h %2 m").arg(seconds / 3600).arg(seconds / 60 % 60);
  return Words::tr("%1 d %2 h").arg(seconds / 86'400).arg(seconds / 3600 % 24);
}

QString ageOrMoment(qint64 since, qint64 now) { return format().moments ? clock(since) : age(since, now); }

QString clock(qint64 time) {
  const auto when = QDateTime::fromMSecsSinceEpoch(time);
  const auto text = when.toString(QStringLiteral("HH:mm:ss"));
  if (when.date() == QDate::currentDate()) return text;
  return QLocale().toString(when.date(), QLocale::ShortFormat) + QLatin1Char(' ') + text;
}

QString moment(qint64 time) {
  return QDateTime::fromMSecsSinceEpoch(time).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
}

QString bytes(quint64 count) {
  const auto steps = format().binarySizes ? QLocale::DataSizeIecFormat : QLocale::DataSizeSIFormat;
  return QLocale().formattedDataSize(static_cast<qint64>(count), 1, steps);
}

QString number(quint64 count) { return QLocale().toString(count); }

// One has a text of its own, so that English is right without any translation too, as in programs that embed
// this.
QString connections(quint64 count) {
  return count == 1 ? Words::tr("1 connection") : Words::tr("%Ln connections", nullptr, plural(count));
}

int plural(quint64 count) {
  return static_cast<int>(std::min<quint64>(count, std::numeric_limits<int>::max()));
}

QString state(const QString& word) {
  static const QHash<QString, const char*> words{
      {QStringLiteral("starting"), QT_TRANSLATE_NOOP("wording", "Starting")},
      {QStringLiteral("live"), QT_TRANSLATE_NOOP("wording", "Live")},
      {QStringLiteral("standby"), QT_TRANSLATE_NOOP("wording", "Standby")},
      {QStringLiteral("draining"), QT_TRANSLATE_NOOP("wording", "Draining")},
      {QStringLiteral("stopping"), QT_TRANSLATE_NOOP("wording", "Stopping")},
      {QStringLiteral("open"), QT_TRANSLATE_NOOP("wording", "Open")},
      {QStringLiteral("closing"), QT_TRANSLATE_NOOP("wording", "Closing")}};
  const auto found = words.constFind(word);
  return found == words.cend() ? word : Words::tr(*found);
}

QString step(const QString& word) {
  static const QHash<QString, const char*> words{
      {QStringLiteral("requested"), QT_TRANSLATE_NOOP("wording", "Requested")},
      {QStringLiteral("spawned"), QT_TRANSLATE_NOOP("wording", "Spawned")},
      {QStringLiteral("connected"), QT_TRANSLATE_NOOP("wording", "Connected")},
      {QStringLiteral("offered"), QT_TRANSLATE_NOOP("wording", "Offered")},
      {QStringLiteral("ready"), QT_TRANSLATE_NOOP("wording", "Ready")},
      {QStringLiteral("committed"), QT_TRANSLATE_NOOP("wording", "Committed")},
      {QStringLiteral("trial"), QT_TRANSLATE_NOOP("wording", "Trial")},
      {QStringLiteral("final"), QT_TRANSLATE_NOOP("wording", "Final")},
      {QStringLiteral("draining"), QT_TRANSLATE_NOOP("wording", "Draining")},
      {QStringLiteral("finished"), QT_TRANSLATE_NOOP("wording", "Finished")},
      {QStringLiteral("rehearsed"), QT_TRANSLATE_NOOP("wording", "Rehearsed")},
      {QStringLiteral("failed"), QT_TRANSLATE_NOOP("wording", "Failed")},
      {QStringLiteral("rolled_back"), QT_TRANSLATE_NOOP("wording", "Rolled back")}};
  const auto found = words.constFind(word);
  return found == words.cend() ? word : Words::tr(*found);
}

QString processEnd(const control::Step& step) {
  if (step.exit_status)
    return Words::tr("Process %1 exited with status %2.").arg(step.pid).arg(*step.exit_status);
  if (!step.term_signal) return {};
  const char* const name = ::sigabbrev_np(*step.term_signal);
  const auto signal = name ? QLatin1String("SIG") + QLatin1String(name) : QString::number(*step.term_signal);
  return Words::tr("Process %1 was ended by signal %2.").arg(step.pid).arg(signal);
}

qint64 now() { return QDateTime::currentMSecsSinceEpoch(); }

qint64 toMilliseconds(control::WallTime time) { return time.time_since_epoch().count(); }

}  // namespace uninterruptible::admin::wording
