#include "support/load.hpp"

#include <signal.h>

#include <QJsonArray>
#include <QJsonDocument>

#include "support/files.hpp"

namespace testing {

namespace {
const QStringList losses{"refused", "reset", "timed_out", "short", "wrong", "doubled", "closed"};

std::vector<std::string> command(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"python3", support_file("load_client.py")});
  return arguments;
}
}  // namespace

Load::Load(const Sandbox& sandbox, std::vector<std::string> arguments)
    : process_(sandbox.start(command(std::move(arguments)))) {
  wait_for_line(process_.error_path(), "steady");
}

QJsonObject Load::finish() {
  process_.signal(SIGTERM);
  const std::optional<Exit> exit = process_.wait_exit(60s);
  const std::string out = process_.standard_output();
  const auto account = QJsonDocument::fromJson(QByteArray::fromStdString(out));
  if (!exit || !account.isObject() || exit->signal || *exit->status > 1) {
    throw std::runtime_error("load_client.py failed:\n" + out + process_.standard_error());
  }
  return account.object();
}

qint64 Load::lost(const QJsonObject& account) {
  qint64 sum = 0;
  for (const QString& kind : losses) sum += account[kind].toInteger();
  return sum;
}

std::string Load::text(const QJsonObject& account) {
  QJsonObject shown = account;
  QJsonArray failures = account["failures"].toArray();
  while (failures.size() > 20) failures.removeLast();
  shown["failures"] = failures;
  return QJsonDocument(shown).toJson().toStdString();
}

}  // namespace testing
