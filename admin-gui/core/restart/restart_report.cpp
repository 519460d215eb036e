#include "core/restart/restart_report.hpp"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>
#include <array>

#include "core/text/wording.hpp"

namespace uninterruptible::admin {
namespace {

constexpr std::array way{"requested", "spawned", "connected", "offered", "ready",
                         "committed", "trial",   "final",     "draining"};

struct ReportText {
  Q_DECLARE_TR_FUNCTIONS(RestartReport)
};

/// Whether the server's own words say already how the process ended.
bool tellsTheEnd(const QString& text, const control::Step& step) {
  const auto what = step.exit_status ? QStringLiteral("status %1").arg(*step.exit_status)
                                     : QStringLiteral("signal %1").arg(step.term_signal.value_or(0));
  static const QRegularExpression digit(QStringLiteral("^\\d"));
  const auto place = text.lastIndexOf(what);
  return place >= 0 && !digit.match(text.mid(place + what.size())).hasMatch();
}

}  // namespace

void RestartReport::apply(const control::Step& step) {
  if (step.restart < restart_) return;
  if (step.restart > restart_ || outcome_ == Outcome::None) {
    *this = {};
    restart_ = step.restart;
    outcome_ = Outcome::Running;
    requestedAt_ = wording::toMilliseconds(step.at) - step.elapsed.count();
  }
  generation_ = step.generation;
  elapsed_ = step.elapsed;
  if (step.step == "progress") {
    remark_ = wording::plain(step.text);
    return;
  }
  last_ = step;
  remark_ = wording::plain(step.text);
  if (step.step == "failed" || step.step == "rolled_back") {
    outcome_ = step.step == "failed" ? Outcome::Failed : Outcome::RolledBack;
    endedAt_ = wording::toMilliseconds(step.at);
    for (const auto& line : step.output) lastLines_ += wording::plain(line);
    return;
  }
  if (step.step == "finished" || step.step == "rehearsed") {
    outcome_ = step.step == "finished" ? Outcome::Finished : Outcome::Rehearsed;
    endedAt_ = wording::toMilliseconds(step.at);
    return;
  }
  if (step.step == "draining") outcome_ = Outcome::Draining;
  steps_.push_back(step);
}

QString RestartReport::lastStep() const { return wording::plain(last_.step); }

std::vector<RestartStop> RestartReport::stops(bool withTrial) const {
  std::vector<RestartStop> result;
  const auto reached = [this](std::string_view word) {
    return std::ranges::find(steps_, word, &control::Step::step);
  };
  for (const std::string_view word : way) {
    const auto found = reached(word);
    if (word == "trial" && !withTrial && found == steps_.end()) continue;
    RestartStop stop{.step = QString::fromUtf8(word.data(), static_cast<qsizetype>(word.size()))};
    if (found != steps_.end()) {
      stop.state = RestartStop::State::Reached;
      stop.elapsed = found->elapsed;
    }
    result.push_back(std::move(stop));
  }
  if (outcome_ == Outcome::None || outcome_ == Outcome::Finished || outcome_ == Outcome::Rehearsed)
    return result;
  // What goes on, or broke, is what comes after the step reached last; but trial and draining take their
  // time.
  auto mark = std::ranges::find(result, RestartStop::State::Ahead, &RestartStop::state);
  const bool lasts = !steps_.empty() && (steps_.back().step == "trial" || steps_.back().step == "draining");
  if (lasts && mark != result.begin()) mark = std::prev(mark);
  const bool broken = outcome_ == Outcome::Failed || outcome_ == Outcome::RolledBack;
  if (mark != result.end()) mark->state = broken ? RestartStop::State::Broken : RestartStop::State::Current;
  return result;
}

QString RestartReport::headline(qint64 now) const {
  switch (outcome_) {
    case Outcome::None: return {};
    case Outcome::Running:
      return ReportText::tr("Restarting into generation %1 - %2")
          .arg(QString::number(generation_), wording::age(requestedAt_, now));
    case Outcome::Draining:
      return ReportText::tr(
                 "Generation %1 has taken over; the generation before it finishes its connections - %2")
          .arg(QString::number(generation_), wording::age(requestedAt_, now));
    case Outcome::Finished:
      return ReportText::tr("Restart into generation %1 finished in %2")
          .arg(QString::number(generation_), wording::elapsed(elapsed_));
    case Outcome::Rehearsed: return ReportText::tr("Rehearsal: %1").arg(remark_);
    case Outcome::Failed:
      return ReportText::tr("Restart into generation %1 failed after the step \"%2\" (%3)")
          .arg(QString::number(generation_), wording::step(wording::plain(last_.failed_at)),
               wording::elapsed(elapsed_));
    case Outcome::RolledBack:
      return ReportText::tr("Generation %1 was rolled back after the step \"%2\" (%3)")
          .arg(QString::number(generation_), wording::step(wording::plain(last_.failed_at)),
               wording::elapsed(elapsed_));
  }
  return {};
}

QString RestartReport::reason() const {
  if (outcome_ != Outcome::Failed && outcome_ != Outcome::RolledBack) return {};
  const auto text = wording::plain(last_.text);
  const auto end = wording::processEnd(last_);
  if (text.isEmpty()) return end.isEmpty() ? ReportText::tr("The server gave no reason.") : end;
  if (end.isEmpty()) return text;
  if (!tellsTheEnd(text, last_)) return text + QStringLiteral(" - ") + end;
  return last_.pid > 0 ? ReportText::tr("%1 (pid %2)").arg(text, QString::number(last_.pid)) : text;
}

QString RestartReport::consequence(quint64 servingGeneration) const {
  if (outcome_ == Outcome::Failed) {
    return ReportText::tr("Generation %1 keeps serving. No connection was lost.").arg(servingGeneration);
  }
  if (outcome_ != Outcome::RolledBack) return {};
  if (last_.exit_status || last_.term_signal) {
    return ReportText::tr(
               "Generation %1 serves again. Connections that generation %2 had accepted ended with it.")
        .arg(servingGeneration)
        .arg(generation_);
  }
  return ReportText::tr("Generation %1 serves again. Generation %2 finishes the connections it had accepted.")
      .arg(servingGeneration)
      .arg(generation_);
}

QString RestartReport::text(const QString& server, quint64 servingGeneration) const {
  QStringList lines{server + QStringLiteral(": ") + headline(endedAt_), wording::clock(endedAt_), reason(),
                    consequence(servingGeneration)};
  for (const auto& step : steps_) {
    lines +=
        QStringLiteral("  %1  %2")
            .arg(wording::step(wording::plain(step.step)).leftJustified(12), wording::elapsed(step.elapsed));
  }
  for (const auto& line : lastLines_) lines += QStringLiteral("  | ") + line;
  lines.removeAll(QString());
  return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

}  // namespace uninterruptible::admin
