#include <signal.h>

#include <QTest>
#include <cstdlib>

#include "restart/bad_version.hpp"

using namespace testing;

namespace {

std::string from_environment(const char* name, const std::string& otherwise) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

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
    const std::string problem =
        problem_with({.program = from_environment("UNINTERRUPTIBLE_TEST_PROGRAM", "echo-server"),
                      .transport = transport_from_environment(),
                      .flags = {"--rollback-window", version.in_trial ? "1s" : "100ms", "--restart-timeout",
                                version.is_slow ? "2s" : "30s"}},
                     [&](Chain& chain) { try_version(chain, version); });
    QVERIFY2(problem.empty(), problem.c_str());
  }
};

QTEST_GUILESS_MAIN(RestartBadVersions)
#include "restart_bad_versions.moc"
