#pragma once

#include <QJsonObject>
#include <chrono>
#include <string>
#include <vector>

#include "support/sandbox.hpp"

namespace testing {

/// load_client.py at work: real clients in processes of their own, which account for every request.
class Load {
 public:
  /// Starts it with these arguments and waits until all its workers have had answers.
  Load(const Sandbox& sandbox, std::vector<std::string> arguments);

  /// Lets it finish what is open, and returns its account. Throws when it does not end.
  QJsonObject finish();
  /// Requests of an account that were not answered exactly once.
  [[nodiscard]] static qint64 lost(const QJsonObject& account);
  /// The account's counts and first failures, for the message of a failing test.
  [[nodiscard]] static std::string text(const QJsonObject& account);

 private:
  Process process_;
};

}  // namespace testing
