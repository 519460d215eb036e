#pragma once

#include <QJsonObject>
#include <string>

#include "support/client.hpp"

namespace testing {

/// A bare client of the control protocol, written against docs/control-protocol.md and not with the library's
/// own session, so that the two check each other. Throws std::system_error or std::runtime_error.
class ControlClient {
 public:
  /// Connects and reads the greeting.
  explicit ControlClient(const std::string& path, std::chrono::milliseconds limit = patience);

  [[nodiscard]] const QJsonObject& hello() const noexcept { return hello_; }
  /// Sends a request and returns its `result`; notifications that come first are dropped. Throws with the
  /// error's text when it is refused.
  QJsonObject ask(const QString& method, const QJsonObject& params = {});
  /// Sends a request without waiting for its reply.
  void send(const QString& method, const QJsonObject& params = {});
  /// Params of the next notification of that kind; others and replies are dropped.
  QJsonObject next(const QString& method);

 private:
  QJsonObject read();

  Client client_;
  int last_id_ = 0;
  QJsonObject hello_;
};

/// `status` of the server at that control socket.
QJsonObject status_of(const std::string& path);
/// Address number `index` that the server listens on, as a target for Client: waits until it answers.
std::string target_of(const std::string& control_path, int index = 0);
/// Waits until a restart has got to `step` (of those after `since`), and returns that step. A restart that
/// comes to another end first is a std::runtime_error with its reason.
QJsonObject wait_for_step(const std::string& control_path, const QString& step, qint64 since = 0,
                          std::chrono::milliseconds limit = patience);

}  // namespace testing
