#include <QDateTime>
#include <QJsonArray>
#include <QTest>
#include <filesystem>
#include <map>

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
};

QTEST_GUILESS_MAIN(RestartStatus)
#include "restart_status.moc"
