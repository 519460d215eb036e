#include "support/cli.hpp"

#include <QJsonDocument>

#include "support/files.hpp"

namespace testing {

namespace {
QJsonObject parse(const std::string& text) {
  QJsonParseError error;
  const auto document = QJsonDocument::fromJson(QByteArray::fromStdString(text), &error);
  if (!document.isObject()) {
    throw std::runtime_error("not a JSON object (" + error.errorString().toStdString() + "): " + text);
  }
  return document.object();
}
}  // namespace

QJsonObject CliResult::json() const { return parse(out); }

QList<QJsonObject> CliResult::json_lines() const {
  QList<QJsonObject> objects;
  for (const std::string& line : split_lines(out)) objects.append(parse(line));
  return objects;
}

CliResult run_cli(const Sandbox& sandbox, std::vector<std::string> arguments,
                  std::chrono::milliseconds limit) {
  arguments.insert(arguments.begin(), program("uninterruptiblectl"));
  Process process = sandbox.start(arguments);
  const std::optional<Exit> exit = process.wait_exit(limit);
  if (!exit) {
    throw std::runtime_error("uninterruptiblectl did not end; it wrote:\n" + process.standard_output() +
                             process.standard_error());
  }
  return {*exit, process.standard_output(), process.standard_error()};
}

}  // namespace testing
