#include <QDateTime>
#include <QJsonArray>
#include <QTest>
#include <filesystem>
#include <map>
#include <optional>

#include "restart/chain.hpp"
#include "support/cli.hpp"
#include "support/files.hpp"

using namespace testing;

namespace {

Chain::Options options(Transport transport, std::vector<std::string> flags = {}) {
  flags.insert(flags.end(), {"--rollback-window", "0"});
  return {.transport = transport, .flags = std::move(flags)};
}

/// What status says of each generation, or "" where it does not state that.
std::map<int, std::string> stated(const Chain& chain, const char* fact) {
  std::map<int, std::string> all;
  const QJsonArray generations = chain.status()["generations"].toArray();
  for (const auto& one : generations)
    all[one.toObject()["generation"].toInt()] =
        one.toObject()["facts"].toObject()[fact].toString().toStdString();
  return all;
}

using Stated = std::map<int, std::string>;

Stated versions(const Chain& chain) {
  Stated all;
  const QJsonArray generations = chain.status()["generations"].toArray();
  for (const auto& one : generations)
    all[one.toObject()["generation"].toInt()] = one.toObject()["version"].toString().toStdString();
  return all;
}

/// A server whose start command is its own program, in the sandbox.
struct OwnCopy {
  OwnCopy() {
    put();
    server.emplace(sandbox.start(
        {path, "--bind", "tcp://127.0.0.1:0", "--name", "copy", "--lines", "--rollback-window", "0"}));
    (void)target_of(control());
  }
  /// Puts the program there, as a deployment does: the file that runs stays as it is.
  void put() const {
    std::filesystem::copy_file(qEnvironmentVariable("UNINTERRUPTIBLE_BIN").toStdString() + "/echo-server",
                               path + ".new");
    std::filesystem::rename(path + ".new", path);
  }
  [[nodiscard]] std::string control() const { return sandbox.control_path("copy"); }
  /// `true`, `false`, or `untold`.
  [[nodiscard]] std::string changed() const {
    const QJsonValue told = status_of(control())["program_changed"];
    return !told.isBool() ? "untold" : told.toBool() ? "true" : "false";
  }

  Sandbox sandbox;
  std::string path = sandbox / "server";
  std::optional<Process> server;
};

std::vector<std::string> lost_paths(const Chain& chain) {
  std::vector<std::string> paths;
  const QJsonArray lost = chain.status()["lost_paths"].toArray();
  for (const auto& path : lost) paths.push_back(path.toString().toStdString());
  return paths;
}

std::string text_status(const Chain& chain) {
  return run_cli(chain.sandbox(), {"status", "-s", "chain"}).out;
}

}  // namespace

/// What differs from generation to generation, and what has gone wrong with one, is there to be read.
class RestartStatus : public QObject {
  Q_OBJECT

 private slots:
  void networks_of_each_generation_are_shown() {
    const std::string problem =
        problem_with(options(Transport::tcp, {"--allow", "127.0.0.0/8"}), [](Chain& chain) {
          Client early(chain.target());
          require(early.ask("early") == "early", "a client of the first generation");
          chain.good({}, "--allow 127.0.0.1 --allow ::1");
          require(chain.restart().exit == exited(0), "the rules change by a restart");
          require(stated(chain, "allowed_networks") ==
                      Stated{{1, "127.0.0.0/8"}, {2, "127.0.0.0/8, 127.0.0.1/32, ::1/128"}},
                  "each generation has its own rules");
          const std::string text = text_status(chain);
          require(text.find("127.0.0.1/32, ::1/128") != std::string::npos, "a person reads them: " + text);
          early.half_close();
        });
    QVERIFY2(problem.empty(), problem.c_str());
  }

  void without_rules_none_are_stated() {
    const std::string problem = problem_with(options(Transport::tcp), [](Chain& chain) {
      require(stated(chain, "allowed_networks") == Stated{{1, ""}}, "there are none");
      require(text_status(chain).find("FACT") == std::string::npos, "nothing is shown");
    });
    QVERIFY2(problem.empty(), problem.c_str());
  }

  void certificate_of_each_generation_is_shown_with_the_time_it_has_left() {
    const std::string problem = problem_with(options(Transport::tls), [](Chain& chain) {
      Client early(chain.target());
      require(early.ask("early") == "early", "a client of the first generation");
      (void)Certificate::make(chain.sandbox(), "tls", "renewed");
      chain.good_restart();
      require(stated(chain, "certificate") == Stated{{1, "CN=localhost"}, {2, "CN=renewed"}},
              "each generation has its own");
      const std::string until = stated(chain, "certificate_until")[2];
      require(
          QDateTime::fromString(QString::fromStdString(until), Qt::ISODate).isValid() && until.ends_with('Z'),
          "its end is a time in UTC: " + until);
      const std::string text = text_status(chain);
      require(text.find(until + " (in ") != std::string::npos,
              "a person reads how far away that is: " + text);
      early.half_close();
    });
    QVERIFY2(problem.empty(), problem.c_str());
  }

  void a_path_that_no_longer_leads_to_the_server_is_shown() {
    const std::string problem = problem_with(options(Transport::unix_path), [](Chain& chain) {
      const std::string path = chain.target().substr(std::string("unix://").size());
      require(lost_paths(chain).empty(), "at first it does");
      std::filesystem::remove(path);
      require(lost_paths(chain) == std::vector{path}, "removed");
      write_file(path, "somebody else's");
      require(lost_paths(chain) == std::vector{path}, "replaced");
      const std::string text = text_status(chain);
      require(text.find("LOST           " + path) != std::string::npos, "a person reads it: " + text);
    });
    QVERIFY2(problem.empty(), problem.c_str());
  }

  void connections_of_other_generations_are_listed_by_conditions_too() {
    const std::string problem = problem_with(options(Transport::tcp), [](Chain& chain) {
      Client early(chain.target());
      require(early.ask("early") == "early", "a client of the first generation");
      chain.good_restart();
      Client late(chain.target());
      require(late.ask("late") == "late", "a client of the second generation");
      const auto listed = [&](const QJsonObject& conditions) {
        std::string ids;
        for (const auto& one :
             ControlClient(chain.control()).ask("connections", conditions)["connections"].toArray())
          ids += one.toObject()["id"].toString().section('-', 0, 0).toStdString() + " ";
        return ids;
      };
      eventually([&] { return listed({{"peer", "127.0.0.0/8"}, {"state", "open"}}) == "1 2 "; }, "both fit");
      require(listed({{"generation", 1}}) == "1 ", "one generation's");
      require(listed({{"generation", 2}, {"peer", "127.0.0.1"}}) == "2 ", "the other's");
      require(listed({{"peer", "10.0.0.0/8"}}).empty() && listed({{"older_ms", 3'600'000}}).empty(), "none");
      early.half_close();
    });
    QVERIFY2(problem.empty(), problem.c_str());
  }

  void versions_of_each_generation_are_shown() {
    const std::string problem =
        problem_with(options(Transport::tcp, {"--version-text", "version-1"}), [](Chain& chain) {
          require(text_status(chain).find("version-1") != std::string::npos, "a person reads it");
          Client early(chain.target());
          require(early.ask("early") == "early", "a client of the first generation");
          for (const char* const next : {"version-2", "version-3"}) {
            chain.script("eval \"exec $(printf %s \"$SERVER\" | sed s/version-1/" + std::string(next) +
                         "/)\"");
            require(chain.restart().exit == exited(0), std::string("a restart into ") + next);
          }
          const Stated wanted{{1, "version-1"}, {3, "version-3"}};
          eventually([&] { return versions(chain) == wanted; }, "each generation has its own, handed on too");
          const std::string text = text_status(chain);
          require(
              text.find("version-1") < text.find("version-3") && text.find("VERSION") != std::string::npos,
              "a person reads both: " + text);
          early.half_close();
        });
    QVERIFY2(problem.empty(), problem.c_str());
  }

  void without_versions_there_is_no_column() {
    const std::string problem = problem_with(options(Transport::tcp), [](Chain& chain) {
      require(versions(chain) == Stated{{1, ""}}, "none is stated");
      require(text_status(chain).find("VERSION") == std::string::npos, "none is shown");
    });
    QVERIFY2(problem.empty(), problem.c_str());
  }

  void a_program_that_was_replaced_on_disk_is_pointed_out() {
    const OwnCopy copy;
    const auto text = [&] { return run_cli(copy.sandbox, {"status", "-s", "copy"}).out; };
    QCOMPARE(copy.changed(), std::string("false"));
    QVERIFY(text().find("CHANGED") == std::string::npos);
    copy.put();
    QCOMPARE(copy.changed(), std::string("true"));
    QVERIFY2(
        text().find("  CHANGED        the program on disk is not the one that runs") != std::string::npos,
        text().c_str());
    std::filesystem::rename(copy.path, copy.path + ".away");
    QCOMPARE(copy.changed(), std::string("untold"));
    std::filesystem::rename(copy.path + ".away", copy.path);
    QVERIFY(run_cli(copy.sandbox, {"restart", "-s", "copy"}).exit == exited(0));
    QCOMPARE(copy.changed(), std::string("false"));
  }

  void of_a_start_command_that_is_a_script_nothing_is_said() {
    const std::string problem = problem_with(options(Transport::tcp), [](Chain& chain) {
      chain.good();
      require(!chain.status().contains("program_changed"), "nothing before it is replaced");
      chain.good({}, "--log-requests");
      require(!chain.status().contains("program_changed"), "and nothing afterwards");
    });
    QVERIFY2(problem.empty(), problem.c_str());
  }
};

QTEST_GUILESS_MAIN(RestartStatus)
#include "restart_status.moc"
