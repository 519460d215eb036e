#pragma once

#include <QList>
#include <QString>
#include <QStringList>

#include "uninterruptible/control.hpp"

namespace uninterruptible::admin {

/// One restart of a server's history. A plain value.
struct RestartEntry {
  control::RestartRecord record;
  QString user{};  ///< name of who asked by the control socket; empty where it is not known
  friend bool operator==(const RestartEntry&, const RestartEntry&) = default;
};

/// What a restart meant for those who were connected.
enum class Loss {
  Open,       ///< it goes on
  Nothing,    ///< of what is known nothing was lost
  Something,  ///< connections were cut, or died with a process
  Unknown,    ///< the program does not register its connections
};

/// What is known of a restart in words: those of `uninterruptiblectl history` for its ledger.
namespace history {

/// It goes on, or what it replaced does: more is to be learned of it.
[[nodiscard]] bool isOpen(const control::RestartRecord& record);
/// `Finished`, `Rolled back`; unknown words are passed on.
[[nodiscard]] QString outcome(const control::RestartRecord& record);
/// `7 -> 8`.
[[nodiscard]] QString generations(const control::RestartRecord& record);
/// `ada (uid 1000)`, `signal`; empty where that is not known.
[[nodiscard]] QString asker(const RestartEntry& entry);
/// `asked for by ada (uid 1000)`; empty where that is not known.
[[nodiscard]] QString askedFor(const RestartEntry& entry);
/// `Requested 0 ms, Spawned 20 ms, Failed 412 ms`.
[[nodiscard]] QString stepTimes(const control::RestartRecord& record);

[[nodiscard]] Loss loss(const control::RestartRecord& record);
/// One or two words: `nothing`, `3 cut`.
[[nodiscard]] QString lossInShort(const control::RestartRecord& record);
/// A sentence that answers whether it lost anything; empty as long as nobody can say.
[[nodiscard]] QString verdict(const control::RestartRecord& record);
/// For how long nobody accepted; empty where that is not known.
[[nodiscard]] QString gap(const control::RestartRecord& record);
/// A line for each thing that the ledger has.
[[nodiscard]] QStringList ledgerLines(const control::RestartRecord& record);
/// All of it, to be read or mailed. `versions` are those of the old and the new program, as far as known.
[[nodiscard]] QString report(const RestartEntry& entry, const QString& server,
                             const std::pair<QString, QString>& versions);

}  // namespace history
}  // namespace uninterruptible::admin
