#include <signal.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QtTest>
#include <deque>
#include <map>
#include <set>

#include "restart/service.hpp"
#include "support/campaign.hpp"
#include "support/cli.hpp"
#include "support/control.hpp"
#include "support/files.hpp"

using namespace testing;

namespace {

void open_served(const Service& service, std::size_t count, std::deque<Client>& clients) {
  for (std::size_t i = 0; i < count; ++i) {
    clients.emplace_back(service.target());
    if (clients.back().ask("hello") != "hello") throw std::runtime_error("a client is not served");
  }
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) all.push_back(line);
  return all;
}

/// All open connections by id, page by page.
std::map<std::string, QJsonObject> all_connections(const std::string& control_path) {
  ControlClient control(control_path);
  std::map<std::string, QJsonObject> all;
  QString after;
  do {
    const QJsonObject page = control.ask("connections", {{"after", after}, {"limit", 1000}});
    for (const auto& one : page["connections"].toArray())
      all[one.toObject()["id"].toString().toStdString()] = one.toObject();
    after = page["next"].toString();
  } while (!after.isEmpty());
  return all;
}

/// Stays attached to a server over its restarts, by what docs/control-protocol.md says, and adds up all it is
/// told.
class Watcher {
 public:
  explicit Watcher(std::string control_path) : path_(std::move(control_path)) { attach(); }

  /// Reads until it holds; every wait for a line is limited.
  template <typename Condition>
  void until(Condition holds) {
    while (!holds()) take_next();
  }

  [[nodiscard]] const std::map<std::string, QJsonObject>& connections() const { return connections_; }
  [[nodiscard]] bool has_seen(const std::string& id) const { return seen_.contains(id); }
  [[nodiscard]] const std::vector<QJsonObject>& steps() const { return steps_; }
  [[nodiscard]] bool had(int restart, const QString& step) const {
    return std::any_of(steps_.begin(), steps_.end(), [&](const QJsonObject& one) {
      return one["restart"].toInt() == restart && one["step"].toString() == step;
    });
  }
  /// How many old generations have ended.
  [[nodiscard]] std::ptrdiff_t finished() const {
    return std::count_if(steps_.begin(), steps_.end(),
                         [](const QJsonObject& one) { return one["step"] == "finished"; });
  }
  [[nodiscard]] int attached() const { return attached_; }

 private:
  void attach() {
    // The next one listens before the one before has left; what is refused or ends was too late.
    eventually(
        [&] {
          try {
            line_.emplace("unix://" + path_);
            return line_->read_line().has_value();
          } catch (const std::system_error&) {
            return false;
          }
        },
        "somebody answers at the control socket");
    const QJsonObject params{{"connections", true}, {"since", last_step_}};
    const QJsonObject request{{"jsonrpc", "2.0"}, {"id", 1}, {"method", "subscribe"}, {"params", params}};
    number_ = 0;
    ++attached_;
    try {
      line_->send_line(QJsonDocument(request).toJson(QJsonDocument::Compact).toStdString());
    } catch (const std::system_error&) {
      line_.reset();
    }
  }

  void take_next() {
    std::optional<std::string> text;
    try {
      if (line_) text = line_->read_line();
    } catch (const std::system_error& lost) {
      if (lost.code() != std::errc::connection_reset) throw;
    }
    if (!text) return attach();
    const QJsonObject message = QJsonDocument::fromJson(QByteArray::fromStdString(*text)).object();
    const QJsonObject params = message["params"].toObject();
    if (message["method"] == "step") take_step(params);
    if (message["method"] == "connections") take_connections(params);
  }

  void take_step(const QJsonObject& step) {
    const qint64 number = step["number"].toInteger();
    if (number != last_step_ + 1)
      throw std::runtime_error("step " + std::to_string(number) + " follows " + std::to_string(last_step_));
    last_step_ = number;
    steps_.push_back(step);
  }

  void take_connections(const QJsonObject& delta) {
    if (delta["reset"].toBool()) {
      number_ = 0;
      connections_.clear();
    }
    if (delta["number"].toInteger() != ++number_) throw std::runtime_error("a delta is missing");
    for (const auto& one : delta["changed"].toArray()) {
      const std::string id = one.toObject()["id"].toString().toStdString();
      connections_[id] = one.toObject();
      seen_.insert(id);
    }
    for (const auto& one : delta["removed"].toArray()) {
      if (connections_.erase(one.toString().toStdString()) != 1)
        throw std::runtime_error("a connection is removed that was never told of");
    }
  }

  std::string path_;
  std::optional<Client> line_;
  qint64 last_step_ = 0;
  qint64 number_ = 0;
  int attached_ = 0;
  std::vector<QJsonObject> steps_;
  std::map<std::string, QJsonObject> connections_;
  std::set<std::string> seen_;
};

}  // namespace

/// What operators see and do while restarts follow one another.
class RestartSteered : public QObject {
  Q_OBJECT

 private slots:
  void a_thousand_connections_of_four_generations_through_one_socket();
  void a_watcher_of_fifty_restarts_misses_nothing();
};

void RestartSteered::a_thousand_connections_of_four_generations_through_one_socket() {
  constexpr std::size_t each = 250;
  Service service({.more = {"--lines"}});
  service.restart();  // so that a generation has come and gone before
  std::map<int, std::deque<Client>> clients;
  for (int generation = 2; generation <= 5; ++generation) {
    if (generation > 2) service.restart();
    open_served(service, each, clients[generation]);
  }
  const auto cli = [&](std::vector<std::string> words) {
    return run_cli(service.sandbox(), std::move(words));
  };

  const auto listed = cli({"connections", "--json"}).json()["connections"].toArray();
  QCOMPARE(listed.size(), static_cast<qsizetype>(4 * each));
  const CliResult of_third = cli({"connections", "--generation", "3", "-q"});
  QCOMPARE(lines(of_third.out).size(), each);
  QCOMPARE(lines(cli({"connections", "--state", "closing", "-q"}).out).size(), 0U);
  QCOMPARE(lines(cli({"connections", "--generation", "4", "--peer", "127.0.0.0/8", "-q"}).out).size(), each);
  QCOMPARE(lines(cli({"connections", "--peer", "10.0.0.0/8", "-q"}).out).size(), 0U);

  // The fifth restart is in its trial all the time.
  Process restart = service.sandbox().start({program("uninterruptiblectl"), "restart", "--trial", "60s"});
  wait_for_step(service.control(), "trial", 0);
  QCOMPARE(cli({"close", "3-17"}).exit, exited(0));
  std::vector<std::string> cut{"close", "--now"};
  for (int number = 101; number <= 110; ++number) cut.push_back("2-" + std::to_string(number));
  QCOMPARE(cli(cut).exit, exited(0));
  QVERIFY(clients[3][16].at_end());
  for (std::size_t i = 100; i < 110; ++i) {
    // A cut is an end or a reset.
    try {
      QVERIFY(clients[2][i].at_end());
    } catch (const std::system_error& lost) {
      QCOMPARE(lost.code().value(), ECONNRESET);
    }
  }
  eventually([&] { return all_connections(service.control()).size() == 4 * each - 11; }, "they are gone");
  QVERIFY(restart.is_alive());
  QCOMPARE(cli({"cancel"}).exit, exited(0));
  QCOMPARE(restart.wait_exit(), exited(8));

  std::size_t served = 0;
  for (auto& [generation, all] : clients) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if ((generation == 3 && i == 16) || (generation == 2 && i >= 100 && i < 110)) continue;
      if (all[i].ask("still there") == "still there") ++served;
    }
  }
  QCOMPARE(served, 4 * each - 11);
  QCOMPARE(cli({"restart"}).exit, exited(0));
  QCOMPARE(all_connections(service.control()).size(), 4 * each - 11);
  clients.clear();
  QCOMPARE(service.shut_down(), exited(0));
}

void RestartSteered::a_watcher_of_fifty_restarts_misses_nothing() {
  const int restarts = rounds(50);
  constexpr std::size_t kept = 10;
  Service service;
  Watcher watcher(service.control());
  Process events = service.sandbox().start({program("uninterruptiblectl"), "events", "--json"});
  wait_for_line(events.output_path(), "present");

  std::deque<Client> clients;
  std::set<std::string> opened;
  for (int restart = 1; restart <= restarts; ++restart) {
    open_served(service, 2, clients);
    for (const char* const number : {"-1", "-2"}) opened.insert(std::to_string(restart) + number);
    while (clients.size() > kept) clients.pop_front();
    service.restart();
    const std::string newest = std::to_string(restart) + "-2";
    watcher.until([&] { return watcher.had(restart, "draining") && watcher.has_seen(newest); });
  }
  for (const std::string& id : opened) QVERIFY2(watcher.has_seen(id), id.c_str());
  QVERIFY(watcher.attached() > restarts / 2);
  for (int restart = 1; restart <= restarts; ++restart) {
    for (const char* const step :
         {"requested", "spawned", "connected", "offered", "ready", "committed", "final"})
      QVERIFY2(watcher.had(restart, step), step);
  }

  std::map<std::string, QJsonObject> now;
  eventually(
      [&] {
        now = all_connections(service.control());
        return now.size() == clients.size();
      },
      "those that were closed are gone");
  watcher.until([&] { return watcher.connections() == now; });

  clients.clear();
  watcher.until([&] { return watcher.finished() == restarts && watcher.connections().empty(); });
  QCOMPARE(service.shut_down(), exited(0));
  QCOMPARE(events.wait_exit(), exited(0));
  std::size_t told = 0;
  for (const std::string& line : lines(events.standard_output())) {
    if (line.find("\"event\":\"step\"") != std::string::npos) ++told;
  }
  QCOMPARE(told, watcher.steps().size());
}

QTEST_GUILESS_MAIN(RestartSteered)
#include "restart_steered.moc"
