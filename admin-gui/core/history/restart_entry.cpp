#include "core/history/restart_entry.hpp"

#include <QCoreApplication>
#include <QHash>
#include <algorithm>

#include "core/text/wording.hpp"

namespace uninterruptible::admin::history {
namespace {

struct EntryWords {
  Q_DECLARE_TR_FUNCTIONS(RestartEntry)
};

}  // namespace

bool isOpen(const control::RestartRecord& record) {
  return record.outcome == "running" || record.outcome == "draining";
}

QString outcome(const control::RestartRecord& record) {
  static const QHash<QString, const char*> words{
      {QStringLiteral("running"), QT_TRANSLATE_NOOP("RestartEntry", "Running")},
      {QStringLiteral("draining"), QT_TRANSLATE_NOOP("RestartEntry", "Draining")},
      {QStringLiteral("finished"), QT_TRANSLATE_NOOP("RestartEntry", "Finished")},
      {QStringLiteral("failed"), QT_TRANSLATE_NOOP("RestartEntry", "Failed")},
      {QStringLiteral("rolled_back"), QT_TRANSLATE_NOOP("RestartEntry", "Rolled back")},
      {QStringLiteral("rehearsed"), QT_TRANSLATE_NOOP("RestartEntry", "Rehearsed")},
      {QStringLiteral("crashed"), QT_TRANSLATE_NOOP("RestartEntry", "Crashed")}};
  const auto word = wording::plain(record.outcome);
  const auto found = words.constFind(word);
  return found == words.cend() ? wording::cut(word, 40) : EntryWords::tr(*found);
}

QString generations(const control::RestartRecord& record) {
  return QStringLiteral("%1 -> %2").arg(record.old_generation).arg(record.generation);
}

QString asker(const RestartEntry& entry) {
  const auto& record = entry.record;
  if (!record.asker_uid) return wording::cut(wording::plain(record.asker), 40);
  const auto uid = EntryWords::tr("uid %1").arg(*record.asker_uid);
  return entry.user.isEmpty() ? uid : EntryWords::tr("%1 (%2)").arg(wording::cut(entry.user, 40), uid);
}

QString askedFor(const RestartEntry& entry) {
  const auto& record = entry.record;
  if (!record.asker_uid && record.asker == "signal") return EntryWords::tr("asked for by signal USR1");
  if (!record.asker_uid && record.asker == "program")
    return EntryWords::tr("asked for by the program itself");
  if (!record.asker_uid && record.asker == "takeover")
    return EntryWords::tr("repeated by the generation that took over");
  const auto who = asker(entry);
  return who.isEmpty() ? QString() : EntryWords::tr("asked for by %1").arg(who);
}

QString stepTimes(const control::RestartRecord& record) {
  QStringList parts;
  for (const auto& step : record.steps) {
    parts += EntryWords::tr("%1 %2", "a step and when it was reached")
                 .arg(wording::step(wording::plain(step.step)), wording::elapsed(step.elapsed));
  }
  return parts.join(QStringLiteral(", "));
}

QString report(const RestartEntry& entry, const QString& server,
               const std::pair<QString, QString>& versions) {
  const auto& record = entry.record;
  QStringList lines;
  const auto line = [&lines](const QString& name, const QString& text) {
    if (!text.isEmpty()) lines += QStringLiteral("  %1 %2").arg(name, -13).arg(text);
  };
  const auto one = [](quint64 generation, pid_t pid) {
    return pid == 0 ? QString::number(generation) : EntryWords::tr("%1 (pid %2)").arg(generation).arg(pid);
  };
  auto head = EntryWords::tr("%1: restart %2: %3").arg(server).arg(record.restart).arg(outcome(record));
  if (!record.failed_at.empty()) {
    head = EntryWords::tr("%1 at \"%2\"", "an outcome and the step before it")
               .arg(head, wording::step(wording::plain(record.failed_at)));
  }
  lines += head;
  const auto who = asker(entry);
  const auto when = wording::moment(wording::toMilliseconds(record.requested_at));
  line(EntryWords::tr("requested"), who.isEmpty() ? when : EntryWords::tr("%1 by %2").arg(when, who));
  line(EntryWords::tr("generations"),
       QStringLiteral("%1 -> %2")
           .arg(one(record.old_generation, record.old_pid), one(record.generation, record.pid)));
  if (!versions.first.isEmpty() || !versions.second.isEmpty()) {
    const auto known = [](const QString& version) {
      return version.isEmpty() ? EntryWords::tr("unknown") : version;
    };
    line(EntryWords::tr("versions"),
         QStringLiteral("%1 -> %2").arg(known(versions.first), known(versions.second)));
  }
  if (record.took) line(EntryWords::tr("took"), wording::elapsed(*record.took));
  line(EntryWords::tr("reason"), wording::plain(record.reason));
  control::Step end;
  end.pid = record.pid;
  end.exit_status = record.exit_status;
  end.term_signal = record.term_signal;
  line(EntryWords::tr("new process"), wording::processEnd(end));
  for (const auto& text : record.output) lines += QStringLiteral("  | ") + wording::plain(text);
  line(EntryWords::tr("lost"), verdict(record));
  if (!record.steps.empty()) lines += EntryWords::tr("Steps");
  for (const auto& step : record.steps) {
    lines += QStringLiteral("  %1 %2  %3")
                 .arg(wording::step(wording::plain(step.step)), -13)
                 .arg(wording::elapsed(step.elapsed), 9)
                 .arg(wording::plain(step.text))
                 .trimmed()
                 .prepend(QStringLiteral("  "));
  }
  const auto ledger = ledgerLines(record);
  if (!ledger.isEmpty()) lines += EntryWords::tr("Ledger");
  for (const auto& text : ledger) lines += QStringLiteral("  ") + text;
  return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

}  // namespace uninterruptible::admin::history
