#include <signal.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QtTest>
#include <functional>
#include <map>

#include "restart/chain.hpp"

using namespace testing;

namespace {

/// A chain with one connection of its first generation, in one of the states of docs/control-protocol.md.
struct State {
  const char* name;
  const char* trial;
  std::function<void(Chain&)> reach;
  /// What is done when the asker is connected: nobody is greeted where nobody is in charge.
  std::function<void(Chain&)> go_on{};
};

void wait_for_step(const Chain& chain, const QString& step) {
  eventually([&] { return chain.status()["restart_step"].toString() == step; },
             "the restart comes to " + step.toStdString());
}

pid_t pid_of_new(const Chain& chain) {
  for (const pid_t pid : chain.pids()) {
    if (pid != chain.status()["pid"].toInt()) return pid;
  }
  throw std::runtime_error("there is no new process");
}

const State states[] = {
    {"alone", "0", [](Chain&) {}},
    {"drain", "0", [](Chain& chain) { chain.good_restart(); }},
    {"start", "0",
     [](Chain& chain) {
       chain.good("before.READY:hang");
       chain.usr1();
       wait_for_step(chain, "offered");
     }},
    {"trial", "60s",
     [](Chain& chain) {
       chain.usr1();
       wait_for_step(chain, "trial");
     }},
    // FINAL was sent, and the new one, stopped, does not acknowledge it.
    {"taking charge", "1s",
     [](Chain& chain) {
       chain.usr1();
       wait_for_step(chain, "trial");
       ::kill(pid_of_new(chain), SIGSTOP);
     },
     [](Chain& chain) { wait_for_line(chain.log(), "--> passing"); }},
    {"shutting down", "0",
     [](Chain& chain) {
       ::kill(chain.pid(), SIGTERM);
       wait_for_line(chain.log(), "connections may finish");
     }},
};

/// What a row of the table stands for, as a method with its parameters.
const std::map<QString, std::pair<QString, QJsonObject>> requests{
    {"status", {"status", {}}},
    {"connections", {"connections", {}}},
    {"subscribe", {"subscribe", {{"connections", true}}}},
    {"history", {"history", {}}},
    {"history", {"history", {}}},
    {"restart", {"restart", {}}},
    {"restart, queue", {"restart", {{"queue", true}}}},
    {"restart, rehearse", {"restart", {{"rehearse", true}}}},
    {"cancel", {"cancel", {}}},
    {"close, ids", {"close", {{"ids", QJsonArray{"1-1"}}}}},
    {"close, conditions", {"close", {{"generation", 1}}}},
    {"shutdown", {"shutdown", {}}},
    {"extend_drain", {"extend_drain", {{"by_ms", 1000}}}},
    {"log_level", {"log_level", {{"level", "debug"}}}},
};

/// One who asks. The answer is `yes`, or the code of the error.
class Asker {
 public:
  explicit Asker(const Chain& chain) : client_("unix://" + chain.control()) {
    if (!client_.read_line()) throw std::runtime_error("nobody greets");
  }

  std::string ask(const QString& method, const QJsonObject& params) {
    const QJsonObject request{{"jsonrpc", "2.0"}, {"id", ++id_}, {"method", method}, {"params", params}};
    client_.send_line(QJsonDocument(request).toJson(QJsonDocument::Compact).toStdString());
    while (const auto line = client_.read_line()) {
      const QJsonObject message = QJsonDocument::fromJson(QByteArray::fromStdString(*line)).object();
      if (message["id"].toInt() != id_) continue;
      const QJsonValue error = message["error"];
      return error.isUndefined() ? "yes" : std::to_string(error.toObject()["code"].toInt());
    }
    return "nothing";
  }

 private:
  Client client_;
  int id_ = 0;
};

std::vector<QString> cells(const std::string& line) {
  std::vector<QString> found;
  for (const QString& cell : QString::fromStdString(line).split('|'))
    found.push_back(cell.trimmed().remove('`'));
  return {found.begin() + 1, found.end() - 1};
}

/// The table under that heading of the document: lines of cells, without the ruler.
std::vector<std::vector<QString>> table_below(const std::string& heading) {
  std::vector<std::vector<QString>> rows;
  std::istringstream document(read_file(fixture_file("../../docs/control-protocol.md")));
  bool below = false;
  for (std::string line; std::getline(document, line);) {
    if (line == heading) below = true;
    if (!below) continue;
    if (line.starts_with("|---")) continue;
    if (line.starts_with("|")) {
      rows.push_back(cells(line));
    } else if (!rows.empty()) {
      break;
    }
  }
  if (rows.empty()) throw std::runtime_error("no table below " + heading);
  return rows;
}

}  // namespace

/// Every request has a defined answer in every state of a server: the one in the document's table.
class RestartAnswers : public QObject {
  Q_OBJECT

 private slots:
  void every_state_and_request_data() {
    QTest::addColumn<int>("state");
    QTest::addColumn<QString>("request");
    QTest::addColumn<QString>("expected");
    const auto table = table_below("## Answers in every state");
    QCOMPARE(table[0].size(), std::size(states) + 1);
    for (std::size_t row = 1; row < table.size(); ++row) {
      for (std::size_t column = 1; column < table[row].size(); ++column) {
        QTest::addRow("%s: %s", qPrintable(table[0][column]), qPrintable(table[row][0]))
            << static_cast<int>(column - 1) << table[row][0] << table[row][column];
      }
    }
  }
  void every_state_and_request() {
    QFETCH(const int, state);
    QFETCH(const QString, request);
    QFETCH(const QString, expected);
    const State& wanted = states[state];
    QVERIFY(requests.contains(request));
    const auto& [method, params] = requests.at(request);
    const std::string problem = problem_with(
        {.flags = {"--rollback-window", wanted.trial, "--drain-timeout", "1h"}}, [&](Chain& chain) {
          Client client(chain.target());
          require(client.ask("hello") == "hello", "a client is served");
          wanted.reach(chain);
          Asker asker(chain);
          if (wanted.go_on) wanted.go_on(chain);
          const std::string came = asker.ask(method, params);
          require(came == expected.toStdString(), "the answer is " + came);
        });
    QVERIFY2(problem.empty(), problem.c_str());
  }
  void every_state_has_its_column() {
    const auto table = table_below("## Answers in every state");
    for (std::size_t i = 0; i < std::size(states); ++i) QCOMPARE(table[0][i + 1], QString(states[i].name));
    QCOMPARE(table.size() - 1, requests.size());
  }
};

QTEST_GUILESS_MAIN(RestartAnswers)
#include "restart_answers.moc"
