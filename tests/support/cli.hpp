#pragma once

#include <QJsonObject>
#include <QList>
#include <string>
#include <vector>

#include "support/sandbox.hpp"

namespace testing {

/// What a run of uninterruptiblectl came to.
struct CliResult {
  Exit exit;
  std::string out;
  std::string err;

  /// Standard output as one JSON object. Throws std::runtime_error with the output when it is none.
  [[nodiscard]] QJsonObject json() const;
  /// Standard output as one JSON object a line.
  [[nodiscard]] QList<QJsonObject> json_lines() const;
};

/// Runs `uninterruptiblectl arguments...` to its end, at most `limit` long (then throws).
CliResult run_cli(const Sandbox& sandbox, std::vector<std::string> arguments,
                  std::chrono::milliseconds limit = patience);

}  // namespace testing
