#include "restart/history_look.hpp"

#include <QJsonArray>

namespace testing {

CliResult ctl(const Chain& chain, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"-s", "chain"});
  return run_cli(chain.sandbox(), std::move(arguments));
}

void must_end_with(int status, const CliResult& result) {
  require(result.exit == exited(status), "exit status " + std::to_string(status) + ", not " +
                                             to_string(result.exit) + ": " + result.out + result.err);
}

/// All that are remembered, the latest last.
std::vector<QJsonObject> history(const Chain& chain) {
  const CliResult result = ctl(chain, {"history", "--json"});
  must_end_with(0, result);
  std::vector<QJsonObject> all;
  for (const auto& one : result.json()["restarts"].toArray()) all.push_back(one.toObject());
  return all;
}

QJsonObject restart_number(const Chain& chain, qint64 number) {
  for (const QJsonObject& one : history(chain)) {
    if (one["restart"].toInteger() == number) return one;
  }
  throw std::runtime_error("restart " + std::to_string(number) + " is not remembered");
}

QJsonObject ledger_of(const Chain& chain, qint64 number) {
  return restart_number(chain, number)["ledger"].toObject();
}

std::string text_of(const QJsonValue& value) { return value.toString().toStdString(); }

void wait_for_restart_step(const Chain& chain, const QString& step) {
  eventually([&] { return chain.status()["restart_step"].toString() == step; },
             "the restart comes to " + step.toStdString());
}

}  // namespace testing
