#include "core/events/event_row.hpp"

#include <QCoreApplication>
#include <QStringList>

#include "core/text/wording.hpp"

namespace uninterruptible::admin {
namespace {

struct RowWords {
  Q_DECLARE_TR_FUNCTIONS(EventRow)
};

QString numberAndPid(quint64 generation, pid_t pid) {
  return pid == 0 ? QString::number(generation) : RowWords::tr("%1 (pid %2)").arg(generation).arg(pid);
}

EventOutlook outlookOfStep(const std::string& step) {
  if (step == "final" || step == "finished" || step == "rehearsed") return EventOutlook::Good;
  if (step == "failed" || step == "rolled_back") return EventOutlook::Bad;
  return EventOutlook::Neutral;
}

EventOutlook outlookOfLevel(const std::string& level) {
  if (level == "warn") return EventOutlook::Warning;
  if (level == "error" || level == "fatal") return EventOutlook::Bad;
  return EventOutlook::Neutral;
}

}  // namespace

QString subjectWord(EventSubject subject) {
  switch (subject) {
    case EventSubject::Restart: return RowWords::tr("Restart");
    case EventSubject::Generation: return RowWords::tr("Generation");
    case EventSubject::Server: return RowWords::tr("Server");
    case EventSubject::Log: return RowWords::tr("Log");
    case EventSubject::Gap: return RowWords::tr("Gap");
  }
  return {};
}

EventRow eventOf(const control::Step& step) {
  EventRow row{.at = wording::toMilliseconds(step.at), .subject = EventSubject::Restart};
  row.outlook = outlookOfStep(step.step);
  if (row.at == 0) row.at = wording::now();
  const auto word = wording::step(wording::plain(step.step));
  const auto generation = numberAndPid(step.generation, step.pid);
  const auto elapsed = wording::elapsed(step.elapsed);
  const auto number = QString::number(step.restart);
  row.text = step.failed_at.empty()
                 ? RowWords::tr("%1: %2 after %3, generation %4").arg(number, word, elapsed, generation)
                 : RowWords::tr("%1: %2 after %3, generation %4, at \"%5\"")
                       .arg(number, word, elapsed, generation, wording::step(wording::plain(step.failed_at)));
  if (!step.text.empty()) row.text += QStringLiteral(": ") + wording::plain(step.text);
  return row;
}

EventRow eventOf(const control::LogLine& line) {
  EventRow row{.at = wording::toMilliseconds(line.at), .subject = EventSubject::Log, .ofLog = true};
  row.outlook = outlookOfLevel(line.level);
  row.text =
      QStringLiteral("%1: %2, %3")
          .arg(QString::number(line.generation), wording::plain(line.level), wording::plain(line.text));
  return row;
}

EventRow eventOf(const control::Stopping& stopping) {
  return toldEvent(
      EventSubject::Server,
      RowWords::tr("shuts down, %1 open may finish").arg(wording::connections(stopping.connections)));
}

EventRow eventOf(const control::GenerationStatus& generation) {
  const auto name = numberAndPid(generation.generation, generation.pid);
  const auto state = wording::state(wording::plain(generation.state));
  const auto count = wording::connections(generation.connections);
  auto text = generation.in_charge ? RowWords::tr("%1: %2, in charge, %3").arg(name, state, count)
                                   : RowWords::tr("%1: %2, %3").arg(name, state, count);
  if (!generation.version.empty()) {
    text = RowWords::tr("%1, version %2", "a generation and its program's version")
               .arg(text, wording::cut(wording::plain(generation.version), 80));
  }
  return toldEvent(EventSubject::Generation, text);
}

EventRow goneEvent(const control::GenerationStatus& generation) {
  return toldEvent(EventSubject::Generation,
                   RowWords::tr("%1: gone").arg(numberAndPid(generation.generation, generation.pid)));
}

EventRow toldEvent(EventSubject subject, const QString& text) {
  EventRow row{.at = wording::now(), .subject = subject};
  row.text = text;
  if (subject == EventSubject::Gap) row.outlook = EventOutlook::Warning;
  return row;
}

QString lineOf(const EventRow& row) {
  return QStringLiteral("%1  %2  %3")
      .arg(wording::clock(row.at), subjectWord(row.subject).leftJustified(10), row.text);
}

}  // namespace uninterruptible::admin
