#include <QCoreApplication>
#include <algorithm>

#include "core/history/restart_entry.hpp"
#include "core/text/wording.hpp"

// What the ledger of a restart says. The English words are those of `uninterruptiblectl history NUMBER`,
// which a test compares with them.
namespace uninterruptible::admin::history {
namespace {

struct LedgerWords {
  Q_DECLARE_TR_FUNCTIONS(RestartLedger)
};
/// The number as it is: the command line tool groups no thousands, and these words are its own.
QString connections(quint64 count) {
  return count == 1 ? LedgerWords::tr("1 connection") : LedgerWords::tr("%1 connections").arg(count);
}

QString fromTheRequest(std::chrono::microseconds moment) {
  if (moment.count() < 0) return LedgerWords::tr("%1 before the request").arg(wording::brief(-moment));
  return LedgerWords::tr("%1 after the request").arg(wording::brief(moment));
}

/// Of the connections that the old generation had: those that have neither finished nor been cut.
quint64 leftOf(const control::RestartLedger& ledger) {
  const auto open = ledger.open_at_final.value_or(0);
  return open - std::min<quint64>(open, ledger.finished.value_or(0) + ledger.cut.value_or(0));
}

QString connectionsText(const control::RestartRecord& record) {
  const auto& ledger = record.ledger;
  auto text = LedgerWords::tr("%1 at final: %2 finished")
                  .arg(connections(ledger.open_at_final.value_or(0)))
                  .arg(ledger.finished.value_or(0));
  if (const auto closed = ledger.closed.value_or(0); closed > 0) {
    text = LedgerWords::tr("%1 (%2 of them were asked to)").arg(text).arg(closed);
  }
  const auto cut = ledger.cut.value_or(0);
  text =
      (cut == 1 ? LedgerWords::tr("%1, %2 was cut") : LedgerWords::tr("%1, %2 were cut")).arg(text).arg(cut);
  const auto left = leftOf(ledger);
  if (left == 0) return text;
  return (record.outcome == "draining" ? LedgerWords::tr("%1, %2 still open")
                                       : LedgerWords::tr("%1, %2 not accounted for: the process died"))
      .arg(text)
      .arg(left);
}

QString queueText(const control::ListenerLedger& listener) {
  QStringList parts;
  if (listener.queued) {
    parts += listener.queue_limit ? LedgerWords::tr("%1 queued at commit (limit %2)")
                                        .arg(*listener.queued)
                                        .arg(*listener.queue_limit)
                                  : LedgerWords::tr("%1 queued at commit").arg(*listener.queued);
  }
  if (listener.turned_away) parts += LedgerWords::tr("%1 turned away").arg(*listener.turned_away);
  return parts.join(QStringLiteral(", "));
}

bool wentAway(const control::RestartRecord& record) { return record.exit_status || record.term_signal; }

}  // namespace

Loss loss(const control::RestartRecord& record) {
  const auto& outcome = record.outcome;
  if (outcome == "failed" || outcome == "rehearsed") return Loss::Nothing;
  if (outcome == "rolled_back") return wentAway(record) ? Loss::Something : Loss::Nothing;
  if (outcome == "crashed") return Loss::Something;
  if (outcome != "finished") {
    return outcome == "draining" && record.ledger.cut.value_or(0) > 0 ? Loss::Something : Loss::Open;
  }
  if (!record.ledger.open_at_final) return Loss::Unknown;
  return record.ledger.cut.value_or(0) + leftOf(record.ledger) > 0 ? Loss::Something : Loss::Nothing;
}

QString lossInShort(const control::RestartRecord& record) {
  switch (loss(record)) {
    case Loss::Open: return {};
    case Loss::Nothing: return LedgerWords::tr("nothing");
    case Loss::Unknown: return LedgerWords::tr("not known");
    case Loss::Something: break;
  }
  const auto cut = record.ledger.cut.value_or(0);
  const auto died = record.outcome == "finished" ? leftOf(record.ledger) : 0;
  if (cut + died == 0) return LedgerWords::tr("the new one's");
  if (died == 0) return LedgerWords::tr("%1 cut").arg(cut);
  return cut == 0 ? LedgerWords::tr("%1 died").arg(died)
                  : LedgerWords::tr("%1 cut, %2 died").arg(cut).arg(died);
}

QString verdict(const control::RestartRecord& record) {
  const auto old = QString::number(record.old_generation);
  const auto fresh = QString::number(record.generation);
  if (record.outcome == "failed" || record.outcome == "rehearsed") {
    return LedgerWords::tr("Nothing was lost: generation %1 served on.").arg(old);
  }
  if (record.outcome == "rolled_back") {
    return wentAway(record)
               ? LedgerWords::tr(
                     "Connections that generation %1 had accepted ended with it; those of generation %2 were "
                     "served on.")
                     .arg(fresh, old)
               : LedgerWords::tr(
                     "Nothing was lost: generation %1 serves on, and generation %2 finishes the connections "
                     "it "
                     "had accepted.")
                     .arg(old, fresh);
  }
  if (record.outcome == "crashed") {
    return LedgerWords::tr("Connections that generation %1 had ended with it, after it had taken over.")
        .arg(fresh);
  }
  if (record.outcome != "finished" && record.outcome != "draining") return {};
  if (!record.ledger.open_at_final) {
    return record.outcome == "draining"
               ? QString()
               : LedgerWords::tr(
                     "What became of connections is not known: the program registers "
                     "none.");
  }
  const auto account = connectionsText(record);
  switch (loss(record)) {
    case Loss::Nothing: return LedgerWords::tr("Nothing was lost: %1").arg(account);
    case Loss::Something: return LedgerWords::tr("Connections were lost: %1").arg(account);
    default: return LedgerWords::tr("Nothing is lost so far: %1").arg(account);
  }
}

QString gap(const control::RestartRecord& record) {
  const auto& gap = record.ledger.gap;
  return gap ? LedgerWords::tr("nobody accepted for %1 at most").arg(wording::brief(*gap)) : QString();
}

QStringList ledgerLines(const control::RestartRecord& record) {
  const auto& ledger = record.ledger;
  QStringList lines;
  const auto line = [&lines](const QString& name, const QString& text) {
    lines += QStringLiteral("%1%2").arg(name, -14).arg(text);
  };
  const auto of = [](quint64 generation, std::chrono::microseconds moment) {
    return LedgerWords::tr("of generation %1, %2").arg(QString::number(generation), fromTheRequest(moment));
  };
  if (ledger.last_accept)
    line(LedgerWords::tr("last accept"), of(record.old_generation, *ledger.last_accept));
  if (ledger.first_accept) line(LedgerWords::tr("first accept"), of(record.generation, *ledger.first_accept));
  if (ledger.gap) line(LedgerWords::tr("gap"), gap(record));
  for (const auto& listener : ledger.listeners) {
    if (const auto text = queueText(listener); !text.isEmpty()) {
      line(LedgerWords::tr("listener"), QStringLiteral("%1: %2").arg(wording::plain(listener.bind), text));
    }
  }
  if (ledger.open_at_final) line(LedgerWords::tr("connections"), connectionsText(record));
  return lines;
}

}  // namespace uninterruptible::admin::history
