#include <signal.h>

#include <QJsonArray>
#include <QTest>
#include <cstdlib>
#include <functional>

#include "restart/chain.hpp"
#include "support/load.hpp"

using namespace testing;

namespace {

std::string from_environment(const char* name, const std::string& otherwise) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

/// One new version that is no good, and what must be said of it.
struct BadVersion {
  const char* name;
  std::function<void(Chain&)> install;
  const char* outcome;    ///< `failed` or `rolled_back`
  const char* failed_at;  ///< the step reached before
  const char* reason;     ///< part of it
  std::optional<int> exit_status{};
  std::optional<int> term_signal{};
  const char* output = nullptr;                   ///< a line that the new process wrote
  std::function<void(Chain&, pid_t)> in_trial{};  ///< what happens to it there
  bool may_lose = false;                          ///< what it had accepted dies with it
  bool is_slow = false;                           ///< takes a limit of seconds to find out
};

std::string peer(const std::string& mode) { return "exec '" + fixture_file("peer.py") + "' new " + mode; }

const std::vector<BadVersion>& bad_versions() {
  static const std::vector<BadVersion> all{
      {"missing", [](Chain& c) { c.missing(); }, "failed", "requested", "No such file"},
      {"not executable", [](Chain& c) { c.file("#!/bin/sh\n", 0644); }, "failed", "requested",
       "Permission denied"},
      {"text without shebang", [](Chain& c) { c.file("just a text\n", 0755); }, "failed", "requested",
       "Exec format error"},
      {"empty file", [](Chain& c) { c.file("", 0755); }, "failed", "requested", "Exec format error"},
      {"interpreter missing", [](Chain& c) { c.file("#!/no/such/shell\n", 0755); }, "failed", "requested",
       "No such file"},
      {"true", [](Chain& c) { c.script("exec /bin/true"); }, "failed", "spawned",
       "exited with status 0 before it said HELLO", 0},
      {"exit 3",
       [](Chain& c) { c.script("echo first; echo no database >&2; exit 3"); },
       "failed",
       "spawned",
       "exited with status 3",
       3,
       {},
       "no database"},
      {"command not found by its wrapper",
       [](Chain& c) { c.script("exec /no/such/server"); },
       "failed",
       "spawned",
       "exited with status 127",
       127,
       {},
       "/no/such/server"},
      {"crash before HELLO",
       [](Chain& c) { c.good("before.HELLO:kill"); },
       "failed",
       "spawned",
       "signal 9",
       {},
       SIGKILL},
      {"throws in its set-up",
       [](Chain& c) { c.fixture("throw"); },
       "failed",
       "spawned",
       "signal 6",
       {},
       SIGABRT,
       "the licence has run out"},
      {"usage error",
       [](Chain& c) { c.good({}, "--no-such-flag"); },
       "failed",
       "spawned",
       "exited with status 2",
       2,
       {},
       "--no-such-flag"},
      {"crash after OFFER",
       [](Chain& c) { c.good("new.preparing:kill"); },
       "failed",
       "offered",
       "signal 9",
       {},
       SIGKILL},
      {"exit after OFFER", [](Chain& c) { c.good("new.preparing:exit:7"); }, "failed", "offered", "status 7",
       7},
      {"cannot bind", [](Chain& c) { c.good({}, "--bind tcp://192.0.2.1:9"); }, "failed", "offered",
       "192.0.2.1:9"},
      {"finds itself unhealthy before READY", [](Chain& c) { c.fixture("never-ready"); }, "failed", "offered",
       "the disk is missing"},
      {"another protocol version",
       [](Chain& c) { c.script(peer("version")); },
       "failed",
       "spawned",
       "no common version of the handoff protocol",
       {},
       {},
       nullptr},
      {"killed by COMMIT",
       [](Chain& c) { c.good("got.COMMIT:kill"); },
       "rolled_back",
       "committed",
       "signal 9",
       {},
       SIGKILL},
      {"killed when it begins to serve",
       [](Chain& c) { c.good("sent.SERVING:kill"); },
       "rolled_back",
       "trial",
       "signal 9",
       {},
       SIGKILL,
       nullptr,
       {},
       true},
      {"killed in its trial",
       [](Chain& c) { c.good(); },
       "rolled_back",
       "trial",
       "signal 9",
       {},
       SIGKILL,
       nullptr,
       [](Chain&, pid_t pid) { ::kill(pid, SIGKILL); },
       true},
      {"aborts in its trial",
       [](Chain& c) { c.good(); },
       "rolled_back",
       "trial",
       "signal 6",
       {},
       SIGABRT,
       nullptr,
       [](Chain&, pid_t pid) { ::kill(pid, SIGABRT); },
       true},
      {"killed with an address of its own",
       [](Chain& c) { c.good("sent.SERVING:kill", "--bind unix://" + (c.sandbox() / "extra")); },
       "rolled_back",
       "trial",
       "signal 9",
       {},
       SIGKILL,
       nullptr,
       {},
       true},
      {"finds itself unhealthy in its trial",
       [](Chain& c) { c.fixture(); },
       "rolled_back",
       "trial",
       "queue is gone",
       {},
       {},
       nullptr,
       [](Chain& c, pid_t pid) {
         Client client(c.target());
         require(client.ask("PID?") == std::to_string(pid), "the new one answers in its trial");
         require(client.ask("FAIL queue is gone") == "failed", "it is told to fail");
       }},
      {"hangs before HELLO",
       [](Chain& c) { c.script("exec sleep 1000"); },
       "failed",
       "spawned",
       "no HELLO within",
       {},
       {},
       nullptr,
       {},
       false,
       true},
      {"ignores TERM",
       [](Chain& c) { c.script("trap '' TERM; echo never; sleep 1000; sleep 1000"); },
       "failed",
       "spawned",
       "no HELLO within",
       {},
       {},
       "never",
       {},
       false,
       true},
      {"stopped before READY",
       [](Chain& c) { c.good("new.preparing:hang"); },
       "failed",
       "offered",
       "not ready within",
       {},
       {},
       nullptr,
       {},
       false,
       true},
      {"hangs after OFFER",
       [](Chain& c) { c.good("new.preparing:delay:600000"); },
       "failed",
       "offered",
       "not ready within",
       {},
       {},
       nullptr,
       {},
       false,
       true},
      {"stopped at COMMIT",
       [](Chain& c) { c.good("got.COMMIT:hang"); },
       "rolled_back",
       "committed",
       "did not begin to serve",
       {},
       {},
       nullptr,
       {},
       true,
       true},
      {"stopped in its trial",
       [](Chain& c) { c.good(); },
       "rolled_back",
       "final",
       "",
       {},
       SIGKILL,
       nullptr,
       [](Chain&, pid_t pid) { ::kill(pid, SIGSTOP); },
       true,
       true},
  };
  return all;
}

/// Clients of the load, each with one connection at a time: no more can die with a process that is killed.
constexpr int clients = 3;

void check_account(const BadVersion& version, const QJsonObject& account) {
  if (!version.may_lose) return require(Load::lost(account) == 0, "nothing is lost: " + Load::text(account));
  for (const char* const never : {"refused", "wrong", "doubled", "timed_out"}) {
    require(account[never].toInteger() == 0, std::string("none is ") + never + ": " + Load::text(account));
  }
  require(Load::lost(account) <= clients,
          "no more is lost than the killed process had accepted: " + Load::text(account));
}

void check_report(const Chain& chain, const BadVersion& version, const CliResult& asked) {
  const QJsonObject report = asked.json();
  const auto text = [&](const char* key) { return report[key].toString().toStdString(); };
  require(text("outcome") == version.outcome, "outcome at the asker: " + asked.out);
  require(asked.exit == exited(text("outcome") == "failed" ? 1 : 8),
          "exit of the asker, which is " + to_string(asked.exit));
  require(text("failed_at") == version.failed_at, "step at the asker: " + asked.out);
  require(text("reason").find(version.reason) != std::string::npos, "reason at the asker: " + asked.out);
  require(chain.has_logged(text("reason")), "reason in the log");
  if (version.exit_status) {
    require(report["exit_status"].toInt(-1) == *version.exit_status, "status at the asker: " + asked.out);
  }
  if (version.term_signal) {
    require(report["term_signal"].toInt(-1) == *version.term_signal, "signal at the asker: " + asked.out);
  }
  if (version.output != nullptr) {
    std::string lines;
    for (const auto& line : report["output"].toArray()) lines += line.toString().toStdString() + "\n";
    require(lines.find(version.output) != std::string::npos, "last lines at the asker: " + asked.out);
    require(chain.has_logged(std::string("| ")) && chain.has_logged(version.output), "last lines in the log");
  }
}

void try_version(Chain& chain, const BadVersion& version) {
  Load load(chain.sandbox(), {"--target", chain.target(), "--short", "--half-close", "--workers", "1",
                              "--rate", "150", "--long", "2", "--pace", "0.02", "--timeout", "20"});
  version.install(chain);
  const pid_t old_one = chain.pid();
  Process asker = chain.sandbox().start({program("uninterruptiblectl"), "-s", "chain", "restart", "--json"});
  if (version.in_trial) {
    const pid_t new_one = wait_for_pidfile(chain.pidfile(), old_one);
    // The pidfile names it a moment before SERVING has reached the old one.
    eventually([&] { return chain.has_logged(": trial, "); }, "the trial begins");
    version.in_trial(chain, new_one);
  }
  const std::optional<Exit> exit = asker.wait_exit();
  require(exit.has_value(), "the asker hears the end");
  check_report(chain, version, {*exit, asker.standard_output(), asker.standard_error()});

  chain.wait_settled();
  require(chain.pid() == old_one, "the old one serves");
  qint64 bad_pid = 0;
  const QJsonArray steps = asker.standard_output().empty()
                               ? QJsonArray()
                               : CliResult{*exit, asker.standard_output(), {}}.json()["steps"].toArray();
  for (const auto& step : steps) bad_pid = std::max(bad_pid, step.toObject()["pid"].toInteger());
  if (std::string(version.name).find("unhealthy") == std::string::npos && bad_pid != 0) {
    require(!is_alive(static_cast<pid_t>(bad_pid)), "the bad one is gone");
  }
  // One that was rolled back alive ends in its own time, and is a zombie for the moment until it is reaped.
  eventually([&] { return Chain::zombies_of(old_one).empty(); }, "it is reaped");

  chain.good_restart();
  require(chain.pid() != old_one, "the next good restart succeeds");
  check_account(version, load.finish());
  require(chain.strays().empty(), "no stray file: " + (chain.strays().empty() ? "" : chain.strays()[0]));
  chain.stop();
  require(chain.left_behind().empty(), "an ordered end leaves no path behind");
}

}  // namespace

/// New versions that are no good, under load: the old one serves, the reason is told, the next good one
/// succeeds.
class RestartBadVersions : public QObject {
  Q_OBJECT

 private slots:
  void bad_version_data() {
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < bad_versions().size(); ++i)
      QTest::newRow(bad_versions()[i].name) << static_cast<int>(i);
  }
  void bad_version() {
    QFETCH(int, index);
    const BadVersion& version = bad_versions()[static_cast<std::size_t>(index)];
    const bool over_unix = from_environment("UNINTERRUPTIBLE_TEST_TRANSPORT", "tcp") == "unix";
    const std::string problem =
        problem_with({.program = from_environment("UNINTERRUPTIBLE_TEST_PROGRAM", "echo-server"),
                      .transport = over_unix ? Transport::unix_path : Transport::tcp,
                      .flags = {"--rollback-window", version.in_trial ? "1s" : "100ms", "--restart-timeout",
                                version.is_slow ? "2s" : "30s"}},
                     [&](Chain& chain) { try_version(chain, version); });
    QVERIFY2(problem.empty(), problem.c_str());
  }
};

QTEST_GUILESS_MAIN(RestartBadVersions)
#include "restart_bad_versions.moc"
