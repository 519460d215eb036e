#pragma once

#include <QJsonObject>
#include <string>
#include <vector>

#include "restart/chain.hpp"

namespace testing {

/// `uninterruptiblectl -s chain arguments...`, to its end.
CliResult ctl(const Chain& chain, std::vector<std::string> arguments);
/// Throws with all that it wrote when it did not end with that status.
void must_end_with(int status, const CliResult& result);

/// The restarts that a chain remembers, the latest last, as `history --json` has them.
[[nodiscard]] std::vector<QJsonObject> history(const Chain& chain);
/// One of them. Throws when it is not remembered.
[[nodiscard]] QJsonObject restart_number(const Chain& chain, qint64 number);
[[nodiscard]] QJsonObject ledger_of(const Chain& chain, qint64 number);

[[nodiscard]] std::string text_of(const QJsonValue& value);

/// Waits until the restart that goes on has come to that step; "": until none goes on.
void wait_for_restart_step(const Chain& chain, const QString& step);

}  // namespace testing
