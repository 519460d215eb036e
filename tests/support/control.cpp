#include "support/control.hpp"

#include <QJsonArray>
#include <QJsonDocument>
#include <system_error>

namespace testing {

namespace {
std::string text_of(const QJsonObject& object) {
  return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}
}  // namespace

ControlClient::ControlClient(const std::string& path, std::chrono::milliseconds limit)
    : client_("unix://" + path, limit) {
  const QJsonObject greeting = read();
  if (greeting["method"] != "hello") throw std::runtime_error("no greeting: " + text_of(greeting));
  hello_ = greeting["params"].toObject();
}

QJsonObject ControlClient::read() {
  const std::optional<std::string> line = client_.read_line();
  if (!line) throw std::runtime_error("the server ended the control connection");
  const auto document = QJsonDocument::fromJson(QByteArray::fromStdString(*line));
  if (!document.isObject()) throw std::runtime_error("not a JSON object: " + *line);
  return document.object();
}

void ControlClient::send(const QString& method, const QJsonObject& params) {
  client_.send_line(
      text_of({{"jsonrpc", "2.0"}, {"id", ++last_id_}, {"method", method}, {"params", params}}));
}

QJsonObject ControlClient::ask(const QString& method, const QJsonObject& params) {
  send(method, params);
  for (;;) {
    const QJsonObject message = read();
    if (message["id"] != last_id_) continue;
    if (message.contains("error")) throw std::runtime_error(text_of(message["error"].toObject()));
    return message["result"].toObject();
  }
}

QJsonObject ControlClient::next(const QString& method) {
  for (;;) {
    const QJsonObject message = read();
    if (message["method"] == method) return message["params"].toObject();
  }
}

QJsonObject status_of(const std::string& path) { return ControlClient(path).ask("status"); }

std::string target_of(const std::string& control_path, int index) {
  std::string target;
  const auto answered = [&] {
    try {
      target = status_of(control_path)["addresses"].toArray()[index].toString().toStdString();
    } catch (const std::exception&) {
      return false;  // not there yet, or it is just being handed over
    }
    return !target.empty();
  };
  eventually(answered, "the server at " + control_path + " tells its addresses");
  const std::size_t any = target.find("//0.0.0.0:");
  if (any != std::string::npos) target.replace(any + 2, 7, "127.0.0.1");
  return target;
}

QJsonObject wait_for_step(const std::string& control_path, const QString& step, qint64 since,
                          std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  std::string last = "none";
  while (std::chrono::steady_clock::now() < end) {
    try {
      ControlClient client(control_path, 500ms);
      client.send("subscribe", {{"since", since}});
      for (;;) {
        const QJsonObject found = client.next("step");
        if (found["number"].toInteger() <= since) continue;
        since = found["number"].toInteger();
        last = text_of(found);
        if (found["step"] == step) return found;
        if (found["step"] == "failed" || found["step"] == "rolled_back") {
          throw std::logic_error("restart came to another end: " + last);
        }
      }
    } catch (const std::logic_error& error) {
      throw std::runtime_error(error.what());
    } catch (const std::exception&) {
      // Quiet for a while, or the control socket changed hands: connect again and go on after the last step.
    }
  }
  throw std::runtime_error("no step '" + step.toStdString() + "'; the last one was " + last);
}

}  // namespace testing
